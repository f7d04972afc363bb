import type { Vector } from "#shared/kernel/vector.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { ImageMemory } from "../taste/image-memory.ts";
import { hashDistance } from "./perceptual-hash.ts";

export interface FindOriginalParts {
  vectors: Pick<VectorStore, "search">;
  memory: Pick<ImageMemory, "facts">;
  calibration: SpaceCalibration;
}

/** An image as its analysis has it. */
export interface Seen {
  id: string;
  vector: Vector;
  phash: string;
}

/** Neighbours held against the image; copies of one lie closer together than anything else. */
const looked = 12;

/**
 * Bits of the perceptual hash in which a copy may differ, and how near its vector must lie, as a part of the mean distance. In the
 * space of `eyes-2` none of the gallery's 258,840 pairs passes for a copy; of JPEG, WebP and GIF copies, at half the size, brightened, 84 % do
 * (185 copies of 37 pictures). A copy that is missed is shown twice; a picture taken for one is not shown at all.
 */
export const copyLimits = { bits: 4, distance: 1 / 14 } as const;

/**
 * The stored image that this one is a copy of, resized, re-encoded or touched up; null where it is one of its own. Both measures must
 * agree: a hash knows nothing of colour, and two pictures of one hand may share a palette. Of several the first stored is the original.
 */
export async function findOriginal({ vectors, memory, calibration }: FindOriginalParts, { id, vector, phash }: Seen): Promise<string | null> {
  const [near = []] = await vectors.search(calibration.space, [vector], { limit: looked, exclude: [id] });
  const within = copyLimits.distance * calibration.distance.mean;
  const close = near.filter(({ distance }) => distance <= within);
  const facts = await memory.facts(close.map(({ image_id }) => image_id));
  const copies = [...facts.values()].filter((one) => hashDistance(one.phash, phash) <= copyLimits.bits);
  const [first] = copies.sort((one, other) => one.created_at - other.created_at || (one.id < other.id ? -1 : 1));
  return first === undefined ? null : (first.duplicate_of ?? first.id);
}
