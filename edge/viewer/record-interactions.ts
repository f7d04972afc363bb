import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { Interaction, type InteractionReceipt } from "#shared/contract/interaction.ts";
import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import type { InteractionLog, NewEvent } from "#shared/stores/interaction-log.ts";
import type { Asking } from "../asking.ts";
import type { Announce } from "./announce.ts";

/** Events that change which images should come; the others inform taste without making waiting pages stale. */
const turning: ReadonlySet<string> = new Set(["like", "love", "save", "share", "hide", "less", "hate"]);

/** Events older than this are taken as this old: a device that was offline for a week still counts, a broken clock does not. */
const oldestMs = 7 * dayMs;

export type RecordInteractions = (viewerId: string, events: readonly unknown[], asking: Asking) => Promise<InteractionReceipt>;

/**
 * Appends what is well-formed and reports what is not; the answer goes out only after Postgres has it.
 * Sending a batch again is harmless: events are known by the client's ids.
 */
export function recordInteractions(
  { log, announce, clock }: { log: InteractionLog; announce: Announce; clock: Clock },
): RecordInteractions {
  return async (viewerId, events, asking) => {
    const rejected: InteractionReceipt["rejected"] = [];
    const wellFormed: { index: number; event: NewEvent }[] = [];
    for (const [index, raw] of events.entries()) {
      const parsed = Interaction.safeParse(raw);
      if (parsed.success) {
        wellFormed.push({ index, event: newEventOf(parsed.data, clock()) });
      } else {
        const issue = parsed.error.issues[0]!;
        rejected.push({ index, id: idOf(raw), code: "request.invalid", message: `${issue.path.join(".") || "event"}: ${issue.message}` });
      }
    }
    // Asked even when nothing is left to append: it tells the viewer's place, and refuses who was erased.
    const { accepted, unknown, offset } = await log.append(viewerId, wellFormed.map(({ event }) => event), await digestOfViewer(viewerId));
    for (const { index, event } of unknown.map((place) => wellFormed[place]!)) {
      rejected.push({ index, id: event.event_id, code: "interaction.unknown_image", message: "image_id: there is no such image" });
    }
    const good = wellFormed.filter((_, place) => !unknown.includes(place));
    // Duplicates are announced too: whoever sends them again may not have come so far the first time.
    if (good.length > 0) await announce(viewerId, offset, good.some(({ event }) => turning.has(event.kind)), asking);
    return { accepted: accepted.length, duplicates: good.length - accepted.length, rejected, offset };
  };
}

function newEventOf(event: Interaction, now: number): NewEvent {
  return {
    event_id: event.id,
    kind: event.kind,
    image_id: event.image_id,
    value: event.value ?? null,
    target: event.term ?? null,
    page_id: event.page_id ?? null,
    slot: event.slot ?? null,
    origin: event.origin ?? null,
    at: Math.min(now, Math.max(now - oldestMs, Date.parse(event.at))),
  };
}

function idOf(raw: unknown): string | null {
  return typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? raw.id.slice(0, 64) : null;
}
