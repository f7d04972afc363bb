import { base64Encode } from "#shared/kernel/base64.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Calibration } from "../image-encoder.ts";
import { readProjection } from "../projection.ts";
import type { StoredProjection } from "../projection.ts";
import { eigen, matrix, multiply, principalDirections, rowOf, transpose } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

/** One picture's measures and the name of its style; pictures of one style should come to lie together. */
export interface Example {
  /** Where the picture comes from; calibration compares within one. */
  collection?: string;
  style: string;
  measures: Float32Array;
}

export interface FitOptions {
  space: string;
  outputs: number;
  /** Lengths of the descriptor's blocks, in order; each block starts with the same weight for its size. */
  blocks: readonly number[];
  /** Principal directions kept before styles are looked at. */
  principal?: number;
  /** How far the within-style covariance is drawn toward a sphere, 0…1; there are few pictures a style. */
  shrinkage?: number;
}

/** A style of many pictures counts as this many, so that a long series does not decide what variation means. */
const mostPerStyle = 8;

/**
 * Linear discriminant analysis (Fisher 1936; Rao 1948) with a shrunken within-style covariance (Friedman 1989): centre and
 * weigh the measures, keep the principal directions, whiten by what varies inside styles, keep what varies between them.
 */
export function fitProjection(examples: readonly Example[], options: FitOptions): StoredProjection {
  const { space, outputs, blocks, principal = 300, shrinkage = 0.5 } = options;
  const inputs = examples[0]!.measures.length;
  const mean = meanOf(examples.map(({ measures }) => measures));
  const scale = scaleOf(examples, mean, blocks);
  const data = matrix(examples.length, inputs);
  examples.forEach(({ measures }, i) => rowOf(data, i).set(measures.map((value, k) => (value - mean[k]!) * scale[k]!)));

  const first = principalDirections(data, principal, seededRandom(space));
  const reduced = multiply(data, transpose(first));
  const { within, means } = styleMoments(reduced, examples.map(({ style }) => style));
  let trace = 0;
  for (let i = 0; i < principal; i++) trace += within.values[i * principal + i]!;
  for (let i = 0; i < within.values.length; i++) within.values[i]! *= 1 - shrinkage;
  for (let i = 0; i < principal; i++) within.values[i * principal + i]! += (shrinkage * trace) / principal;

  const { values, vectors: whitening } = eigen(within);
  values.forEach((value, i) => rowOf(whitening, i).forEach((entry, k, row) => (row[k] = entry / Math.sqrt(value))));
  const spread = multiply(means, transpose(whitening));
  const { vectors } = eigen(multiply(transpose(spread), spread));
  const chosen: Matrix = { rows: outputs, columns: principal, values: vectors.values.slice(0, outputs * principal) };
  const weights = multiply(multiply(chosen, whitening), first);
  for (let k = 0; k < outputs; k++) rowOf(weights, k).forEach((value, i, row) => (row[i] = value * scale[i]!));

  const stored = store(space, mean, weights);
  const project = readProjection(stored);
  const collections = Map.groupBy(examples, ({ collection = "" }) => collection);
  return { ...stored, calibration: calibrate([...collections.values()].map((some) => some.map(({ measures }) => project(measures)))) };
}

function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < mean.length; k++) mean[k]! += row[k]! / rows.length;
  return mean;
}

/** Half-way to unit deviation for each measure, then every block scaled to an energy of the root of its length. */
function scaleOf(examples: readonly Example[], mean: Float64Array, blocks: readonly number[]): Float64Array {
  const variance = new Float64Array(mean.length);
  for (const { measures } of examples) for (let k = 0; k < mean.length; k++) variance[k]! += (measures[k]! - mean[k]!) ** 2 / examples.length;
  const deviation = variance.map((value) => Math.sqrt(value) + 1e-4);
  const scale = new Float64Array(mean.length);
  let from = 0;
  for (const length of blocks) {
    let energy = 0;
    for (let k = from; k < from + length; k++) energy += variance[k]! / deviation[k]!;
    for (let k = from; k < from + length; k++) scale[k] = length ** 0.25 / Math.sqrt(deviation[k]! * (energy + 1e-12));
    from += length;
  }
  return scale;
}

/** Mean covariance inside styles `[d, d]`, and the styles' means less their own mean `[styles, d]`. */
function styleMoments(data: Matrix, styles: readonly string[]): { within: Matrix; means: Matrix } {
  const members = new Map<string, Float64Array[]>();
  styles.forEach((style, i) => members.set(style, [...(members.get(style) ?? []), rowOf(data, i)]));
  const within = matrix(data.columns, data.columns), means = matrix(members.size, data.columns);
  let counted = 0;
  for (const [index, rows] of [...members.values()].entries()) {
    const mean = meanOf(rows), weight = Math.min(rows.length, mostPerStyle);
    rowOf(means, index).set(mean);
    counted += weight;
    for (const row of rows) {
      const apart = row.map((value, k) => value - mean[k]!);
      apart.forEach((left, i) => {
        const target = rowOf(within, i), factor = (left * weight) / rows.length;
        for (let k = 0; k < target.length; k++) target[k]! += factor * apart[k]!;
      });
    }
  }
  for (let i = 0; i < within.values.length; i++) within.values[i]! /= counted;
  const centre = meanOf(Array.from({ length: means.rows }, (_, i) => rowOf(means, i)));
  for (let i = 0; i < means.rows; i++) rowOf(means, i).forEach((value, k, row) => (row[k] = value - centre[k]!));
  return { within, means };
}

/** Eight bits a weight, one step size a measure: a quarter of the bytes for a change of under a thousandth in distances. */
function store(space: string, mean: Float64Array, { rows, columns, values }: Matrix): StoredProjection {
  const steps = new Float32Array(columns);
  for (let i = 0; i < values.length; i++) steps[i % columns] = Math.max(steps[i % columns]!, Math.abs(values[i]!) / 127);
  const weights = Int8Array.from(values, (value, i) => (value === 0 ? 0 : Math.round(value / steps[i % columns]!)));
  const text = (array: Float32Array | Int8Array): string => base64Encode(new Uint8Array(array.buffer));
  return {
    space,
    inputs: columns,
    outputs: rows,
    mean: text(Float32Array.from(mean)),
    steps: text(steps),
    weights: text(weights),
    calibration: { mean: 1, sd: 1 },
  };
}

/**
 * Over 200,000 random pairs, as many from every collection and both pictures of a pair from the same one: a catalogue is
 * one collection, and pairs across two would look farther apart than any a viewer is shown.
 */
function calibrate(collections: readonly (readonly Float32Array[])[]): Calibration {
  const random = seededRandom("pairs");
  const distances = Array.from({ length: 200_000 }, (_, n) => {
    const vectors = collections[n % collections.length]!;
    const left = Math.floor(random() * vectors.length);
    const right = (left + 1 + Math.floor(random() * (vectors.length - 1))) % vectors.length;
    return cosineDistance(vectors[left]!, vectors[right]!);
  });
  const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
  const variance = distances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / distances.length;
  return { mean: Number(mean.toFixed(4)), sd: Number(Math.sqrt(variance).toFixed(4)) };
}
