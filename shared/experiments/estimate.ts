import { studentQuantile } from "./quantile.ts";

/** Where the truth is expected to lie, `level` of the time. */
export interface Interval {
  low: number;
  high: number;
  /** 0…1, such as 0.95. */
  level: number;
}

/** What a log says about a policy. */
export interface Estimate {
  value: number;
  standardError: number;
  interval: Interval;
  /** How many draws of the evaluated policy itself the log is worth (see `effectiveSampleSize`). */
  effectiveSampleSize: number;
  draws: number;
  /** Independent units the draws came in. */
  groups: number;
}

/** Draws that depend on each other, such as those of one viewer, share a group; without one a draw stands alone. */
export interface Grouped {
  group?: string | number;
}

/**
 * Kish's effective sample size `(Σw)²/Σw²` (L. Kish 1965, Survey Sampling): as many equally weighted draws would be as
 * informative. Far below the number of draws, the estimate hangs on a few of them.
 */
export function effectiveSampleSize(weights: Iterable<number>): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/**
 * The estimate `value` with an asymptotic interval from the influence of each draw on it (the delta method): draws of one group
 * may depend on each other, so influence is summed by group first (Liang & Zeger 1986), and the interval is Student's
 * with one degree of freedom less than there are groups or effective draws, whichever is fewer. Influences have mean zero.
 */
export function estimateFromInfluence(
  value: number,
  draws: readonly Grouped[],
  influences: Float64Array,
  weights: Float64Array,
  level: number,
): Estimate {
  if (!(level > 0 && level < 1)) throw new RangeError(`the level of an interval lies between 0 and 1, not at ${level}`);
  const byGroup = new Map<string | number, number>();
  let alone = 0;
  let squares = 0;
  draws.forEach(({ group }, i) => {
    if (group === undefined) {
      alone++;
      squares += influences[i]! ** 2;
    } else byGroup.set(group, (byGroup.get(group) ?? 0) + influences[i]!);
  });
  for (const sum of byGroup.values()) squares += sum * sum;
  const groups = alone + byGroup.size;
  const ess = effectiveSampleSize(weights);
  const standardError = groups > 1 ? Math.sqrt((groups / (groups - 1)) * squares) / draws.length : Infinity;
  const degrees = Math.max(1, Math.min(groups, ess) - 1);
  const margin = standardError === 0 ? 0 : standardError * studentQuantile((1 + level) / 2, degrees);
  return {
    value, standardError, effectiveSampleSize: ess, draws: draws.length, groups,
    interval: { low: value - margin, high: value + margin, level },
  };
}
