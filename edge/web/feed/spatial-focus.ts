export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Direction = "up" | "down" | "left" | "right";

/**
 * The box one step from `from` in a direction, or null at the edge. Boxes that share ground across the direction of
 * travel come before those that lie askew; among equals the nearest centre wins, so that a step and its
 * opposite usually cancel.
 */
export function step(boxes: readonly (Box | null)[], from: number, direction: Direction): number | null {
  const start = boxes[from];
  if (!start) return null;
  const vertical = direction === "up" || direction === "down";
  const sign = direction === "down" || direction === "right" ? 1 : -1;
  let best: number | null = null;
  let bestCost = Infinity;
  for (const [index, box] of boxes.entries()) {
    if (index === from || !box) continue;
    const along = sign * (vertical ? middle(box.y, box.height) - middle(start.y, start.height) : middle(box.x, box.width) - middle(start.x, start.width));
    if (along < 1) continue;
    const overlap = vertical ? shared(start.x, start.width, box.x, box.width) : shared(start.y, start.height, box.y, box.height);
    const askew = vertical ? Math.abs(middle(box.x, box.width) - middle(start.x, start.width)) : Math.abs(middle(box.y, box.height) - middle(start.y, start.height));
    const cost = overlap > 0 ? along + askew * 0.5 : along + askew * 2 + 10_000;
    if (cost < bestCost) {
      best = index;
      bestCost = cost;
    }
  }
  return best;
}

function middle(start: number, length: number): number {
  return start + length / 2;
}

function shared(a: number, aLength: number, b: number, bLength: number): number {
  return Math.min(a + aLength, b + bLength) - Math.max(a, b);
}
