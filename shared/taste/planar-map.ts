import type { Vector } from "#shared/kernel/vector.ts";

/** A flat picture of a space: `xy = axes·(v − mean)`. Plain arrays, so that it travels as JSON. */
export interface PlanarMap {
  mean: number[];
  axes: [x: number[], y: number[]];
}

/** Rounds of power iteration; each costs two passes over the vectors. */
const rounds = 60;

/**
 * The plane in which the vectors differ most: their first two principal components by power iteration with deflation
 * (Golub & Van Loan, Matrix Computations, §8.2). No dice: the start and the axes' signs are fixed, so that the same vectors
 * always give the same picture.
 */
export function planarMap(vectors: readonly Vector[]): PlanarMap {
  const dim = vectors[0]?.length ?? 0;
  const mean = new Float64Array(dim);
  for (const vector of vectors) for (let d = 0; d < dim; d++) mean[d]! += vector[d]! / vectors.length;
  const x = principalAxis(vectors, mean, []);
  const y = principalAxis(vectors, mean, [x]);
  return { mean: [...mean], axes: [[...x], [...y]] };
}

/** Where a vector lies on the map. */
export function projectOnMap({ mean, axes: [xs, ys] }: PlanarMap, vector: Vector): { x: number; y: number } {
  let x = 0;
  let y = 0;
  for (let d = 0; d < mean.length; d++) {
    const away = vector[d]! - mean[d]!;
    x += xs[d]! * away;
    y += ys[d]! * away;
  }
  return { x, y };
}

function principalAxis(vectors: readonly Vector[], mean: Float64Array, others: readonly Float64Array[]): Float64Array {
  const dim = mean.length;
  let axis = new Float64Array(dim).map((_, d) => Math.sin(d + 1));
  makeOrthonormal(axis, others);
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(dim);
    for (const vector of vectors) {
      let along = 0;
      for (let d = 0; d < dim; d++) along += axis[d]! * (vector[d]! - mean[d]!);
      for (let d = 0; d < dim; d++) next[d]! += along * (vector[d]! - mean[d]!);
    }
    if (!makeOrthonormal(next, others)) break;
    axis = next;
  }
  return withFixedSign(axis);
}

/** Scales to length one after taking the others' part out; false when nothing is left (no spread in that direction). */
function makeOrthonormal(axis: Float64Array, others: readonly Float64Array[]): boolean {
  for (const other of others) {
    const along = axis.reduce((sum, value, d) => sum + value * other[d]!, 0);
    for (let d = 0; d < axis.length; d++) axis[d]! -= along * other[d]!;
  }
  const length = Math.hypot(...axis);
  if (length < 1e-12) return false;
  for (let d = 0; d < axis.length; d++) axis[d]! /= length;
  return true;
}

/** An axis and its opposite are equally principal; the one whose largest coordinate is positive stands. */
function withFixedSign(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}
