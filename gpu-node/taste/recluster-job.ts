import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { Failure } from "#shared/contract/failures.ts";
import type { InteractionLog } from "#shared/stores/interaction-log.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import type { JobContext, ScheduledJob } from "../collective/scheduled-job.ts";
import type { TasteKeeper } from "./taste-keeper.ts";

export interface ReclusterParts {
  log: Pick<InteractionLog, "append" | "dueForRecluster">;
  keeper: Pick<TasteKeeper, "current" | "flush">;
  clock: Clock;
}

/** New deliberate positives that make drawing a viewer's puddles anew worth while. */
export const positivesBetween = 20;
const viewersRead = 50;

/** Once a day, at the first chance. */
export function reclusterJob(parts: ReclusterParts): ScheduledJob {
  return {
    name: "recluster",
    due: (last) => {
      const today = dayOf(parts.clock());
      return Promise.resolve(last?.watermark === today ? undefined : today);
    },
    run: (context) => reclusterDue(parts, context),
  };
}

/**
 * Writes an entry into the log of every viewer with enough new positives, and folds it: re-clustering is part of the log, so that taste
 * stays a function of the log alone. An entry is named for its viewer and day, so a run that is repeated adds none. The
 * cursor is the id of the viewer dealt with last.
 */
export async function reclusterDue({ log, keeper, clock }: ReclusterParts, { signal, cursor, progress }: Pick<JobContext, "signal" | "cursor" | "progress">): Promise<{ viewers: number }> {
  let after = typeof cursor === "string" ? cursor : null;
  let viewers = 0;
  for (;;) {
    const due = await log.dueForRecluster(after, positivesBetween, viewersRead);
    for (const viewerId of due) {
      signal.throwIfAborted();
      if (await recluster(viewerId)) viewers++;
      after = viewerId;
      await progress(shareDone(viewerId), viewerId);
    }
    await keeper.flush();
    if (due.length < viewersRead) return { viewers };
  }

  /** False for a viewer who was erased meanwhile, or has had their entry of the day. */
  async function recluster(viewerId: string): Promise<boolean> {
    const at = clock();
    const entry = { event_id: await entryId(viewerId, dayOf(at)), kind: "recluster" as const, image_id: null, value: null, target: null, page_id: null, slot: null, at };
    try {
      const { accepted } = await log.append(viewerId, [entry], await digestOfViewer(viewerId));
      if (accepted.length === 0) return false;
    } catch (error) {
      if (error instanceof Failure && error.code === "viewer.erased") return false;
      throw error;
    }
    await keeper.current(viewerId);
    return true;
  }
}

function dayOf(at: number): string {
  return new Date(Math.floor(at / dayMs) * dayMs).toISOString().slice(0, 10);
}

async function entryId(viewerId: string, day: string): Promise<string> {
  return uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`recluster ${viewerId} ${day}`))));
}

/** Ids are random, so how far one lies between the first and the last says how many lie before it. */
function shareDone(viewerId: string): number {
  return Number.parseInt(viewerId.slice(0, 8), 16) / 2 ** 32;
}
