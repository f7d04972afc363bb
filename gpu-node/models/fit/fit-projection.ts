import { base64Encode } from "#shared/kernel/base64.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Calibration } from "../image-encoder.ts";
import { readProjection } from "../projection.ts";
import type { StoredProjection } from "../projection.ts";
import { discriminants, meanOf } from "./discriminants.ts";
import { matrix, multiply, principalDirections, rowOf, transpose } from "./matrix.ts";
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

/** Centres and weighs the measures, keeps the principal directions, and of those the ones that tell styles apart. */
export function fitProjection(examples: readonly Example[], options: FitOptions): StoredProjection {
  const { space, outputs, blocks, principal = 300, shrinkage = 0.5 } = options;
  const inputs = examples[0]!.measures.length;
  const mean = meanOf(examples.map(({ measures }) => measures));
  const scale = scaleOf(examples, mean, blocks);
  const data = matrix(examples.length, inputs);
  examples.forEach(({ measures }, i) => rowOf(data, i).set(measures.map((value, k) => (value - mean[k]!) * scale[k]!)));

  const first = principalDirections(data, principal, seededRandom(space));
  const reduced = multiply(data, transpose(first));
  const weights = multiply(discriminants(reduced, examples.map(({ style }) => style), outputs, shrinkage).directions, first);
  for (let k = 0; k < outputs; k++) rowOf(weights, k).forEach((value, i, row) => (row[i] = value * scale[i]!));

  const stored = store(space, mean, weights);
  const project = readProjection(stored);
  const collections = Map.groupBy(examples, ({ collection = "" }) => collection);
  return { ...stored, calibration: calibrate([...collections.values()].map((some) => some.map(({ measures }) => project(measures)))) };
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
