import { puddleWeight } from "#shared/taste/puddle.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import type { ComposeInput } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { readiness } from "./mixture.ts";
import type { PlainSource } from "./mixture.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { Pool } from "./pool.ts";

/**
 * How one source draws: cells of images (puddles, regions), each with a weight. Most sources draw a cell first and then
 * an image of it by softmax of its score; a `pooled` one draws among all its images, the weight of the cell only
 * multiplying the image's chance.
 */
export interface Law {
  source: PlainSource;
  /** Rows this source may draw. */
  members: Int32Array;
  /** `[members]` cell of each. */
  cells: Int32Array;
  /** `[members]` score without diversity. */
  scores: Float64Array;
  /** `[cells]` not negative. */
  weights: Float64Array;
  pooled: boolean;
  /** A cell that is a region and was shown n times of late counts `weight/(1+n)^repeatPower`. */
  repeatPower: number;
  temperature: number;
  diversity: number;
}

/** Every live source's law. */
export function lawsOf(pool: Pool, input: ComposeInput, open: boolean): Law[] {
  return [puddleLaw(pool, input, open), exploreLaw(pool, input, open), plainLaw("fresh", pool, input, open), plainLaw("popular", pool, input, open)];
}

/**
 * Writes the probability of each of the law's members, given which rows are eligible, how near each is to the page
 * (`closeness`, `[pool]`) and how often each region was shown (`shown`, `[regions + 1]`), into `out` (`[members]`, sums to one);
 * false when the law can draw nothing. Scores are bounded, so the exponentials need no shift.
 */
export function drawProbabilities(law: Law, eligible: Uint8Array, closeness: Float64Array, shown: Float64Array, out: Float64Array): boolean {
  const { members, cells, scores, weights, diversity, temperature } = law;
  const inCell = new Float64Array(weights.length);
  for (let m = 0; m < members.length; m++) {
    const i = members[m]!;
    out[m] = eligible[i]! === 1 ? Math.exp((scores[m]! - diversity * closeness[i]!) / temperature) : 0;
    inCell[cells[m]!]! += out[m]!;
  }
  let total = 0;
  for (let c = 0; c < weights.length; c++) {
    if (inCell[c]! === 0) continue;
    const weight = law.repeatPower > 0 ? weights[c]! / (1 + shown[c]!) ** law.repeatPower : weights[c]!;
    total += law.pooled ? weight * inCell[c]! : weight;
    inCell[c] = law.pooled ? weight : weight / inCell[c]!;
  }
  if (total === 0) return false;
  for (let m = 0; m < members.length; m++) out[m] = (out[m]! * inCell[cells[m]!]!) / total;
  return true;
}

/** The viewer's puddles by weight; only images within a puddle's reach, so that "because of your puddle" is always true. */
function puddleLaw(pool: Pool, { taste, now }: ComposeInput, open: boolean): Law {
  const weights = Float64Array.from(taste.puddles, (puddle) => puddleWeight(puddle, now) ** feedConfig.puddleFlattening);
  return { ...law("puddle", pool, open, weights, (i) => pool.home[i]!, (i) => pool.score[i]! + feedConfig.nearness * pool.nearness[i]!), repeatPower: 0 };
}

/**
 * The temperature law over regions outside the viewer's puddles: `p(c) ∝ exp(−z(d_c)/T)·reward(c)/(1+n_c)³`, with
 * `T = 0.25·16^a` for the dial a, d_c the region's distance from the nearest puddle and n_c how often it was shown of
 * late. `reward` is the posterior mean plus one posterior deviation of the region's Beta record: optimistic about what is
 * little known, as a Thompson draw is, yet fixed, so that propensities stay exact. Within a region only
 * the base decides, for personal closeness would lead straight back home. Without regions every image is its own.
 */
function exploreLaw(pool: Pool, input: ComposeInput, open: boolean): Law {
  const temperature = 0.25 * 16 ** Math.min(1, Math.max(0, input.settings.adventure));
  const byRegion = input.regions.length > 0;
  const weights = byRegion ? regionWeights(input, temperature) : imageWeights(pool, input, temperature);
  const foreign = (i: number) => pool.home[i]! < 0 && pool.suppression[i]! < feedConfig.exploreBarredAt;
  const cellOf = (i: number) => (!foreign(i) ? -1 : byRegion ? pool.region[i]! : i);
  const base = (i: number) => pool.quality[i]! + pool.popularity[i]! + pool.recency[i]!;
  return { ...law("explore", pool, open, weights, cellOf, base), repeatPower: byRegion ? repeatPower(input.taste) : 0 };
}

/**
 * New or popular images by score, with what the source stands for counted once more. While little is known of the viewer,
 * images of regions not yet shown come first, so that the first pages span the gallery.
 */
function plainLaw(source: "fresh" | "popular", pool: Pool, { taste, regions }: ComposeInput, open: boolean): Law {
  const emphasis = source === "fresh" ? pool.recency : pool.popularity;
  const weights = new Float64Array(regions.length + 1).fill(1);
  const drawn = law(source, pool, open, weights, (i) => pool.region[i]!, (i) => pool.score[i]! + emphasis[i]!);
  return { ...drawn, pooled: true, repeatPower: feedConfig.coldShownPower * unready(taste) };
}

/** While nothing is known, exploration takes the regions in turn; later it only leans to those not shown of late. */
function repeatPower(taste: Taste): number {
  return feedConfig.shownPower + (feedConfig.coldShownPower - feedConfig.shownPower) * unready(taste);
}

function unready(taste: Taste): number {
  return 1 - readiness(taste.signals, taste.puddles.length);
}

/** `open` laws may draw any image that fits, whoever proposed it. */
function law(
  source: PlainSource,
  pool: Pool,
  open: boolean,
  weights: Float64Array,
  cellOf: (i: number) => number,
  scoreOf: (i: number) => number,
): Omit<Law, "repeatPower"> {
  const members: number[] = [];
  const cells: number[] = [];
  pool.candidates.forEach((candidate, i) => {
    if (!open && !candidate.sources.includes(source)) return;
    const cell = cellOf(i);
    if (cell < 0 || !(weights[cell]! > 0)) return;
    members.push(i);
    cells.push(cell);
  });
  return {
    source, weights, pooled: false, members: Int32Array.from(members), cells: Int32Array.from(cells), scores: Float64Array.from(members, scoreOf),
    temperature: feedConfig.temperature[source], diversity: feedConfig.diversity[source],
  };
}

/** `[regions]`; 0 where a puddle lies. Before there are puddles every region is as far as any. */
function regionWeights({ regions, taste, calibration }: ComposeInput, temperature: number): Float64Array {
  const own = new Set(taste.puddles.map((puddle) => assignRegion(puddle.centroid, regions)?.region));
  return Float64Array.from(regions, (region) => {
    if (taste.puddles.length === 0) return expectedReward(region.reward);
    if (own.has(region)) return 0;
    const distance = Math.min(...taste.puddles.map((puddle) => cosineDistance(puddle.centroid, region.centroid)));
    return Math.exp(-standardise(distance, calibration) / temperature) * expectedReward(region.reward);
  });
}

/** `[pool]`. */
function imageWeights(pool: Pool, { taste, calibration }: ComposeInput, temperature: number): Float64Array {
  if (taste.puddles.length === 0) return new Float64Array(pool.size).fill(1);
  return pool.nearestPuddle.map((distance) => Math.exp(-standardise(distance, calibration) / temperature));
}

function expectedReward({ alpha, beta }: { alpha: number; beta: number }): number {
  const mean = alpha / (alpha + beta);
  return Math.min(1, mean + Math.sqrt((mean * (1 - mean)) / (alpha + beta + 1)));
}
