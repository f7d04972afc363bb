export interface Scored {
  image_id: string;
  /** Comparable within its list alone; larger is better. */
  score: number;
}

/** What a list's top weighs against its tail; the value of the paper. */
const smoothing = 60;

/**
 * One ranking of several by reciprocal rank fusion: `Σ 1/(60 + rank)` over the lists an image is in (G. Cormack, C. Clarke and
 * S. Büttcher 2009). Only ranks count, so scores of unlike kinds need no common scale. Equal scores share the better rank, that another
 * list may decide between them; what is equal in the end stays in the order of the lists.
 */
export function fuseRanks(lists: readonly (readonly Scored[])[]): string[] {
  const fused = new Map<string, number>();
  for (const list of lists) {
    let rank = 0;
    list.forEach(({ image_id, score }, index) => {
      if (index === 0 || score !== list[index - 1]!.score) rank = index + 1;
      fused.set(image_id, (fused.get(image_id) ?? 0) + 1 / (smoothing + rank));
    });
  }
  return [...fused].sort(([, a], [, b]) => b - a).map(([image_id]) => image_id);
}
