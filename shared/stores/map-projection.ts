import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { dot, type Vector } from "#shared/kernel/vector.ts";
import { planarMap, projectOnMap } from "#shared/taste/planar-map.ts";
import type { Projection } from "./region-store.ts";

export interface MapPoint {
  x: number;
  y: number;
}

/** Deviations from the middle at which a point lies at tanh(1) = 0.76 of the way to the rim. */
const deviationsToRim = 1.6;

/**
 * The plane in which these vectors differ most, scaled so that most of them fill the map: per axis `a·(v − mean)/(1.6·sd)`,
 * to be squashed by `placeOnMap`.
 */
export function projectionOf(vectors: readonly Vector[]): Projection {
  const map = planarMap(vectors);
  const points = vectors.map((vector) => projectOnMap(map, vector));
  const rows = map.axes.map((axis, a) => {
    const squares = points.reduce((sum, point) => sum + (a === 0 ? point.x : point.y) ** 2, 0);
    const scale = 1 / (deviationsToRim * Math.max(Math.sqrt(squares / Math.max(1, vectors.length)), 1e-9));
    const offset = -axis.reduce((sum, value, d) => sum + value * map.mean[d]!, 0);
    return Float32Array.from([...axis, offset], (value) => value * scale);
  });
  return [rows[0]!, rows[1]!];
}

/** Two random directions, always the same for a space: the map before the first regions were drawn. */
export function provisionalProjection(space: string, dim: number): Projection {
  const random = seededRandom(space);
  const row = () => Float32Array.from({ length: dim + 1 }, (_, d) => (d === dim ? 0 : drawNormal(random) / deviationsToRim));
  return [row(), row()];
}

/** Where a vector lies on the map, both coordinates within −1 and 1. */
export function placeOnMap([xs, ys]: Projection, vector: Vector): MapPoint {
  const along = (row: Float32Array) => Math.tanh(dot(row.subarray(0, -1), vector) + row.at(-1)!);
  return { x: along(xs), y: along(ys) };
}
