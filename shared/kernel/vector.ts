/**
 * Unit vectors, `[dim] float32`. Every operation writes float32 back, so that state which goes through storage and
 * state which stays in memory are the same to the bit.
 */
export type Vector = Float32Array;

/** An embedding and the space (model + version) it belongs to; two compare only within one space. */
export interface Embedding {
  space: string;
  vector: Vector;
}

/** Four running sums let the processor overlap the additions. */
export function dot(a: Vector, b: Vector): number {
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and ${b.length} dimensions do not compare`);
  let p = 0, q = 0, r = 0, s = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

/** `1 − a·b` for unit vectors: 0 alike, 1 unrelated, 2 opposite. */
export function cosineDistance(a: Vector, b: Vector): number {
  return 1 - dot(a, b);
}

/** Cosine distance of two embeddings; throws when their spaces differ. */
export function embeddingDistance(a: Embedding, b: Embedding): number {
  if (a.space !== b.space) throw new TypeError(`vectors of the spaces ${a.space} and ${b.space} do not compare`);
  return cosineDistance(a.vector, b.vector);
}

/** A copy scaled to length one; a zero vector stays zero. */
export function unit(v: ArrayLike<number>): Vector {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i]! * v[i]!;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  const out = new Float32Array(v.length);
  for (let i = 0; i < v.length; i++) out[i] = v[i]! * scale;
  return out;
}

/** `unit(a + step·(b − a))`: a step on the sphere from `a` toward `b`; a negative step moves away. */
export function stepToward(a: Vector, b: Vector, step: number): Vector {
  const out = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! + step * (b[i]! - a[i]!);
  return unit(out);
}
