import type { SpaceCalibration } from "./calibration.ts";

/**
 * The calibration of distances *to a centroid* whose members have the given spread. A centroid is nearer to everything than
 * its members are, the more so the wider they scatter: the mean cosine similarity to the members is `R·cos(c, x)`, R = 1 − spread
 * being their mean resultant length (Mardia & Jupp 2000, Directional Statistics, §9.2). So a random image lies at
 * `1 − (1 − mean)/R`. Averaging also takes noise out: keeping the rate of false alarms would leave `sd` as it is, keeping
 * the distance meant between images would widen it to `sd/R`; the half-way `sd/√R` keeps strangers out and scattered members in.
 */
export function centroidCalibration(calibration: SpaceCalibration, spread: number): SpaceCalibration {
  const resultant = Math.max(1 - spread, 0.05);
  const { mean, sd } = calibration.distance;
  return { ...calibration, distance: { mean: Math.max(1 - (1 - mean) / resultant, 0.05 * mean), sd: sd / Math.sqrt(resultant) } };
}

/**
 * Exponentially weighted spherical variance after a step `step` toward a member at `distance` from the centroid:
 * `(1−a)(v + a·d)` (T. Finch 2009, Incremental calculation of weighted mean and variance, §9; cosine distance is half a
 * squared chord).
 */
export function spreadAfter(spread: number, distance: number, step: number): number {
  return (1 - step) * (spread + step * Math.max(0, distance));
}
