interface Placed {
  x: number;
  y: number;
}

/**
 * The first, and then always the one that lies farthest from all that were taken (farthest-first traversal, Gonzalez 1985): few that
 * cover the whole map.
 */
export function spreadOut<T extends Placed>(all: readonly T[], count: number): T[] {
  const [first, ...rest] = all;
  if (first === undefined || count < 1) return [];
  const taken = [first];
  while (taken.length < count && rest.length > 0) {
    let best = 0;
    let farthest = -1;
    for (const [index, one] of rest.entries()) {
      const nearest = Math.min(...taken.map((other) => Math.hypot(one.x - other.x, one.y - other.y)));
      if (nearest > farthest) [best, farthest] = [index, nearest];
    }
    taken.push(...rest.splice(best, 1));
  }
  return taken;
}
