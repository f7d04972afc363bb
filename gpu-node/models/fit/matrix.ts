import { EigenvalueDecomposition, Matrix as Dense } from "ml-matrix";
import { drawNormal } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";

/** `[rows, columns] float64`, row by row. */
export interface Matrix {
  rows: number;
  columns: number;
  values: Float64Array;
}

export const matrix = (rows: number, columns: number): Matrix => ({ rows, columns, values: new Float64Array(rows * columns) });

export const rowOf = ({ columns, values }: Matrix, row: number): Float64Array => values.subarray(row * columns, (row + 1) * columns);

/** `a·b`; the inner loop runs along four rows of `b` at once, which is what keeps it fast. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.columns), n = b.columns;
  const whole = a.columns - (a.columns % 4);
  for (let i = 0; i < a.rows; i++) {
    const target = rowOf(out, i), factors = rowOf(a, i);
    for (let k = 0; k < whole; k += 4) {
      const [p, q, r, s] = [rowOf(b, k), rowOf(b, k + 1), rowOf(b, k + 2), rowOf(b, k + 3)];
      const fp = factors[k]!, fq = factors[k + 1]!, fr = factors[k + 2]!, fs = factors[k + 3]!;
      for (let j = 0; j < n; j++) target[j]! += fp * p[j]! + fq * q[j]! + fr * r[j]! + fs * s[j]!;
    }
    for (let k = whole; k < a.columns; k++) {
      const source = rowOf(b, k), factor = factors[k]!;
      for (let j = 0; j < n; j++) target[j]! += factor * source[j]!;
    }
  }
  return out;
}

export function transpose({ rows, columns, values }: Matrix): Matrix {
  const out = matrix(columns, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.values[j * rows + i] = values[i * columns + j]!;
  return out;
}

/** Eigenvectors of a symmetric matrix as rows, largest eigenvalue first. */
export function eigen({ rows, values }: Matrix): { values: Float64Array; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Dense.from1DArray(rows, rows, values), { assumeSymmetric: true });
  const order = Array.from({ length: rows }, (_, i) => i).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  const vectors = matrix(rows, rows);
  order.forEach((from, to) => rowOf(vectors, to).set(eigenvectorMatrix.getColumn(from)));
  return { values: Float64Array.from(order, (i) => realEigenvalues[i]!), vectors };
}

/**
 * The directions in which centred rows of `data` vary most, `[count, columns]`, by subspace iteration from a random start
 * (Halko, Martinsson & Tropp 2011). Close to the true ones, which is all a first reduction needs.
 */
export function principalDirections(data: Matrix, count: number, random: Random, rounds = 6): Matrix {
  let basis = matrix(count, data.columns);
  for (let i = 0; i < basis.values.length; i++) basis.values[i] = drawNormal(random);
  const columns = transpose(data);
  for (let round = 0; round < rounds; round++) {
    orthonormalise(basis);
    basis = multiply(transpose(multiply(data, transpose(basis))), data);
  }
  orthonormalise(basis);
  const seen = multiply(basis, columns);
  return multiply(eigen(multiply(seen, transpose(seen))).vectors, basis);
}

/** Gram–Schmidt over the rows, twice each so that rounding does not add up. */
function orthonormalise(basis: Matrix): void {
  for (let i = 0; i < basis.rows; i++) {
    const row = rowOf(basis, i);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = rowOf(basis, j);
        let overlap = 0;
        for (let k = 0; k < row.length; k++) overlap += row[k]! * other[k]!;
        for (let k = 0; k < row.length; k++) row[k]! -= overlap * other[k]!;
      }
      const length = Math.hypot(...row);
      for (let k = 0; k < row.length; k++) row[k]! /= length;
    }
  }
}
