import { minuteMs, type Clock } from "#shared/kernel/clock.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { ImageMemory } from "./image-memory.ts";
import type { ResidentVectors } from "./resident-vectors.ts";

export interface FollowRemovalsParts {
  removals: Pick<RemovalStore, "changesSince">;
  vectors: Pick<ResidentVectors, "drop" | "take">;
  memory: Pick<ImageMemory, "forget">;
  /** Where the vectors of what came back are. */
  store: Pick<VectorStore, "fetch">;
  space: string;
  clock: Clock;
}

/** Brings memory up to what operators removed and restored since the last time. */
export type FollowRemovals = () => Promise<void>;

/** Changes this young are looked at again: their time is given before their row can be seen, and what read the row earlier may keep it after. */
const overlapMs = minuteMs;

/**
 * The edge tells one node of a removal; this is for all others, for a node that was away, and for what a reader put back that had
 * begun before. Nothing rests on it: an image without a row in sight is on no page.
 */
export function followRemovals({ removals, vectors, memory, store, space, clock }: FollowRemovalsParts): FollowRemovals {
  let seenUntil = clock();
  return async () => {
    const changes = await removals.changesSince(new Date(seenUntil - overlapMs));
    if (changes.length === 0) return;
    const latest = new Map(changes.map(({ image_id, removed }) => [image_id, removed]));
    const removed = [...latest.keys()].filter((id) => latest.get(id) === true);
    const restored = [...latest.keys()].filter((id) => latest.get(id) === false);
    vectors.drop(removed);
    memory.forget(removed);
    if (restored.length > 0) vectors.take(await store.fetch(space, restored));
    seenUntil = Math.max(seenUntil, changes.at(-1)!.at.getTime());
  };
}
