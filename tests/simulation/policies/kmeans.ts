import { seededRandom } from "#shared/kernel/random.ts";
import { clusterInSteps, runToEnd } from "#shared/taste/spherical-kmeans.ts";
import { rowOf } from "../world/catalogue.ts";
import { interleave, likedOf, nearestUnseen } from "./nearest.ts";
import type { MakePolicy } from "./policy.ts";
import { mostPopular, popularOrder } from "./popular.ts";

export const kmeansClusters = 5;

/** Five centroids of what was liked (spherical k-means), each with its nearest unseen images, larger clusters first. */
export const kmeansPolicy: MakePolicy = (world) => {
  const { catalogue } = world;
  const order = popularOrder(world);
  return {
    name: "k-means(5)",
    feedFor: ({ seed }) => ({
      page(turn) {
        const liked = likedOf(turn.history);
        if (liked.length === 0) return mostPopular(order, turn);
        const points = liked.map(({ image }) => ({ vector: rowOf(catalogue, image), weight: 1 }));
        const { centroids, assignment } = runToEnd(clusterInSteps(points, kmeansClusters, seededRandom(seed)));
        const sizes = centroids.map((_, c) => assignment.reduce((count, own) => count + (own === c ? 1 : 0), 0));
        const bySize = centroids.map((_, c) => c).sort((a, b) => sizes[b]! - sizes[a]!);
        return interleave(bySize.map((c) => nearestUnseen(catalogue, centroids[c]!, turn.slots, (index) => turn.seen.has(index))), turn.slots);
      },
    }),
  };
};
