import { unit } from "#shared/kernel/vector.ts";
import { rowOf } from "../../fit/matrix.ts";
import type { LinearMap } from "./fit-map.ts";
import type { Picture } from "./pictures.ts";

/** A picture and its place in the image space. */
export type Placed = Picture & { vector: Float32Array };

/** `unit(W(x − mean))` for every picture: what the image tower computes, but for its eight-bit weights. */
export function placeAll(pictures: readonly Picture[], { mean, weights }: LinearMap): Placed[] {
  return pictures.map((picture) => {
    const centred = Float64Array.from(picture.features, (value, i) => value - mean[i]!);
    const long = Float64Array.from({ length: weights.rows }, (_, k) => {
      const row = rowOf(weights, k);
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i]! * centred[i]!;
      return sum;
    });
    return { ...picture, vector: unit(long) };
  });
}
