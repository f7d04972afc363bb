/** How well one ranking of the whole catalogue puts held-out likes first. */
export interface RankingFigures {
  recall20: number;
  recall100: number;
  /** Recall among 20 as it would be had every image been shown as often as another: see `rankingFigures`. */
  evenRecall20: number;
  ndcg20: number;
  auc: number;
}

export const figureNames = ["recall20", "recall100", "evenRecall20", "ndcg20", "auc"] as const satisfies (keyof RankingFigures)[];

/**
 * `scores`: `[images]`, higher first; what is in `met` does not take part. Ties are broken by `tieBreak` (`[images]`, any fixed
 * order), except in the AUC, where they count half.
 *
 * What was shown more was liked more, and so is found more easily by whoever shows the same again. `shown` (`[images]`, positive) is
 * how often each image was met by anybody; `evenRecall20` weighs each held-out like by its inverse, which undoes that (self-
 * normalised inverse propensities: Schnabel et al. 2016, Recommendations as treatments; Yang et al. 2018).
 */
export function rankingFigures(
  scores: ArrayLike<number>, liked: ReadonlySet<number>, met: ReadonlySet<number>,
  { tieBreak, shown }: { tieBreak: ArrayLike<number>; shown: ArrayLike<number> },
): RankingFigures {
  const top = topOf(scores, 100, met, tieBreak);
  const hits = (k: number) => top.slice(0, k).filter((image) => liked.has(image)).length;
  const rarity = (images: Iterable<number>) => [...images].reduce((sum, image) => sum + 1 / shown[image]!, 0);
  return {
    evenRecall20: rarity(top.slice(0, 20).filter((image) => liked.has(image))) / rarity(liked),
    recall20: hits(20) / liked.size, recall100: hits(100) / liked.size, ndcg20: ndcg(top.slice(0, 20), liked), auc: auc(scores, liked, met),
  };
}

/** The best images in order. */
export function topOf(scores: ArrayLike<number>, count: number, without: ReadonlySet<number>, tieBreak: ArrayLike<number>): number[] {
  const better = (a: number, b: number) => scores[b]! - scores[a]! || tieBreak[a]! - tieBreak[b]!;
  let kept: number[] = [];
  let bar = -Infinity;
  for (let image = 0; image < scores.length; image++) {
    if (scores[image]! < bar || without.has(image)) continue;
    kept.push(image);
    if (kept.length < 4 * count) continue;
    kept = kept.sort(better).slice(0, count);
    bar = scores[kept.at(-1)!]!;
  }
  return kept.sort(better).slice(0, count);
}

/** Normalised discounted cumulative gain with gain one for a like (Järvelin & Kekäläinen 2002). */
function ndcg(top: readonly number[], liked: ReadonlySet<number>): number {
  const discount = (rank: number) => 1 / Math.log2(rank + 2);
  const gained = top.reduce((sum, image, rank) => sum + (liked.has(image) ? discount(rank) : 0), 0);
  let ideal = 0;
  for (let rank = 0; rank < Math.min(20, liked.size); rank++) ideal += discount(rank);
  return gained / ideal;
}

/** Chance that a held-out like scores above any other image not met (Mann–Whitney); NaN where there is no other. */
function auc(scores: ArrayLike<number>, liked: ReadonlySet<number>, met: ReadonlySet<number>): number {
  const bars = Float64Array.from(liked, (image) => scores[image]!).sort();
  let won = 0;
  let others = 0;
  for (let image = 0; image < scores.length; image++) {
    if (liked.has(image) || met.has(image)) continue;
    others++;
    // Likes above this image won against it; those level with it half.
    won += bars.length - (countBelow(bars, scores[image]!, true) + countBelow(bars, scores[image]!, false)) / 2;
  }
  return won / (others * bars.length);
}

/** How many of the ascending values lie below `value`, or at it too. */
function countBelow(sorted: Float64Array, value: number, orAt: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (orAt && sorted[middle]! === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
