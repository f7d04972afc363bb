import { dayMs } from "#shared/kernel/clock.ts";
import type { Like } from "./together.ts";

/**
 * Who likes what and how much, as a sparse matrix by viewer: viewer `u` likes `image[k]` by `weight[k]` for
 * `start[u] ≤ k < start[u + 1]`, images ascending. Plain arrays, so that it travels to a worker as it is.
 */
export interface LikeTable {
  /** Ids, ascending. */
  images: readonly string[];
  start: Int32Array;
  image: Int32Array;
  weight: Float64Array;
}

export interface LikeTableOptions {
  /** Ages are counted from here; milliseconds since the epoch. */
  asOf: number;
  /** Time in which a like loses half its weight. */
  halfLifeMs: number;
  /** Images fewer viewers than this like are left out: a single viewer's likes link nothing. */
  fewestViewers: number;
  /** Likes taken of one viewer, the heaviest first, so that nobody outweighs a crowd or slows it down. */
  perViewer: number;
}

export const likeTableDefaults = { halfLifeMs: 90 * dayMs, fewestViewers: 2, perViewer: 400 } as const;

/** The same table whatever the order of the likes; of several signals by one viewer about one image the heaviest counts. */
export function likeTable(likes: Iterable<Like>, options: LikeTableOptions): LikeTable {
  const byViewer = heaviest(likes, options);
  const likers = new Map<string, number>();
  for (const liked of byViewer.values()) for (const id of liked.keys()) likers.set(id, (likers.get(id) ?? 0) + 1);
  const images = [...likers].filter(([, count]) => count >= options.fewestViewers).map(([id]) => id).sort();
  const indexOf = new Map(images.map((id, i) => [id, i]));

  const rows = [...byViewer.keys()].sort().flatMap((viewer) => {
    const row = [...byViewer.get(viewer)!].flatMap(([id, weight]) => (indexOf.has(id) ? [{ image: indexOf.get(id)!, weight }] : []));
    return row.length === 0 ? [] : [row.sort((a, b) => b.weight - a.weight || a.image - b.image).slice(0, options.perViewer).sort((a, b) => a.image - b.image)];
  });
  const start = new Int32Array(rows.length + 1);
  rows.forEach((row, u) => (start[u + 1] = start[u]! + row.length));
  const cells = rows.flat();
  return { images, start, image: Int32Array.from(cells, (cell) => cell.image), weight: Float64Array.from(cells, (cell) => cell.weight) };
}

function heaviest(likes: Iterable<Like>, { asOf, halfLifeMs }: LikeTableOptions): Map<string, Map<string, number>> {
  const byViewer = new Map<string, Map<string, number>>();
  for (const { viewer_id, image_id, strength, at } of likes) {
    if (!(strength > 0)) continue;
    const weight = strength * 2 ** (-Math.max(0, asOf - at) / halfLifeMs);
    const liked = byViewer.get(viewer_id) ?? new Map<string, number>();
    if (weight > (liked.get(image_id) ?? 0)) liked.set(image_id, weight);
    byViewer.set(viewer_id, liked);
  }
  return byViewer;
}

export function viewersIn({ start }: LikeTable): number {
  return start.length - 1;
}

/** The table by image: image `i` is liked by `viewer[k]` by `weight[k]` for `start[i] ≤ k < start[i + 1]`. */
export function byImage(table: LikeTable): { start: Int32Array; viewer: Int32Array; weight: Float64Array } {
  const start = new Int32Array(table.images.length + 1);
  for (const i of table.image) start[i + 1]!++;
  for (let i = 0; i < table.images.length; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const viewer = new Int32Array(table.image.length);
  const weight = new Float64Array(table.image.length);
  for (let u = 0; u < viewersIn(table); u++)
    for (let k = table.start[u]!; k < table.start[u + 1]!; k++) {
      const at = next[table.image[k]!]!++;
      viewer[at] = u;
      weight[at] = table.weight[k]!;
    }
  return { start, viewer, weight };
}
