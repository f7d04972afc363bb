import { dayMs } from "#shared/kernel/clock.ts";
import { clusterInSteps, runToEnd } from "#shared/taste/spherical-kmeans.ts";
import { decayedCentroid } from "#tests/simulation/policies/centroid.ts";
import { kmeansClusters } from "#tests/simulation/policies/kmeans.ts";
import { medoidOf, pinnerSage, wardClusters } from "#tests/simulation/policies/pinnersage.ts";
import { rowOf } from "#tests/simulation/world/catalogue.ts";
import type { MakeRanker } from "./ranker.ts";
import { SharedRanking, similarities } from "./similarity.ts";

/** Ward's clustering takes time with the square of the likes; older ones than these hardly count. */
const newestLikes = 400;
/** Clusters with a say, the most important ones. */
const mostClusters = 10;

/** The decayed mean of what was liked: the nearest images first. */
export const centroidRanker: MakeRanker = ({ catalogue }) => {
  const scores = new Float64Array(catalogue.ids.length);
  return { name: "centroid", score: ({ liked, now }) => similarities(catalogue, decayedCentroid(catalogue, liked, now), scores) };
};

/** Five centroids of what was liked, each with places by its size. */
export const kmeansRanker: MakeRanker = ({ catalogue }) => {
  const ranking = new SharedRanking(catalogue);
  return {
    name: "k-means(5)",
    score: ({ liked }, random) => {
      const points = liked.map(({ image }) => ({ vector: rowOf(catalogue, image), weight: 1 }));
      const { centroids, assignment } = runToEnd(clusterInSteps(points, kmeansClusters, random));
      const sizes = new Float64Array(centroids.length);
      for (const own of assignment) sizes[own]!++;
      return ranking.of(centroids.flatMap((lead, c) => (sizes[c]! > 0 ? [{ lead, share: sizes[c]! / liked.length }] : [])));
    },
  };
};

/** Medoids of Ward's clusters, each with places by its importance, of which likes lose a hundredth a day. */
export const pinnerSageRanker: MakeRanker = ({ catalogue, calibration }) => {
  const ranking = new SharedRanking(catalogue);
  const height = pinnerSage.cut * Math.sqrt(2 * calibration.distance.mean);
  return {
    name: "PinnerSage",
    score: ({ liked, now }) => {
      const clusters = wardClusters(catalogue, liked.slice(-newestLikes), height).map((members) => ({
        members, importance: members.reduce((sum, { at }) => sum + Math.exp((-pinnerSage.lambdaPerDay * (now - at)) / dayMs), 0),
      }));
      const foremost = clusters.sort((a, b) => b.importance - a.importance).slice(0, mostClusters);
      const total = foremost.reduce((sum, { importance }) => sum + importance, 0);
      return ranking.of(foremost.map(({ members, importance }) => ({ lead: rowOf(catalogue, medoidOf(catalogue, members)), share: importance / total })));
    },
  };
};
