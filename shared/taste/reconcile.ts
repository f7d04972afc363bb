import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";

/**
 * Which old cluster each new one continues: nearest centroids first, each at most once, none farther than `within` (cosine distance,
 * which may depend on the pair). `[after]` index into `before`, or −1 for a cluster that is new.
 */
export function reconcile<B extends { centroid: Vector }, A extends { centroid: Vector }>(
  before: readonly B[],
  after: readonly A[],
  within: (before: B, after: A) => number,
): Int32Array {
  const pairs = after
    .flatMap((cluster, a) => before.map((old, b) => ({ a, b, distance: cosineDistance(old.centroid, cluster.centroid) })))
    .filter(({ a, b, distance }) => distance <= within(before[b]!, after[a]!))
    .sort((x, y) => x.distance - y.distance);
  const continued = new Int32Array(after.length).fill(-1);
  const taken = new Set<number>();
  for (const { a, b } of pairs) {
    if (continued[a] !== -1 || taken.has(b)) continue;
    continued[a] = b;
    taken.add(b);
  }
  return continued;
}
