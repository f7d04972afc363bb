import type { FeedConfig, Quota } from "./feed-config.ts";
import type { Pool } from "./pool.ts";

/**
 * How one quota of slots is drawn: cells of images (puddles, regions), each with a weight. Most draw a cell first and then
 * an image of it by softmax of its score; a `pooled` one draws among all its images, the weight of the cell only
 * multiplying the image's chance.
 */
export interface Law {
  quota: Quota;
  /** Rows it may draw. */
  members: Int32Array;
  /** `[members]` cell of each. */
  cells: Int32Array;
  /** `[members]` score without diversity. */
  scores: Float64Array;
  /** `[cells]` not negative; where there are several, the law is their even mixture. */
  weights: readonly Float64Array[];
  pooled: boolean;
  /** A cell that is a region and was shown n times of late counts `weight/(1+n)^repeatPower`. */
  repeatPower: number;
  temperature: number;
  diversity: number;
}

export interface LawParts {
  quota: Quota;
  weights: readonly Float64Array[];
  /** The row's cell; −1 for a row that it may not draw. */
  cellOf: (row: number) => number;
  scoreOf: (row: number) => number;
  pooled?: boolean;
  repeatPower?: number;
}

/** A law over the rows its source proposed; the best, and an `open` law, may draw any that fits, whoever proposed it. */
export function lawOver(pool: Pool, config: FeedConfig, open: boolean, { quota, weights, cellOf, scoreOf, pooled = false, repeatPower = 0 }: LawParts): Law {
  const members: number[] = [];
  const cells: number[] = [];
  pool.candidates.forEach((candidate, row) => {
    if (!open && quota !== "best" && !candidate.sources.includes(quota)) return;
    const cell = cellOf(row);
    if (cell < 0 || !weights.some((some) => some[cell]! > 0)) return;
    members.push(row);
    cells.push(cell);
  });
  return {
    quota, weights, pooled, repeatPower, members: Int32Array.from(members), cells: Int32Array.from(cells), scores: Float64Array.from(members, scoreOf),
    temperature: config.temperature[quota], diversity: config.diversity[quota],
  };
}

/**
 * Writes the probability of each of the law's members, given which rows are eligible, how near each is to the page
 * (`closeness`, `[pool]`) and how often each region was shown (`shown`, `[regions + 1]`), into `out` (`[members]`, sums to one);
 * false when the law can draw nothing. Scores are bounded, so the exponentials need no shift.
 */
export function drawProbabilities(law: Law, eligible: Uint8Array, closeness: Float64Array, shown: Float64Array, out: Float64Array): boolean {
  const { members, cells, scores, diversity, temperature } = law;
  const inCell = new Float64Array(law.weights[0]?.length ?? 0);
  for (let m = 0; m < members.length; m++) {
    const i = members[m]!;
    out[m] = eligible[i]! === 1 ? Math.exp((scores[m]! - diversity * closeness[i]!) / temperature) : 0;
    inCell[cells[m]!]! += out[m]!;
  }
  const perImage = new Float64Array(inCell.length);
  let able = 0;
  for (const weights of law.weights) if (addCells(law, weights, inCell, shown, perImage)) able++;
  if (able === 0) return false;
  for (let m = 0; m < members.length; m++) out[m] = (out[m]! * perImage[cells[m]!]!) / able;
  return true;
}

/** Adds to each cell what one of its images' exponentials is worth under these weights; false when they draw nothing. */
function addCells({ pooled, repeatPower }: Law, weights: Float64Array, inCell: Float64Array, shown: Float64Array, perImage: Float64Array): boolean {
  let total = 0;
  const mass = new Float64Array(inCell.length);
  for (let c = 0; c < inCell.length; c++) {
    if (inCell[c]! === 0) continue;
    mass[c] = repeatPower > 0 ? weights[c]! / (1 + shown[c]!) ** repeatPower : weights[c]!;
    total += pooled ? mass[c]! * inCell[c]! : mass[c]!;
  }
  if (total === 0) return false;
  for (let c = 0; c < inCell.length; c++) if (mass[c]! > 0) perImage[c]! += mass[c]! / (pooled ? total : total * inCell[c]!);
  return true;
}
