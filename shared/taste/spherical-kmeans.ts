import { drawIndex } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";

export interface WeightedPoint {
  vector: Vector;
  weight: number;
}

export interface Clustering {
  centroids: Vector[];
  /** `[points]` index of the nearest centroid. */
  assignment: Int32Array;
}

/** Points a step handles; about a millisecond or two of work at 256 dimensions and 64 centroids. */
const batchSize = 256;
const maxSteps = 300;
/** Points per centroid that seeding looks at. */
const seedSample = 40;

/**
 * Spherical mini-batch k-means (Sculley 2010, Web-scale k-means clustering, on unit vectors as in Dhillon & Modha 2001) with
 * k-means++ seeding (Arthur & Vassilvitskii 2007). A generator that yields the share of work done after each short stretch, so
 * that the caller can let others run; `runToEnd` takes it through at once. `k` is lowered to the number of points.
 */
export function* clusterInSteps(points: readonly WeightedPoint[], k: number, random: Random): Generator<number, Clustering> {
  const size = points.length;
  if (size === 0 || k < 1) return { centroids: [], assignment: new Int32Array(size) };
  const dim = points[0]!.vector.length;
  const rows = new Float32Array(size * dim);
  points.forEach((point, i) => rows.set(point.vector, i * dim));
  const weights = Float64Array.from(points, (point) => point.weight);
  const table: Rows = { rows, dim, size };

  const centroids = yield* seed(table, weights, Math.min(k, size), random);
  const taken = new Float64Array(centroids.size);
  const steps = Math.min(maxSteps, Math.max(30, Math.ceil((3 * size) / batchSize)));
  for (let step = 0; step < steps; step++) {
    const batch = Int32Array.from({ length: Math.min(batchSize, 4 * size) }, () => Math.floor(random() * size));
    const owners = batch.map((i) => nearestRow(centroids, rows, i * dim));
    batch.forEach((i, b) => {
      const owner = owners[b]!;
      taken[owner]! += weights[i]!;
      if (weights[i]! > 0) moveRow(centroids, owner, rows, i * dim, weights[i]! / taken[owner]!);
    });
    for (let c = 0; c < centroids.size; c++) normaliseRow(centroids, c);
    yield 0.3 + (0.4 * (step + 1)) / steps;
  }
  return yield* settle(table, weights, centroids);
}

/** Runs a stepwise job through without pause. */
export function runToEnd<T>(job: Generator<unknown, T>): T {
  for (;;) {
    const step = job.next();
    if (step.done) return step.value;
  }
}

interface Rows {
  /** `[size × dim] float32`. */
  rows: Float32Array;
  dim: number;
  size: number;
}

/**
 * Greedy k-means++: for each next centroid a few points are drawn by weight times distance to the nearest centroid so far, and the
 * one that leaves the least distance over all stands (Arthur & Vassilvitskii 2007, §6). Cosine distance is half the squared chord
 * that k-means minimises.
 */
function* seed(table: Rows, weights: Float64Array, k: number, random: Random): Generator<number, Rows> {
  const { rows, dim, size } = table;
  const sample = size <= seedSample * k
    ? Int32Array.from({ length: size }, (_, i) => i)
    : Int32Array.from({ length: seedSample * k }, () => Math.floor(random() * size));
  const importance = Float64Array.from(sample, (i) => Math.max(weights[i]!, 1e-12));
  const centroids: Rows = { rows: new Float32Array(k * dim), dim, size: 0 };
  const tries = 2 + Math.floor(Math.log(k));
  let distance = new Float64Array(sample.length).fill(1);
  while (centroids.size < k) {
    const odds = distance.map((d, s) => d * importance[s]!);
    let best = { from: 0, left: Infinity, distance };
    for (let t = 0; t < (centroids.size === 0 ? 1 : tries); t++) {
      const from = sample[drawIndex(odds, random)]! * dim;
      let left = 0;
      const nearer = distance.map((d, s) => {
        const toNew = Math.max(1e-9, 1 - dotRows(rows, sample[s]! * dim, rows, from, dim));
        const nearest = centroids.size === 0 ? toNew : Math.min(d, toNew);
        left += nearest * importance[s]!;
        return nearest;
      });
      if (left < best.left) best = { from, left, distance: nearer };
    }
    distance = best.distance;
    centroids.rows.set(rows.subarray(best.from, best.from + dim), centroids.size * dim);
    centroids.size++;
    yield (0.3 * centroids.size) / k;
  }
  return centroids;
}

/** One exact pass: every point to its nearest centroid, every centroid to the weighted mean of its points. */
function* settle({ rows, dim, size }: Rows, weights: Float64Array, centroids: Rows): Generator<number, Clustering> {
  const assignment = new Int32Array(size);
  const sums = new Float64Array(centroids.size * dim);
  for (let i = 0; i < size; i++) {
    const owner = nearestRow(centroids, rows, i * dim);
    assignment[i] = owner;
    for (let d = 0; d < dim; d++) sums[owner * dim + d]! += weights[i]! * rows[i * dim + d]!;
    if (i % batchSize === batchSize - 1) yield 0.7 + (0.3 * i) / size;
  }
  const means = Array.from({ length: centroids.size }, (_, c) => {
    const mean = unit(sums.subarray(c * dim, (c + 1) * dim));
    return mean.some((value) => value !== 0) ? mean : centroids.rows.slice(c * dim, (c + 1) * dim);
  });
  return { centroids: means, assignment };
}

function nearestRow(centroids: Rows, rows: Float32Array, at: number): number {
  let nearest = 0;
  let highest = -Infinity;
  for (let c = 0; c < centroids.size; c++) {
    const similarity = dotRows(rows, at, centroids.rows, c * centroids.dim, centroids.dim);
    if (similarity > highest) [nearest, highest] = [c, similarity];
  }
  return nearest;
}

function dotRows(left: Float32Array, at: number, right: Float32Array, from: number, dim: number): number {
  let a = 0, b = 0, c = 0, d = 0;
  let k = 0;
  for (; k + 3 < dim; k += 4) {
    a += left[at + k]! * right[from + k]!;
    b += left[at + k + 1]! * right[from + k + 1]!;
    c += left[at + k + 2]! * right[from + k + 2]!;
    d += left[at + k + 3]! * right[from + k + 3]!;
  }
  for (; k < dim; k++) a += left[at + k]! * right[from + k]!;
  return a + b + (c + d);
}

function moveRow(centroids: Rows, c: number, rows: Float32Array, at: number, step: number): void {
  const from = c * centroids.dim;
  for (let d = 0; d < centroids.dim; d++) centroids.rows[from + d]! += step * (rows[at + d]! - centroids.rows[from + d]!);
}

function normaliseRow(centroids: Rows, c: number): void {
  const row = centroids.rows.subarray(c * centroids.dim, (c + 1) * centroids.dim);
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  if (length > 0) for (let d = 0; d < row.length; d++) row[d]! /= length;
}
