import { puddleWeight } from "#shared/taste/puddle.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { suppressionAt } from "#shared/taste/suppression.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { ComposeInput } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { LiveSource } from "./mixture.ts";
import type { Pool } from "./pool.ts";

/**
 * How one source draws: first a cell by weight, then an image of that cell by softmax of its score. A puddle is a cell of
 * the puddle source, a region one of exploration; a source without such structure has a single cell.
 */
export interface Law {
  source: LiveSource;
  /** Rows this source may draw. */
  members: Int32Array;
  /** `[members]` cell of each. */
  cells: Int32Array;
  /** `[members]` score without diversity. */
  scores: Float64Array;
  /** `[cells]` not negative. */
  weights: Float64Array;
  /** `[cells]` slots the cell has had of late; it counts `weight/(1+n)^repeatPower`. */
  repeats: Float64Array;
  repeatPower: number;
  /** `[pool]` cell of every row that has one, to count repeats; −1 otherwise. */
  cellOfRow: Int32Array;
  temperature: number;
  diversity: number;
}

/** The viewer's puddles by weight; only images within a puddle's reach, so that "because of your puddle" is always true. */
function puddleLaw(pool: Pool, { taste, now }: ComposeInput, open: boolean): Law {
  const weights = Float64Array.from(taste.puddles, (puddle) => puddleWeight(puddle, now) ** feedConfig.puddleFlattening);
  return law("puddle", pool, open, { weights, cellOf: (i) => pool.home[i]! }, (i) => pool.score[i]!);
}

/** Every live source's law. */
export function lawsOf(pool: Pool, input: ComposeInput, open: boolean): Law[] {
  return [puddleLaw(pool, input, open), exploreLaw(pool, input, open), plainLaw("fresh", pool, open), plainLaw("popular", pool, open)];
}

/**
 * Writes the probability of each of the law's members, given which rows are eligible and how near each is to the page,
 * into `out` (`[members]`, sums to one); false when the law can draw nothing. Scores are bounded, so the exponentials
 * need no shift.
 */
export function drawProbabilities(law: Law, eligible: Uint8Array, closeness: Float64Array, out: Float64Array): boolean {
  const { members, cells, scores, weights, repeats } = law;
  const inCell = new Float64Array(weights.length);
  for (let m = 0; m < members.length; m++) {
    const i = members[m]!;
    out[m] = eligible[i]! === 1 ? Math.exp((scores[m]! - law.diversity * closeness[i]!) / law.temperature) : 0;
    inCell[cells[m]!]! += out[m]!;
  }
  let total = 0;
  for (let c = 0; c < weights.length; c++) {
    if (inCell[c]! === 0) continue;
    const weight = weights[c]! / (1 + repeats[c]!) ** law.repeatPower;
    total += weight;
    inCell[c] = weight / inCell[c]!;
  }
  if (total === 0) return false;
  for (let m = 0; m < members.length; m++) out[m] = (out[m]! * inCell[cells[m]!]!) / total;
  return true;
}

/**
 * The temperature law over regions outside the viewer's puddles: `p(c) ∝ exp(−z(d_c)/T)·reward(c)/(1+n_c)²`, with
 * `T = 0.25·16^a` for the dial a, d_c the region's distance from the nearest puddle and n_c how often it was shown of
 * late. `reward` is the posterior mean plus one posterior deviation of the region's Beta record: optimistic as a Thompson
 * draw is on average for what is little known, yet fixed, so that propensities stay exact. Within a region only
 * the base decides, for personal closeness would lead straight back home. Without regions every image is its own.
 */
function exploreLaw(pool: Pool, input: ComposeInput, open: boolean): Law {
  const temperature = 0.25 * 16 ** Math.min(1, Math.max(0, input.settings.adventure));
  const cells = input.regions.length > 0 ? regionCells(pool, input, temperature) : imageCells(pool, input, temperature);
  const foreign = (i: number) => (pool.home[i]! < 0 && pool.suppression[i]! < feedConfig.exploreBarredAt ? cells.cellOf(i) : -1);
  const base = (i: number) => pool.quality[i]! + pool.popularity[i]! + pool.recency[i]! + pool.mood[i]!;
  const explore = law("explore", pool, open, { weights: cells.weights, cellOf: foreign }, base);
  const indexOf = new Map(input.regions.map((region, r) => [region.id, r]));
  pool.candidates.forEach(({ region_id }, i) => {
    const region = region_id === undefined ? undefined : indexOf.get(region_id);
    if (region !== undefined) explore.cellOfRow[i] = region;
  });
  input.regions.forEach(({ id }, r) => (explore.repeats[r] = input.shown?.get(id) ?? 0));
  return { ...explore, repeatPower: feedConfig.shownPower };
}

/** New or popular images: one cell, drawn by score with what the source stands for counted once more. */
function plainLaw(source: "fresh" | "popular", pool: Pool, open: boolean): Law {
  const emphasis = source === "fresh" ? pool.recency : pool.popularity;
  return law(source, pool, open, { weights: Float64Array.of(1), cellOf: () => 0 }, (i) => pool.score[i]! + emphasis[i]!);
}

/** `open` laws may draw any image that fits, whoever proposed it. */
function law(source: LiveSource, pool: Pool, open: boolean, { weights, cellOf }: Cells, scoreOf: (i: number) => number): Law {
  const members: number[] = [];
  const cells: number[] = [];
  const cellOfRow = new Int32Array(pool.size).fill(-1);
  pool.candidates.forEach((candidate, i) => {
    if (!open && !candidate.sources.includes(source)) return;
    const cell = cellOf(i);
    if (cell < 0 || !(weights[cell]! > 0)) return;
    members.push(i);
    cells.push(cell);
    cellOfRow[i] = cell;
  });
  return {
    source, weights, cellOfRow, members: Int32Array.from(members), cells: Int32Array.from(cells), scores: Float64Array.from(members, scoreOf),
    repeats: new Float64Array(weights.length), repeatPower: 0,
    temperature: feedConfig.temperature[source], diversity: feedConfig.diversity[source],
  };
}

interface Cells {
  cellOf: (i: number) => number;
  weights: Float64Array;
}

function regionCells(pool: Pool, input: ComposeInput, temperature: number): Cells {
  const { regions, taste, calibration, now } = input;
  const indexOf = new Map(regions.map((region, r) => [region.id, r]));
  const weights = Float64Array.from(regions, (region) => {
    let z = 0;
    if (taste.puddles.length > 0) {
      z = standardise(Math.min(...taste.puddles.map((puddle) => cosineDistance(puddle.centroid, region.centroid))), calibration);
      if (z <= tasteConfig.spawnZ) return 0;
    }
    if (suppressionAt(taste, region.centroid, now) >= feedConfig.exploreBarredAt) return 0;
    return Math.exp(-z / temperature) * expectedReward(region.reward);
  });
  const nearestRegion = (i: number) => {
    const { vector } = pool.candidates[i]!;
    let nearest = -1;
    let nearestDistance = Infinity;
    regions.forEach(({ centroid }, r) => {
      const distance = cosineDistance(centroid, vector);
      if (distance < nearestDistance) [nearest, nearestDistance] = [r, distance];
    });
    return nearest;
  };
  return { weights, cellOf: (i) => indexOf.get(pool.candidates[i]!.region_id ?? "") ?? nearestRegion(i) };
}

function imageCells(pool: Pool, { taste, calibration }: ComposeInput, temperature: number): Cells {
  const weights = Float64Array.from(pool.nearestPuddle, (distance) =>
    taste.puddles.length > 0 ? Math.exp(-standardise(distance, calibration) / temperature) : 1);
  return { weights, cellOf: (i) => i };
}

function expectedReward({ alpha, beta }: { alpha: number; beta: number }): number {
  const n = alpha + beta;
  const mean = alpha / n;
  return Math.min(1, mean + Math.sqrt((mean * (1 - mean)) / (n + 1)));
}
