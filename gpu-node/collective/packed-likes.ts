import { setImmediate as nextTurn } from "node:timers/promises";
import type { Like } from "#shared/taste/collective/together.ts";
import type { LikesByViewer } from "./like-log.ts";

/** Likes as plain arrays, which travel to a thread in one copy: viewer `u` likes `image[k]` for `start[u] ≤ k < start[u + 1]`. */
export interface PackedLikes {
  viewers: string[];
  images: string[];
  start: Int32Array;
  image: Int32Array;
  strength: Float64Array;
  at: Float64Array;
}

const viewersAtOnce = 200;

/** Packs them in short stretches. */
export async function packLikes(byViewer: LikesByViewer): Promise<PackedLikes> {
  const viewers = [...byViewer.keys()];
  const start = new Int32Array(viewers.length + 1);
  viewers.forEach((viewer, u) => (start[u + 1] = start[u]! + byViewer.get(viewer)!.length));
  const count = start[viewers.length]!;
  const packed = { viewers, images: [] as string[], start, image: new Int32Array(count), strength: new Float64Array(count), at: new Float64Array(count) };
  const indexOf = new Map<string, number>();
  for (let u = 0; u < viewers.length; u++) {
    byViewer.get(viewers[u]!)!.forEach(({ image_id, strength, at }, i) => {
      const index = indexOf.get(image_id) ?? packed.images.push(image_id) - 1;
      indexOf.set(image_id, index);
      packed.image[start[u]! + i] = index;
      packed.strength[start[u]! + i] = strength;
      packed.at[start[u]! + i] = at;
    });
    if (u % viewersAtOnce === viewersAtOnce - 1) await nextTurn();
  }
  return packed;
}

export function* unpackLikes({ viewers, images, start, image, strength, at }: PackedLikes): Generator<Like> {
  for (let u = 0; u < viewers.length; u++)
    for (let k = start[u]!; k < start[u + 1]!; k++) yield { viewer_id: viewers[u]!, image_id: images[image[k]!]!, strength: strength[k]!, at: at[k]! };
}
