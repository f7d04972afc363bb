import { eigen, matrix, multiply, rowOf, transpose } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface Discriminants {
  /** `[outputs, columns]`. */
  directions: Matrix;
  /** Along each direction, the variance between styles over that inside them; falling. */
  strengths: Float64Array;
}

/**
 * Linear discriminant analysis (Fisher 1936; Rao 1948) with a shrunken within-style covariance (Friedman 1989): the
 * directions that whiten what varies inside styles and, of that, keep what varies most between them. A style of many pictures
 * counts as `mostPerStyle` of them, so that a long series does not decide what variation means.
 */
export function discriminants(data: Matrix, styles: readonly string[], outputs: number, shrinkage: number, mostPerStyle = 8): Discriminants {
  const { within, means } = styleMoments(data, styles, mostPerStyle);
  const { values, vectors: whitening } = eigen(shrink(within, shrinkage));
  values.forEach((value, i) => rowOf(whitening, i).forEach((entry, k, row) => (row[k] = entry / Math.sqrt(value))));
  const spread = multiply(means, transpose(whitening));
  const { values: strengths, vectors } = eigen(multiply(transpose(spread), spread));
  const kept = { rows: outputs, columns: data.columns, values: vectors.values.slice(0, outputs * data.columns) };
  return { directions: multiply(kept, whitening), strengths: strengths.slice(0, outputs).map((sum) => sum / means.rows) };
}

/** Mean covariance inside styles `[d, d]`, and the styles' means less their own mean `[styles, d]`. */
function styleMoments(data: Matrix, styles: readonly string[], mostPerStyle: number): { within: Matrix; means: Matrix } {
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

/** The covariance drawn toward a sphere of the same trace, by a share of 0…1. */
function shrink({ rows, columns, values }: Matrix, share: number): Matrix {
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += values[i * columns + i]!;
  const out = { rows, columns, values: values.map((value) => value * (1 - share)) };
  for (let i = 0; i < rows; i++) out.values[i * columns + i]! += (share * trace) / rows;
  return out;
}

export function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < mean.length; k++) mean[k]! += row[k]! / rows.length;
  return mean;
}
