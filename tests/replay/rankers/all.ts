import { centroidRanker, kmeansRanker, pinnerSageRanker } from "./by-content.ts";
import { easeRanker, itemNeighbourRanker } from "./by-likes.ts";
import { oursRanker } from "./ours.ts";
import { popularRanker, randomRanker } from "./plain.ts";
import type { MakeRanker } from "./ranker.ts";

/** The policies by the names the simulator gives them. */
export const rankers: Record<string, MakeRanker> = {
  random: randomRanker,
  popular: popularRanker,
  centroid: centroidRanker,
  "k-means(5)": kmeansRanker,
  PinnerSage: pinnerSageRanker,
  EASE: easeRanker,
  "item kNN": itemNeighbourRanker,
  ours: oursRanker,
};

export const rankerNames = Object.keys(rankers);
