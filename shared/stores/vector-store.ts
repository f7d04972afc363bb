import type { Vector } from "#shared/kernel/vector.ts";

export interface StoredVector {
  image_id: string;
  vector: Vector;
}

export interface Neighbour {
  image_id: string;
  /** Cosine distance to the query, 0 to 2. */
  distance: number;
}

/**
 * Image vectors, unit length, one per image and space. Every implementation passes tests/suites/vector-store.
 * An image found here may have been removed since; the image store decides what can be shown.
 */
export interface VectorStore {
  /**
   * Writing the same image again replaces its vector. Refuses, with a `RangeError` and nothing written, vectors whose length
   * differs from the space's.
   */
  upsert(space: string, vectors: readonly StoredVector[]): Promise<void>;
  /** For each query the nearest images, nearest first, `limit` at most, none of `exclude`; one round trip. */
  search(space: string, queries: readonly Vector[], options: { limit: number; exclude?: readonly string[] }): Promise<Neighbour[][]>;
  /** The vectors of those ids that are there. */
  fetch(space: string, ids: readonly string[]): Promise<Map<string, Vector>>;
  remove(ids: readonly string[]): Promise<void>;
  count(space: string): Promise<number>;
}
