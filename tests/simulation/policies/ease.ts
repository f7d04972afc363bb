import { isLike } from "../viewer-model.ts";
import type { World } from "../world/world.ts";
import { likedOf } from "./nearest.ts";
import type { MakePolicy } from "./policy.ts";
import { mostPopular, popularOrder } from "./popular.ts";

/** Weight of the ridge; on galleries of this size the result moves little between 50 and 300. */
const ridge = 100;

/**
 * EASE (Steck 2019, Embarrassingly Shallow Autoencoders for Sparse Data, WWW): item-to-item weights `B = I − P·diag(1/P)`,
 * `P = (XᵀX + λI)⁻¹`, from the warm population's likes X; an image's score is the sum of the weights from what the viewer liked.
 */
export const easePolicy: MakePolicy = (world) => {
  const order = popularOrder(world);
  const size = world.catalogue.images.length;
  let weights: Float32Array | undefined;
  return {
    name: "EASE",
    feedFor: () => ({
      page(turn) {
        const liked = likedOf(turn.history);
        if (liked.length === 0) return mostPopular(order, turn);
        weights ??= world.ease ?? fitEase(world);
        const scores = new Float64Array(size);
        for (const { image } of liked) for (let i = 0; i < size; i++) scores[i]! += weights[image * size + i]!;
        const rank = Float64Array.from({ length: size });
        order.forEach((index, place) => (rank[index] = place));
        const unseen = order.filter((index) => !turn.seen.has(index));
        return unseen.sort((a, b) => scores[b]! - scores[a]! || rank[a]! - rank[b]!).slice(0, turn.slots);
      },
    }),
  };
};

/** `[images × images]`, row: the image that was liked. In memory that threads share. */
export function fitEase({ warm, catalogue: { images } }: Pick<World, "warm" | "catalogue">): Float32Array<SharedArrayBuffer> {
  const size = images.length;
  const gram = new Float64Array(size * size);
  for (const { slots } of warm) {
    const liked = slots.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind))).map(({ image }) => image);
    for (const a of liked) for (const b of liked) gram[a * size + b]!++;
  }
  for (let i = 0; i < size; i++) gram[i * size + i]! += ridge;
  const inverse = inverseOf(gram, size);
  const weights = new Float32Array(new SharedArrayBuffer(size * size * 4));
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) weights[i * size + j] = i === j ? 0 : -inverse[i * size + j]! / inverse[j * size + j]!;
  return weights;
}

/** Inverse of a symmetric positive definite matrix, in place, by sweeping (Gauss–Jordan without pivots, which such a matrix needs none of). */
export function inverseOf(matrix: Float64Array, size: number): Float64Array {
  for (let k = 0; k < size; k++) {
    const pivot = 1 / matrix[k * size + k]!;
    matrix[k * size + k] = 1;
    for (let j = 0; j < size; j++) matrix[k * size + j]! *= pivot;
    const row = matrix.subarray(k * size, (k + 1) * size);
    for (let i = 0; i < size; i++) {
      const factor = matrix[i * size + k]!;
      if (i === k || factor === 0) continue;
      matrix[i * size + k] = 0;
      const at = i * size;
      for (let j = 0; j < size; j++) matrix[at + j]! -= factor * row[j]!;
    }
  }
  return matrix;
}
