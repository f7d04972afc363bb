import { trueAffinity } from "../viewer-model.ts";
import type { SimViewer } from "../viewer-model.ts";
import type { SimImage } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";

/** Discounted cumulative gain (Järvelin & Kekäläinen 2002): Σ gain / log₂(rank + 1), ranks from 1. */
export function dcg(gains: readonly number[]): number {
  return gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
}

/**
 * Mean nDCG of the stream cut into stretches of `depth` slots, gains being the true chances of a like. The ideal takes the best
 * of what the viewer had not seen when the stretch began.
 */
export function streamNdcg(viewer: SimViewer, slots: readonly LoggedSlot[], images: readonly SimImage[], depth: number): number {
  const seen = new Set<number>();
  let sum = 0;
  let stretches = 0;
  for (let from = 0; from + depth <= slots.length; from += depth) {
    const stretch = slots.slice(from, from + depth);
    const { page } = stretch[0]!;
    const ideal = images.filter(({ index }) => !seen.has(index)).map((image) => trueAffinity(viewer, image, page));
    ideal.sort((a, b) => b - a);
    const gains = stretch.map((slot) => trueAffinity(viewer, images[slot.image]!, slot.page));
    sum += Math.min(1, dcg(gains) / dcg(ideal.slice(0, depth)));
    stretches++;
    for (const { image } of stretch) seen.add(image);
  }
  return stretches === 0 ? 0 : sum / stretches;
}
