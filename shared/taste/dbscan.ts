import type { Vector } from "#shared/kernel/vector.ts";
import { dot } from "#shared/kernel/vector.ts";

/** Rows compared between two pauses. */
const stretch = 12;

/**
 * DBSCAN (Ester, Kriegel, Sander & Xu 1996) by cosine distance, every pair compared: `[points]` the number of the cluster, −1 for
 * outliers. A point with `neighbours` others within `reach` is a core; cores within reach of each other are one cluster, and
 * a point within reach of a core belongs to the first such cluster. Yields now and then, so that the caller can let others run.
 */
export function* dbscanInSteps(points: readonly Vector[], reach: number, neighbours: number): Generator<void, Int32Array> {
  const near: number[][] = points.map(() => []);
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++)
      if (1 - dot(points[i]!, points[j]!) <= reach) {
        near[i]!.push(j);
        near[j]!.push(i);
      }
    if (i % stretch === stretch - 1) yield;
  }
  const labels = new Int32Array(points.length).fill(-1);
  let clusters = 0;
  for (let i = 0; i < points.length; i++) {
    if (labels[i] !== -1 || near[i]!.length < neighbours) continue;
    const reached = [i];
    labels[i] = clusters;
    for (let point = reached.pop(); point !== undefined; point = reached.pop()) {
      if (near[point]!.length < neighbours) continue;
      for (const other of near[point]!)
        if (labels[other] === -1) {
          labels[other] = clusters;
          reached.push(other);
        }
    }
    clusters++;
  }
  return labels;
}
