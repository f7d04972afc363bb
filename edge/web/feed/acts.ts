import { signal } from "@preact/signals";
import type { Image } from "#shared/contract/image.ts";
import type { Interaction, InteractionKind, LessTarget } from "#shared/contract/interaction.ts";
import { call } from "../api/client.ts";
import { outbox, reached } from "../api/outbox.ts";
import { newId } from "../api/new-id.ts";
import { tasteMoved } from "../taste-map/taste-store.ts";
import { say } from "../ui/toast-store.ts";
import { startAgain, tasteChanged, type Tile } from "./feed-store.ts";

/** Where an act happened: on a page of the feed or among what a search found; absent for images met elsewhere. */
export type Place = { pageId: string; slot: number } | "search";
export type Mark = "like" | "save" | "hide" | "less";

const said: Record<Mark, string> = { like: "Liked", save: "Saved", hide: "Hidden", less: "Less like this from now on" };
const takenBack: Record<Mark, string> = { like: "Like taken back", save: "No longer saved", hide: "Back on the wall", less: "Taken back" };

/** What the viewer has done to each image on this page load: image id → mark → the event that did it. */
export const marks = signal<ReadonlyMap<string, Partial<Record<Mark, string>>>>(new Map());
const done: { eventId: string; imageId: string; mark: Mark }[] = [];

export function placeOf(tile: Tile): Place {
  return tile.pageId === null ? "search" : { pageId: tile.pageId, slot: tile.item.slot };
}

/** What a "less" acts on, and what to say when it is done. */
export interface Aim {
  term: LessTarget;
  said: string;
}

/** Marks an image and lets taste follow; a like or save already given is taken back instead. */
export function mark(image: Image, kind: Mark, place?: Place, aim?: Aim): void {
  const before = marks.value.get(image.id)?.[kind];
  if (before !== undefined) {
    if (kind === "like" || kind === "save") void undo(before);
    return;
  }
  const eventId = tell(kind, image.id, place, { urgent: true, ...(aim === undefined ? {} : { term: aim.term }) });
  done.push({ eventId, imageId: image.id, mark: kind });
  setMark(image.id, kind, eventId);
  say(aim?.said ?? said[kind], { label: "Undo", run: () => void undo(eventId) });
  follow();
}

/** Likes several images at once, before the wall has shown anything: it begins anew from them. */
export async function beginWith(images: readonly Image[]): Promise<void> {
  for (const image of images) {
    const eventId = tell("like", image.id);
    done.push({ eventId, imageId: image.id, mark: "like" });
    setMark(image.id, "like", eventId);
  }
  await outbox.flush();
  startAgain();
  void tasteMoved();
}

/** Takes an act back: from the outbox if it never left, else by asking the server. Without an id, the latest. */
export async function undo(eventId = done.at(-1)?.eventId): Promise<void> {
  const index = done.findIndex((act) => act.eventId === eventId);
  const act = done[index];
  if (act === undefined) return say("There is nothing to undo");
  done.splice(index, 1);
  setMark(act.imageId, act.mark, undefined);
  say(takenBack[act.mark]);
  try {
    if (!outbox.withdraw(act.eventId)) {
      await outbox.flush();
      const changed = await call<{ offset: number }>("POST", "/v1/me/taste/undo", { body: { event_id: act.eventId } });
      reached(changed.offset);
    }
    follow();
  } catch {
    done.push(act);
    setMark(act.imageId, act.mark, act.eventId);
    say("That could not be undone just now", { label: "Try again", run: () => void undo(act.eventId) });
  }
}

/** Puts one event in the outbox and returns its id. */
export function tell(kind: InteractionKind, imageId: string, place?: Place, { value, term, urgent = false }: { value?: number; term?: LessTarget; urgent?: boolean } = {}): string {
  const event: Interaction = {
    id: newId(),
    kind,
    image_id: imageId,
    at: new Date().toISOString(),
    ...(value === undefined ? {} : { value }),
    ...(term === undefined ? {} : { term }),
    ...(place === undefined ? {} : place === "search" ? { origin: place } : { page_id: place.pageId, slot: place.slot }),
  };
  outbox.push(event, urgent);
  return event.id;
}

export function forgetMarks(): void {
  done.length = 0;
  marks.value = new Map();
}

function follow(): void {
  void tasteChanged();
  void tasteMoved();
}

function setMark(imageId: string, kind: Mark, eventId: string | undefined): void {
  const next = new Map(marks.value);
  const { [kind]: _, ...others } = next.get(imageId) ?? {};
  next.set(imageId, eventId === undefined ? others : { ...others, [kind]: eventId });
  marks.value = next;
}
