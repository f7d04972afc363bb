import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { SpaceStore, StoredSpace } from "#shared/stores/space-store.ts";
import { describeMove } from "#shared/taste/move.ts";
import type { TasteKeeper } from "../taste/taste-keeper.ts";

export interface MoveParts {
  spaces: Pick<SpaceStore, "unmoved" | "enterMove">;
  /** Of the space that serves. */
  keeper: Pick<TasteKeeper, "current">;
  clock: Clock;
}

const viewersRead = 100;
/** A viewer who acts in between each time is left for the next round. */
const tries = 5;

/**
 * Writes into the log of every viewer who has not had it for this filling the entry that moves their taste to the space: how it stood at that
 * very place of the log. How many were written. Repeated, it writes none twice: an entry is named for its viewer, space and filling.
 */
export async function moveTastes({ space, mark }: Pick<StoredSpace, "space" | "mark">, { spaces, keeper, clock }: MoveParts, told: (moved: number) => Promise<void>): Promise<number> {
  let moved = 0;
  for (let after: string | null = null; ; ) {
    const viewers: string[] = await spaces.unmoved(mark, after, viewersRead);
    for (const viewer of viewers) if (await move(viewer)) moved++;
    await told(moved);
    after = viewers.at(-1) ?? null;
    if (viewers.length < viewersRead) return moved;
  }

  async function move(viewer_id: string): Promise<boolean> {
    const event_id = await entryId(viewer_id, space, mark);
    for (let attempt = 0; attempt < tries; attempt++) {
      const { taste } = await keeper.current(viewer_id);
      if (await spaces.enterMove({ viewer_id, event_id, offset: taste.offset, target: describeMove(taste, space), mark, at: clock() })) return true;
    }
    return false;
  }
}

async function entryId(viewerId: string, space: string, mark: number): Promise<string> {
  const name = new TextEncoder().encode(`move ${viewerId} ${space} ${mark}`);
  return uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", name)));
}
