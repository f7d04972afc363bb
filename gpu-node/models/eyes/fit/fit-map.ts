import { seededRandom } from "#shared/kernel/random.ts";
import { discriminants, meanOf } from "../../fit/discriminants.ts";
import { matrix, multiply, principalDirections, rowOf, transpose } from "../../fit/matrix.ts";
import type { Matrix } from "../../fit/matrix.ts";
import type { Picture } from "./pictures.ts";
import { countsAs, measuresWeight, outputs, principal, sharpening, shrinkage } from "./recipe.ts";

/** A stretch of the features that belongs together: one tap of a network, or one block of the hand-designed measures. */
export interface Block {
  length: number;
  kind: "tap" | "measure";
}

/** `W(x − mean)`, before it is brought to length one. */
export interface LinearMap {
  mean: Float64Array;
  /** `[outputs, features]`. */
  weights: Matrix;
}

/**
 * The features, centred and weighed, in their principal directions, and of those the ones that tell styles apart, the
 * better the longer. Every style counts the same, however many pictures it has. What tells collections apart is taken out
 * first: it is the strongest difference there is, every vector of a catalogue would point along it, and no viewer asks for it.
 */
export function fitMap(pictures: readonly Pick<Picture, "collection" | "features" | "style">[], blocks: readonly Block[]): LinearMap {
  const features = pictures.map((picture) => picture.features), styles = pictures.map(({ style }) => style);
  const share = sharesOf(styles);
  const mean = weighedMean(features, share);
  const scale = scaleOf(features, mean, share, blocks);
  const data = matrix(features.length, mean.length), even = matrix(features.length, mean.length);
  features.forEach((row, i) => {
    rowOf(data, i).set(row.map((value, k) => (value - mean[k]!) * scale[k]!));
    const factor = Math.sqrt(share[i]!);
    rowOf(even, i).set(rowOf(data, i).map((value) => value * factor));
  });

  const all = longDirections(even, Math.min(principal, features.length - 1));
  const directions = multiply(without(betweenCollections(multiply(data, transpose(all)), pictures.map(({ collection }) => collection)), all.rows), all);
  const telling = discriminants(multiply(data, transpose(directions)), styles, outputs, shrinkage, countsAs);
  const weights = multiply(telling.directions, directions);
  for (let k = 0; k < outputs; k++) {
    const stretch = (telling.strengths[k]! / telling.strengths[0]!) ** sharpening;
    rowOf(weights, k).forEach((value, i, row) => (row[i] = value * stretch * scale[i]!));
  }
  return { mean, weights };
}

/** What each picture weighs, so that all styles weigh the same; the shares sum to one. */
function sharesOf(styles: readonly string[]): Float64Array {
  const sizes = Map.groupBy(styles, (style) => style);
  return Float64Array.from(styles, (style) => 1 / (sizes.size * sizes.get(style)!.length));
}

function weighedMean(rows: readonly Float32Array[], share: Float64Array): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const [i, row] of rows.entries()) for (let k = 0; k < mean.length; k++) mean[k]! += share[i]! * row[k]!;
  return mean;
}

/** Orthonormal directions from the first collection's mean to each other's, as rows. */
function betweenCollections(data: Matrix, collections: readonly string[]): Float64Array[] {
  const names = [...new Set(collections)];
  const means = names.map((name) => meanOf(collections.flatMap((own, i) => (own === name ? [rowOf(data, i)] : []))));
  const basis: Float64Array[] = [];
  for (const mean of means.slice(1)) {
    const rest = mean.map((value, k) => value - means[0]![k]!);
    for (const other of basis) {
      const overlap = dotOf(rest, other);
      other.forEach((value, k) => (rest[k]! -= overlap * value));
    }
    const length = Math.sqrt(dotOf(rest, rest));
    basis.push(rest.map((value) => value / length));
  }
  return basis;
}

/** `1 − Σ b bᵀ`: leaves everything but the directions of `basis`. */
function without(basis: readonly Float64Array[], dim: number): Matrix {
  const out = matrix(dim, dim);
  for (let i = 0; i < dim; i++) {
    const row = rowOf(out, i);
    row[i] = 1;
    for (const direction of basis) direction.forEach((value, k) => (row[k]! -= direction[i]! * value));
  }
  return out;
}

/**
 * Every tap has the same energy whatever its width, each of its entries unit deviation; the measures' blocks are square
 * roots of shares already and keep their proportions.
 */
function scaleOf(rows: readonly Float32Array[], mean: Float64Array, share: Float64Array, blocks: readonly Block[]): Float64Array {
  const variance = new Float64Array(mean.length);
  for (const [i, row] of rows.entries()) for (let k = 0; k < mean.length; k++) variance[k]! += share[i]! * (row[k]! - mean[k]!) ** 2;
  const scale = new Float64Array(mean.length);
  let from = 0;
  for (const { length, kind } of blocks) {
    const part = variance.subarray(from, from + length);
    if (kind === "measure") {
      const energy = part.reduce((sum, value) => sum + value, 0);
      scale.fill(measuresWeight / Math.sqrt(energy + 1e-12), from, from + length);
    } else {
      const usual = part.reduce((sum, value) => sum + Math.sqrt(value), 0) / length;
      part.forEach((value, k) => (scale[from + k] = 1 / (Math.sqrt(length) * (Math.sqrt(value) + 1e-3 * usual + 1e-6))));
    }
    from += length;
  }
  return scale;
}

/**
 * Principal directions `[count, columns]` of unit length, found among the rows: they are few against the columns. The rows'
 * products have the squares of the data's singular values, so two rounds sharpen as much as four over the data.
 */
function longDirections(data: Matrix, count: number): Matrix {
  const products = matrix(data.rows, data.rows);
  for (let i = 0; i < data.rows; i++) {
    const left = rowOf(data, i);
    for (let j = 0; j <= i; j++) {
      products.values[i * data.rows + j] = products.values[j * data.rows + i] = dotOf(left, rowOf(data, j));
    }
  }
  const directions = multiply(principalDirections(products, count, seededRandom("principal"), 2), data);
  for (let i = 0; i < count; i++) {
    const row = rowOf(directions, i), length = Math.sqrt(dotOf(row, row));
    for (let k = 0; k < row.length; k++) row[k]! /= length;
  }
  return directions;
}

function dotOf(a: Float64Array, b: Float64Array): number {
  let p = 0, q = 0, r = 0, s = 0, i = 0;
  for (; i + 3 < a.length; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) p += a[i]! * b[i]!;
  return p + q + r + s;
}
