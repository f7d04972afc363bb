import { LRUCache } from "lru-cache";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { ImageFacts, ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";

/**
 * Vectors and facts of the images that are in use. An image's vector never changes within a space; its facts do when its
 * region is drawn anew or it is removed, so facts older than `factsFreshMs` are read again, behind the answer that still
 * gives them. (A removed image that a page still names is left out where the page is given its images.)
 */
export interface ImageMemory {
  /** The vectors of those that have one; everything missing is read in one query. */
  vectors(ids: Iterable<string>): Promise<ReadonlyMap<string, Vector>>;
  /** The facts of those that can be shown; everything missing is read in one query. */
  facts(ids: Iterable<string>): Promise<ReadonlyMap<string, ImageFacts>>;
  /** Facts are read again before they are next given: regions were drawn anew. */
  forgetFacts(): void;
  /** Drops what is held of these images. */
  forget(ids: Iterable<string>): void;
  /** How many of each are held. */
  readonly held: { vectors: number; facts: number };
}

export interface ImageMemoryParts {
  space: string;
  vectors: Pick<VectorStore, "fetch">;
  images: Pick<ImageStore, "facts">;
  clock: Clock;
  /** Images of which vectors and facts are held at most; at 128 dimensions 50,000 are about 50 MB. */
  capacity?: number;
}

export const factsFreshMs = 20 * secondMs;

export function imageMemory({ space, vectors: vectorStore, images, clock, capacity = 50_000 }: ImageMemoryParts): ImageMemory {
  const vectors = new LRUCache<string, Vector>({ max: capacity });
  const facts = new LRUCache<string, { facts: ImageFacts; readAt: number }>({ max: capacity });

  const readFacts = async (ids: readonly string[]): Promise<Map<string, ImageFacts>> => {
    const readAt = clock();
    const found = new Map((await images.facts(space, ids)).map((one) => [one.id, one]));
    for (const id of ids) {
      const one = found.get(id);
      if (one === undefined) facts.delete(id);
      else facts.set(id, { facts: one, readAt });
    }
    return found;
  };

  return {
    async vectors(ids) {
      const { found, missing } = pick(ids, (id) => vectors.get(id));
      if (missing.length > 0)
        for (const [id, vector] of await vectorStore.fetch(space, missing)) {
          vectors.set(id, vector);
          found.set(id, vector);
        }
      return found;
    },

    async facts(ids) {
      const now = clock();
      const stale: string[] = [];
      const { found, missing } = pick(ids, (id) => {
        const held = facts.get(id);
        if (held !== undefined && now - held.readAt >= factsFreshMs) {
          stale.push(id);
          // One reader at a time is enough; the next may look again a moment later.
          held.readAt = now - factsFreshMs + secondMs;
        }
        return held?.facts;
      });
      if (stale.length > 0) readFacts(stale).catch(() => undefined);
      if (missing.length > 0) for (const [id, one] of await readFacts(missing)) found.set(id, one);
      return found;
    },

    forgetFacts: () => facts.clear(),
    forget(ids) {
      for (const id of ids) {
        facts.delete(id);
        vectors.delete(id);
      }
    },
    get held() {
      return { vectors: vectors.size, facts: facts.size };
    },
  };
}

/** What memory has of the ids, and which it lacks; each id once. */
function pick<V>(ids: Iterable<string>, recall: (id: string) => V | undefined): { found: Map<string, V>; missing: string[] } {
  const found = new Map<string, V>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const held = recall(id);
    if (held === undefined) missing.push(id);
    else found.set(id, held);
  }
  return { found, missing };
}
