import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { Failure } from "#shared/contract/failures.ts";
import type { ControlKind } from "#shared/contract/interaction.ts";
import type { SettingsChange } from "#shared/contract/taste.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { InteractionLog } from "#shared/stores/interaction-log.ts";
import type { ViewerStore } from "#shared/stores/viewer-store.ts";
import type { Asking } from "../asking.ts";
import type { PageCache } from "../clients/page-cache.ts";
import type { Announce } from "./announce.ts";
import type { ReadTaste } from "./read-taste.ts";

/** The viewer's own hand on their taste. Each act is an entry in their log, so replaying the log replays the act. */
export interface ControlTaste {
  undo(viewerId: string, eventId: string | null, asking: Asking): Promise<{ offset: number; undone: string; kind: string; image_id?: string }>;
  forgetPuddle(viewerId: string, puddleId: string, asking: Asking): Promise<{ offset: number }>;
  forgetSuppressed(viewerId: string, regionId: string, asking: Asking): Promise<{ offset: number }>;
  saveSettings(viewerId: string, change: SettingsChange, asking: Asking): Promise<{ offset: number }>;
}

export interface ControlTasteParts {
  log: InteractionLog;
  viewers: ViewerStore;
  readTaste: ReadTaste;
  pageCache: Pick<PageCache, "forget">;
  announce: Announce;
  clock: Clock;
}

const orAway = (cause: unknown): never => {
  throw new Failure("store.away", { cause });
};

export function controlTaste({ log, viewers, pageCache, readTaste, announce, clock }: ControlTasteParts): ControlTaste {
  const enter = async (viewerId: string, kind: ControlKind, target: string | null, asking: Asking): Promise<{ offset: number }> => {
    const entry = {
      event_id: crypto.randomUUID(), kind, image_id: null, value: null, target, page_id: null, slot: null, at: clock(),
    };
    const { offset } = await log.append(viewerId, [entry], await digestOfViewer(viewerId));
    await announce(viewerId, offset, true, asking);
    return { offset };
  };
  /** What is not among the viewer's own is refused. While the node is away a newer one may be, so then it is entered. */
  const forget = async (viewerId: string, kind: "forget_puddle" | "forget_suppressed", id: string, asking: Asking) => {
    const { stale, puddles, suppressed } = await readTaste(viewerId, asking);
    const there = (kind === "forget_puddle" ? puddles : suppressed).some((one) => one.id === id);
    if (!there && !stale) throw new Failure("taste.unknown_puddle");
    return enter(viewerId, kind, id, asking);
  };
  return {
    async undo(viewerId, eventId, asking) {
      const last = await log.undoable(viewerId, eventId);
      if (last === undefined) throw new Failure("taste.nothing_to_undo");
      const { offset } = await enter(viewerId, "undo", last.event_id, asking);
      return { offset, undone: last.event_id, kind: last.kind, ...(last.image_id === null ? {} : { image_id: last.image_id }) };
    },
    forgetPuddle: (viewerId, puddleId, asking) => forget(viewerId, "forget_puddle", puddleId, asking),
    forgetSuppressed: (viewerId, regionId, asking) => forget(viewerId, "forget_suppressed", regionId, asking),
    async saveSettings(viewerId, change, asking) {
      await viewers.saveSettings(viewerId, change, await digestOfViewer(viewerId));
      // A stale page is better than none while the node is away, but not one with images the viewer wants to be spared.
      if (change.safety !== undefined) await pageCache.forget(viewerId, await viewers.streamIds(viewerId)).catch(orAway);
      return enter(viewerId, "settings", null, asking);
    },
  };
}
