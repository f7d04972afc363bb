import type { Random } from "#shared/kernel/random.ts";
import type { Interval } from "./estimate.ts";

export interface BootstrapOptions {
  level?: number;
  replicates?: number;
}

/**
 * Percentile bootstrap (Efron 1979) of any figure over `count` independent units, viewers as a rule: `figure` is given the
 * units of one replicate, drawn with replacement. Replicates whose figure is not a number are left out.
 */
export function bootstrap(count: number, figure: (units: Int32Array) => number, random: Random, { level = 0.95, replicates = 1_000 }: BootstrapOptions = {}): Interval {
  const units = new Int32Array(count);
  const figures: number[] = [];
  for (let replicate = 0; replicate < replicates && count > 0; replicate++) {
    for (let i = 0; i < count; i++) units[i] = Math.floor(random() * count);
    const value = figure(units);
    if (!Number.isNaN(value)) figures.push(value);
  }
  figures.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  return { low: quantileOf(figures, tail), high: quantileOf(figures, 1 - tail), level };
}

/** Interval of a mean over units; those that are not numbers (a viewer to whom a figure does not apply) are left out. */
export function bootstrapMean(values: ArrayLike<number>, random: Random, options?: BootstrapOptions): { mean: number; interval: Interval } {
  const known = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  const meanOf = (units: Int32Array) => units.reduce((sum, unit) => sum + known[unit]!, 0) / units.length;
  const mean = known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : NaN;
  return { mean, interval: bootstrap(known.length, meanOf, random, options) };
}

/** Linear between the two nearest; NaN of nothing. */
function quantileOf(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (at - Math.floor(at)) * (above - below);
}
