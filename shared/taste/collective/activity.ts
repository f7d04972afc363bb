import { dayMs } from "#shared/kernel/clock.ts";

export const activityConfig = {
  /** What counts as of late, and as before. */
  lateHalfLifeMs: 3 * dayMs,
  longHalfLifeMs: 30 * dayMs,
  /** Likes a day added to both rates, so that a handful of likes is no trend. */
  prior: 0.1,
  dryingBelow: 0.5,
  /** A rate told by fewer viewers is theirs, not the region's: it counts as steady. */
  fewestViewers: 2,
} as const;

/** What viewers did in a region on a day: `ageMs` before the reckoning, signals of total strength `strength`. */
export interface DayOfLikes {
  ageMs: number;
  strength: number;
}

/**
 * Activity of late against activity over the long run: the ratio of two exponentially weighted rates, each `Σ s·2^(−age/h)·ln 2/h`
 * likes a day (geometric moving averages: Roberts 1959). 1 is steady.
 */
export function activityOf(days: readonly DayOfLikes[]): number {
  const rate = (halfLifeMs: number) =>
    days.reduce((sum, { ageMs, strength }) => sum + strength * 2 ** (-Math.max(0, ageMs) / halfLifeMs), 0) * ((Math.LN2 * dayMs) / halfLifeMs);
  return (rate(activityConfig.lateHalfLifeMs) + activityConfig.prior) / (rate(activityConfig.longHalfLifeMs) + activityConfig.prior);
}

/** Whether a region was once livelier and is falling silent. */
export function isDrying(activity: number): boolean {
  return activity < activityConfig.dryingBelow;
}
