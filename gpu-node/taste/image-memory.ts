import { LRUCache } from "lru-cache";
import { secondMs } from "#shared/kernel/clock.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { ImageFacts, ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";

/**
 * Vectors and facts of the images that are in use. An image's vector never changes within a space; its facts do when its
 * region is drawn anew or it is removed, so they are read again after `factsTtlMs`. (A removed image that a page still
 * names is left out where the page is given its images.)
 */
export interface ImageMemory {
  /** The vectors of those that have one; everything missing is read in one query. */
  vectors(ids: Iterable<string>): Promise<ReadonlyMap<string, Vector>>;
  /** The facts of those that can be shown; everything missing is read in one query. */
  facts(ids: Iterable<string>): Promise<ReadonlyMap<string, ImageFacts>>;
  /** Facts are read again: regions were drawn anew. */
  forgetFacts(): void;
  /** How many of each are held. */
  readonly held: { vectors: number; facts: number };
}

export interface ImageMemoryParts {
  space: string;
  vectors: Pick<VectorStore, "fetch">;
  images: Pick<ImageStore, "facts">;
  /** Images whose vectors are held at most; at 128 dimensions 50,000 are about 30 MB. */
  capacity?: number;
}

export const factsTtlMs = 30 * secondMs;

export function imageMemory({ space, vectors: vectorStore, images, capacity = 50_000 }: ImageMemoryParts): ImageMemory {
  const vectors = new LRUCache<string, Vector>({ max: capacity });
  const facts = new LRUCache<string, ImageFacts>({ max: capacity, ttl: factsTtlMs });

  return {
    vectors: (ids) => fromMemory(ids, vectors, (missing) => vectorStore.fetch(space, missing)),
    facts: (ids) =>
      fromMemory(ids, facts, async (missing) => new Map((await images.facts(space, missing)).map((one) => [one.id, one]))),
    forgetFacts: () => facts.clear(),
    get held() {
      return { vectors: vectors.size, facts: facts.size };
    },
  };
}

async function fromMemory<V extends object>(
  ids: Iterable<string>,
  memory: LRUCache<string, V>,
  read: (missing: string[]) => Promise<ReadonlyMap<string, V>>,
): Promise<ReadonlyMap<string, V>> {
  const found = new Map<string, V>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const held = memory.get(id);
    if (held === undefined) missing.push(id);
    else found.set(id, held);
  }
  if (missing.length > 0)
    for (const [id, value] of await read(missing)) {
      memory.set(id, value);
      found.set(id, value);
    }
  return found;
}
