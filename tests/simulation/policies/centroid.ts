import { dayMs } from "#shared/kernel/clock.ts";
import { decayed } from "#shared/taste/taste.ts";
import { unit } from "#shared/kernel/vector.ts";
import { rowOf } from "../world/catalogue.ts";
import type { Catalogue } from "../world/catalogue.ts";
import { likedOf, nearestUnseen } from "./nearest.ts";
import type { Liked } from "./nearest.ts";
import type { MakePolicy } from "./policy.ts";
import { mostPopular, popularOrder } from "./popular.ts";

/** Half-lives of a like in the centroid: in time, and in likes that came after it. */
const halfLife = { ms: 7 * dayMs, likes: 15 };

/** One vector a viewer: the mean of what was liked, newer likes counting more; its nearest unseen images fill the page. */
export const centroidPolicy: MakePolicy = (world) => {
  const order = popularOrder(world);
  return {
    name: "centroid",
    feedFor: () => ({
      page(turn) {
        const liked = likedOf(turn.history);
        if (liked.length === 0) return mostPopular(order, turn);
        return nearestUnseen(world.catalogue, decayedCentroid(world.catalogue, liked, turn.now), turn.slots, (index) => turn.seen.has(index));
      },
    }),
  };
};

export function decayedCentroid(catalogue: Pick<Catalogue, "vectors" | "dim">, liked: readonly Liked[], now: number) {
  const sum = new Float64Array(catalogue.dim);
  liked.forEach(({ image, at }, i) => {
    const weight = decayed(1, now - at, halfLife.ms) * 2 ** (-(liked.length - 1 - i) / halfLife.likes);
    const row = rowOf(catalogue, image);
    for (let d = 0; d < sum.length; d++) sum[d]! += weight * row[d]!;
  });
  return unit(sum);
}
