import type { Vector } from "#shared/kernel/vector.ts";
import { distanceAt, type SpaceCalibration } from "#shared/taste/calibration.ts";
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

/** Bits of the perceptual hash in which a copy may differ, and how near its vector must lie, as far below the mean distance in deviations. */
export const copyLimits = { bits: 6, z: -2.6 } as const;

/**
 * The stored image that this one is a copy of, resized, re-encoded or touched up; null where it is one of its own. Both measures must
 * agree: a hash knows nothing of colour, and two pictures of one hand may share a palette. Of several the first stored is the original.
 */
export async function findOriginal({ vectors, memory, calibration }: FindOriginalParts, { id, vector, phash }: Seen): Promise<string | null> {
  const [near = []] = await vectors.search(calibration.space, [vector], { limit: looked, exclude: [id] });
  const within = distanceAt(copyLimits.z, calibration);
  const close = near.filter(({ distance }) => distance <= within);
  const facts = await memory.facts(close.map(({ image_id }) => image_id));
  const copies = [...facts.values()].filter((one) => hashDistance(one.phash, phash) <= copyLimits.bits);
  const [first] = copies.sort((one, other) => one.created_at - other.created_at || (one.id < other.id ? -1 : 1));
  return first === undefined ? null : (first.duplicate_of ?? first.id);
}
