import { seededRandom } from "#shared/kernel/random.ts";

export interface Interval {
  mean: number;
  low: number;
  high: number;
}

export const resamples = 1_000;

/**
 * Means with percentile bootstrap intervals (Efron 1979), resampling viewers. Everything about the same number of viewers is resampled alike, so
 * that differences of policies over the same viewers are paired.
 */
export function interval(values: readonly (number | undefined)[], level = 0.95): Interval {
  const draws = resampled(values.length, (rows) => meanOf(rows.map((row) => values[row])));
  return { mean: meanOf(values), ...bounds(draws, level) };
}

/** Of `a − b` viewer by viewer; a viewer for whom either does not apply is left out. */
export function pairedDifference(a: readonly (number | undefined)[], b: readonly (number | undefined)[], level = 0.95): Interval {
  return interval(a.map((x, i) => (x === undefined || b[i] === undefined ? undefined : x - b[i])), level);
}

/** The statistic over many resamples of `0 … size − 1`. */
export function resampled(size: number, statistic: (rows: readonly number[]) => number, times = resamples): number[] {
  const random = seededRandom(`bootstrap of ${size}`);
  return Array.from({ length: times }, () => statistic(Array.from({ length: size }, () => Math.floor(random() * size))));
}

export function bounds(draws: readonly number[], level: number): { low: number; high: number } {
  const sorted = draws.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? NaN;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

function meanOf(values: readonly (number | undefined)[]): number {
  let sum = 0;
  let count = 0;
  for (const value of values)
    if (value !== undefined) {
      sum += value;
      count++;
    }
  return count === 0 ? NaN : sum / count;
}
