import { agnes } from "ml-hclust";
import { dayMs } from "#shared/kernel/clock.ts";
import { drawIndex, seededRandom } from "#shared/kernel/random.ts";
import { rowOf } from "../world/catalogue.ts";
import type { Catalogue } from "../world/catalogue.ts";
import { interleave, likedOf, nearestUnseen } from "./nearest.ts";
import type { Liked } from "./nearest.ts";
import type { World } from "../world/world.ts";
import type { MakePolicy, Policy } from "./policy.ts";
import { mostPopular, popularOrder } from "./popular.ts";

/**
 * PinnerSage (Pal et al. 2020, PinnerSage: Multi-Modal User Embedding Framework for Recommendations at Pinterest, KDD):
 * Ward clustering of what was liked, cut at a height; each cluster stands by its medoid and has the importance
 * Σ e^(−λ·age) with λ = 0.01 a day; three clusters are sampled by importance for a page, and the nearest images of their
 * medoids are shown.
 */
export const pinnerSage = {
  lambdaPerDay: 0.01,
  sampled: 3,
  /** Height of the cut, as a part of the distance (Euclidean) between two random images: the best of 0.5 … 1.6 on a seed of its own. */
  cut: 0.7,
} as const;

export const pinnerSagePolicy: MakePolicy = (world) => makePinnerSage(world, "PinnerSage", 0);

/**
 * The same with two popular images on every page of twelve: without any, it never leaves what was liked first, which nobody would
 * put before viewers.
 */
export const pinnerSageExploringPolicy: MakePolicy = (world) => makePinnerSage(world, "PinnerSage + popular", 2);

function makePinnerSage(world: World, name: string, popularSlots: number): Policy {
  const { catalogue, calibration } = world;
  const order = popularOrder(world);
  const height = pinnerSage.cut * Math.sqrt(2 * calibration.distance.mean);
  return {
    name,
    feedFor: ({ seed }) => {
      const random = seededRandom(`pinnersage ${seed}`);
      return {
        page(turn) {
          const liked = likedOf(turn.history);
          if (liked.length === 0) return mostPopular(order, turn);
          const clusters = wardClusters(catalogue, liked, height);
          const importance = clusters.map((members) => members.reduce((sum, { at }) => sum + Math.exp((-pinnerSage.lambdaPerDay * (turn.now - at)) / dayMs), 0));
          const chosen = sampleWithout(importance, pinnerSage.sampled, random);
          const lists = chosen.map((c) => nearestUnseen(catalogue, rowOf(catalogue, medoidOf(catalogue, clusters[c]!)), turn.slots, (index) => turn.seen.has(index)));
          const popular = mostPopular(order, { seen: turn.seen, slots: popularSlots });
          const own = interleave(lists.map((list) => list.filter((index) => !popular.includes(index))), turn.slots - popular.length);
          return [...own, ...popular];
        },
      };
    },
  };
}

/** Groups of likes, by Ward's criterion, cut where joining two would cost more than `height`. */
export function wardClusters(catalogue: Pick<Catalogue, "vectors" | "dim">, liked: readonly Liked[], height: number): Liked[][] {
  if (liked.length === 1) return [[...liked]];
  const tree = agnes(liked.map(({ image }) => Array.from(rowOf(catalogue, image))), { method: "ward2" });
  return tree.cut(height).map((cluster) => cluster.indices().map((i) => liked[i]!));
}

/** The member whose squared distances to the others add up to least. */
export function medoidOf(catalogue: Pick<Catalogue, "vectors" | "dim">, members: readonly Liked[]): number {
  const sum = new Float64Array(catalogue.dim);
  for (const { image } of members) rowOf(catalogue, image).forEach((value, d) => (sum[d]! += value));
  // For unit vectors that is the member with the largest product with the sum of all.
  let best = members[0]!.image;
  let highest = -Infinity;
  for (const { image } of members) {
    const product = rowOf(catalogue, image).reduce((total, value, d) => total + value * sum[d]!, 0);
    if (product > highest) [best, highest] = [image, product];
  }
  return best;
}

function sampleWithout(weights: readonly number[], count: number, random: () => number): number[] {
  const left = [...weights];
  return Array.from({ length: Math.min(count, weights.length) }, () => {
    const drawn = drawIndex(left, random);
    left[drawn] = 0;
    return drawn;
  });
}
