import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";

/**
 * A direction to the precision of one byte a dimension: enough to say where something unwanted lies (the angle is off by well under a
 * degree), at a quarter of the room. Made of coarse directions, it gives the same again, to the bit.
 */
export function coarse(vector: Vector): Vector {
  return unit(coarseBytes(vector));
}

/** `[dim] int8`, of which `unit` makes the coarse direction. */
export function coarseBytes(vector: Vector): Int8Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int8Array.from(vector, (value) => (largest > 0 ? Math.round((value / largest) * 127) : 0));
}
