import { bounds, resampled } from "./bootstrap.ts";
import type { Interval } from "./bootstrap.ts";

/**
 * How much of the catalogue the slots are spread over: e to the entropy of an image's share of all slots, as a part of the catalogue
 * (1: every image equally often). Unlike a count of images shown once it does not grow to one with the number of viewers.
 */
export function evenness(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  let entropy = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) entropy -= (counts[i]! / total) * Math.log(counts[i]! / total);
  return total === 0 ? 0 : Math.exp(entropy) / counts.length;
}

export function covered(counts: ArrayLike<number>): number {
  let shown = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) shown++;
  return shown / counts.length;
}

/**
 * Either figure over all viewers, with an interval from resampled viewers. A resample holds fewer different viewers, who cover
 * less, so the interval is moved to where the figure itself is.
 */
export function overCatalogue(shown: readonly (readonly number[])[], images: number, figure: (counts: ArrayLike<number>) => number): Interval {
  const of = (rows: readonly number[]) => {
    const counts = new Uint32Array(images);
    for (const row of rows) for (const image of shown[row]!) counts[image]!++;
    return figure(counts);
  };
  const whole = of(shown.map((_, i) => i));
  const draws = resampled(shown.length, of, 200);
  const bias = draws.reduce((sum, x) => sum + x, 0) / draws.length - whole;
  return { mean: whole, ...bounds(draws.map((x) => Math.min(1, x - bias)), 0.95) };
}
