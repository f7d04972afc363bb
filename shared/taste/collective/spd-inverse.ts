/** Rows of a block. Three blocks of 64 × 256 doubles fit in a core's second-level cache. */
const block = 64;
/** Columns of a panel that a block is multiplied over at a time. */
const panel = 256;

/** Rows and columns a matrix of order `n` is stored with: whole blocks, the rest filled with the identity. */
export function paddedOrder(n: number): number {
  return Math.ceil(n / block) * block;
}

/**
 * The inverse of a symmetric positive definite matrix, in place, by a blocked Cholesky factorisation (Golub & Van Loan 2013,
 * Matrix Computations, §4.2.9): A = L·Lᵀ, M = L⁻¹, A⁻¹ = Mᵀ·M, about n³ operations in all. Every inner loop runs along
 * rows: M is kept transposed in the upper triangle while L stands in the lower, so one matrix is all the memory there is.
 *
 * `a`: `[order × order] float64`, `order = paddedOrder(n)`; its lower triangle is read, and holds the inverse's afterwards with
 * the diagonal. The upper triangle is overwritten. Throws a RangeError when the matrix is not positive definite.
 */
export function invertInPlace(a: Float64Array, order: number): void {
  if (order % block !== 0 || a.length !== order * order) throw new RangeError(`a matrix of order ${order} with ${a.length} values is not whole blocks of ${block}`);
  factor(a, order);
  invertFactor(a, order);
  multiplyFactors(a, order);
}

/** L in the lower triangle, 1/L_ii on the diagonal. */
function factor(a: Float64Array, order: number): void {
  for (let j0 = 0; j0 < order; j0 += block) {
    const j1 = j0 + block;
    for (let i0 = j0; i0 < order; i0 += block) addProducts(a, order, i0, j0, i0, j0, 0, j0, -1, true);
    for (let j = j0; j < j1; j++) {
      const pivot = a[j * order + j]! - dotRows(a, j * order, j * order, j0, j);
      if (!(pivot > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${j} is ${pivot}`);
      const inverse = 1 / Math.sqrt(pivot);
      a[j * order + j] = inverse;
      for (let i = j + 1; i < order; i++)
        a[i * order + j] = (a[i * order + j]! - dotRows(a, i * order, j * order, j0, j)) * inverse;
    }
  }
}

/** M = L⁻¹, transposed, in the upper triangle: M_ij = −(1/L_ii)·Σ_{j≤k<i} L_ik·M_kj. */
function invertFactor(a: Float64Array, order: number): void {
  for (let j0 = 0; j0 < order; j0 += block) {
    const j1 = j0 + block;
    for (let j = j0; j < j1; j++)
      for (let i = j + 1; i < j1; i++) a[j * order + i] = -a[i * order + i]! * dotRows(a, i * order, j * order, j, i);
    for (let i0 = j1; i0 < order; i0 += block) {
      for (let j = j0; j < j1; j++) for (let i = i0; i < i0 + block; i++) a[j * order + i] = dotRows(a, i * order, j * order, j, j1);
      addProducts(a, order, j0, i0, j0, i0, j1, i0, 1, false);
      for (let j = j0; j < j1; j++)
        for (let i = i0; i < i0 + block; i++)
          a[j * order + i] = -a[i * order + i]! * (a[j * order + i]! + dotRows(a, i * order, j * order, i0, i));
    }
  }
}

/** MᵀM in the lower triangle: (MᵀM)_ij = Σ_{k≥i} M_ki·M_kj for j ≤ i. */
function multiplyFactors(a: Float64Array, order: number): void {
  const diagonal = new Float64Array(order);
  for (let i = 0; i < order; i++) diagonal[i] = dotRows(a, i * order, i * order, i, order);
  for (let i0 = 0; i0 < order; i0 += block)
    for (let j0 = 0; j0 <= i0; j0 += block) {
      for (let i = i0; i < i0 + block; i++)
        for (let j = j0; j < Math.min(i, j0 + block); j++) a[i * order + j] = dotRows(a, i * order, j * order, i, i0 + block);
      addProducts(a, order, i0, j0, i0, j0, i0 + block, order, 1, true);
    }
  for (let i = 0; i < order; i++) a[i * order + i] = diagonal[i]!;
}

/** Σ a[left + k]·a[right + k] over `from ≤ k < to`. */
function dotRows(a: Float64Array, left: number, right: number, from: number, to: number): number {
  let s = 0, t = 0;
  let k = from;
  for (; k + 1 < to; k += 2) {
    s += a[left + k]! * a[right + k]!;
    t += a[left + k + 1]! * a[right + k + 1]!;
  }
  if (k < to) s += a[left + k]! * a[right + k]!;
  return s + t;
}

/**
 * Adds `sign·Σ_k a[r,k]·a[c,k]` (`from ≤ k < to`) to the block of values at row `r0`, column `c0`, whose rows of factors begin at
 * `left` and `right`. `lower` leaves what lies above the matrix's diagonal alone.
 */
function addProducts(a: Float64Array, order: number, r0: number, c0: number, left: number, right: number, from: number, to: number, sign: number, lower: boolean): void {
  for (let k0 = from; k0 < to; k0 += panel) {
    const k1 = Math.min(to, k0 + panel);
    for (let r = 0; r < block; r += 2)
      for (let c = 0; c < block; c += 4) {
        if (lower && c0 + c > r0 + r + 1) continue;
        addTile(a, order, (r0 + r) * order + c0 + c, left + r, right + c, k0, k1, sign, lower ? r0 + r - c0 - c : order);
      }
  }
}

/** A tile of 2 × 4 products, small enough for the registers; value (r, c) is left alone where `c > r + below`. */
function addTile(a: Float64Array, order: number, at: number, left: number, right: number, from: number, to: number, sign: number, below: number): void {
  const l0 = left * order, l1 = l0 + order;
  const m0 = right * order, m1 = m0 + order, m2 = m1 + order, m3 = m2 + order;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (let k = from; k < to; k++) {
    const x0 = a[l0 + k]!, x1 = a[l1 + k]!;
    const y0 = a[m0 + k]!, y1 = a[m1 + k]!, y2 = a[m2 + k]!, y3 = a[m3 + k]!;
    s00 += x0 * y0; s01 += x0 * y1; s02 += x0 * y2; s03 += x0 * y3;
    s10 += x1 * y0; s11 += x1 * y1; s12 += x1 * y2; s13 += x1 * y3;
  }
  if (below >= 0) a[at] = a[at]! + sign * s00;
  if (below >= 1) a[at + 1] = a[at + 1]! + sign * s01;
  if (below >= 2) a[at + 2] = a[at + 2]! + sign * s02;
  if (below >= 3) a[at + 3] = a[at + 3]! + sign * s03;
  if (below >= -1) a[at + order] = a[at + order]! + sign * s10;
  if (below >= 0) a[at + order + 1] = a[at + order + 1]! + sign * s11;
  if (below >= 1) a[at + order + 2] = a[at + order + 2]! + sign * s12;
  if (below >= 2) a[at + order + 3] = a[at + order + 3]! + sign * s13;
}
