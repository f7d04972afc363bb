import type { Vector } from "#shared/kernel/vector.ts";

/** Rows of a matrix against a vector; four running sums let the processor overlap the additions. */
export function rowDot(matrix: Float32Array, offset: number, vector: Vector, dim: number): number {
  let a = 0, b = 0, c = 0, d = 0;
  let k = 0;
  for (; k + 3 < dim; k += 4) {
    a += matrix[offset + k]! * vector[k]!;
    b += matrix[offset + k + 1]! * vector[k + 1]!;
    c += matrix[offset + k + 2]! * vector[k + 2]!;
    d += matrix[offset + k + 3]! * vector[k + 3]!;
  }
  for (; k < dim; k++) a += matrix[offset + k]! * vector[k]!;
  return a + b + (c + d);
}

/** `|a − b|²` of two rows, or anything above `limit` as soon as the sum passes it: unlike images are told apart in a few steps. */
export function rowSquaredDistance(matrix: Float32Array, at: number, other: number, dim: number, limit: number): number {
  let sum = 0;
  for (let k = 0; k < dim && sum <= limit; k++) {
    const difference = matrix[at + k]! - matrix[other + k]!;
    sum += difference * difference;
  }
  return sum;
}
