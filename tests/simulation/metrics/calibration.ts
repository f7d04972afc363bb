import { holds, viewerModel } from "../viewer-model.ts";
import type { SimViewer } from "../viewer-model.ts";
import type { LoggedSlot } from "../world/warm-log.ts";

/** Part of the true distribution mixed into the shown one, so that a taste never shown costs much, not infinitely. */
const smoothing = 0.01;

/**
 * How far the mix of what was shown is from the viewer's taste weights: Kullback–Leibler divergence of Steck (2018, Calibrated
 * Recommendations, RecSys), `Σ p·log(p/q̃)`, `q̃ = (1−α)q + αp`. 0 is perfect. Weighted over the stretches in which the tastes stand
 * still; an image of several tastes counts for each in equal parts, one of none for none.
 */
export function miscalibration(viewer: SimViewer, slots: readonly LoggedSlot[]): number {
  const bounds = [0, viewerModel.appearsOnPage, viewerModel.abandonedOnPage, Infinity];
  let sum = 0;
  let weight = 0;
  for (let b = 0; b + 1 < bounds.length; b++) {
    const stretch = slots.filter(({ page }) => page >= bounds[b]! && page < bounds[b + 1]!);
    if (stretch.length === 0) continue;
    const held = viewer.tastes.filter((one) => holds(one, bounds[b]!));
    const shown = held.map(() => 0);
    for (const { image } of stretch) {
      const of = held.flatMap(({ taste }, t) => (taste.has[image]! === 1 ? [t] : []));
      for (const t of of) shown[t]! += 1 / of.length;
    }
    sum += stretch.length * divergence(held.map((one) => one.weight), shown);
    weight += stretch.length;
  }
  return weight === 0 ? 0 : sum / weight;
}

/** Both are scaled to one first; what was shown may be all zero. */
export function divergence(wanted: readonly number[], shown: readonly number[]): number {
  const total = wanted.reduce((sum, x) => sum + x, 0);
  const given = shown.reduce((sum, x) => sum + x, 0);
  return wanted.reduce((sum, x, t) => {
    const p = x / total;
    const q = given === 0 ? 0 : shown[t]! / given;
    return p === 0 ? sum : sum + p * Math.log(p / ((1 - smoothing) * q + smoothing * p));
  }, 0);
}
