import type { Random } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { reconcile } from "./reconcile.ts";
import { labelRegions } from "./region-labels.ts";
import { clusterInSteps, runToEnd } from "./spherical-kmeans.ts";
import type { WeightedPoint } from "./spherical-kmeans.ts";

/** What regions are made from: puddles of all viewers, or images while viewers are few. */
export interface RegionPoint extends WeightedPoint {
  tags: readonly string[];
}

/** A global cluster. */
export interface Region {
  id: string;
  centroid: Vector;
  /** Sum of its points' weights. */
  weight: number;
  /** Number of points. */
  size: number;
  /** Its most telling tags, the first the best. */
  labels: string[];
}

export interface Regions {
  regions: Region[];
  /** `[points]` index into `regions`. */
  assignment: Int32Array;
}

/** Clusters points into up to `k` regions in short steps, yielding the share of work done; empty clusters are left out. */
export function* clusterRegionsInSteps(points: readonly RegionPoint[], k: number, random: Random): Generator<number, Regions> {
  const { centroids, assignment } = yield* clusterInSteps(points, k, random);
  const sizes = new Int32Array(centroids.length);
  const weights = new Float64Array(centroids.length);
  const tags = centroids.map(() => new Map<string, number>());
  points.forEach((point, i) => {
    const c = assignment[i]!;
    sizes[c]!++;
    weights[c]! += point.weight;
    for (const tag of point.tags) tags[c]!.set(tag, (tags[c]!.get(tag) ?? 0) + point.weight);
  });
  const kept = centroids.flatMap((_, c) => (sizes[c]! > 0 ? [c] : []));
  const labels = labelRegions(kept.map((c) => tags[c]!));
  const renumbered = new Int32Array(centroids.length);
  kept.forEach((c, r) => (renumbered[c] = r));
  return {
    regions: kept.map((c, r) => ({ id: `r${r + 1}`, centroid: centroids[c]!, weight: weights[c]!, size: sizes[c]!, labels: labels[r]! })),
    assignment: assignment.map((c) => renumbered[c]!),
  };
}

/** `clusterRegionsInSteps` run through at once. */
export function clusterRegions(points: readonly RegionPoint[], k: number, random: Random): Regions {
  return runToEnd(clusterRegionsInSteps(points, k, random));
}

/** The region whose centroid is nearest; undefined when there are none. */
export function assignRegion<R extends { centroid: Vector }>(vector: Vector, regions: readonly R[]): { region: R; distance: number } | undefined {
  let nearest: { region: R; distance: number } | undefined;
  for (const region of regions) {
    const distance = cosineDistance(region.centroid, vector);
    if (!nearest || distance < nearest.distance) nearest = { region, distance };
  }
  return nearest;
}

/**
 * Gives new regions the ids of the old ones they continue, nearest pairs first, where centroids lie within `within` (cosine
 * distance); the others take `newId`. So a region's record and its links survive the next clustering.
 */
export function keepRegionIds(before: readonly Pick<Region, "id" | "centroid">[], after: readonly Region[], within: number, newId: (index: number) => string): Region[] {
  const continued = reconcile(before, after, () => within);
  return after.map((region, r) => ({ ...region, id: before[continued[r]!]?.id ?? newId(r) }));
}
