import { hear, passTime } from "./hear.ts";
import { imagesMoved, movesTo, moveTaste } from "./move.ts";
import { runToEnd } from "./spherical-kmeans.ts";
import type { SpaceCalibration } from "./calibration.ts";
import { reclusterInSteps } from "./recluster.ts";
import { isDeliberate } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { TasteModel, VectorOf } from "./taste-model.ts";
import { emptyTaste } from "./taste.ts";
import type { Taste } from "./taste.ts";

export interface FoldOptions {
  /**
   * The viewer's log up to the taste's offset, or at least what re-clustering stands on: the newest
   * `config.recluster.points` deliberate positives that were not undone, since the last reset. Needed where `needsHistory` says so.
   */
  history?: readonly TasteEvent[];
  config?: TasteConfig;
}

/**
 * Takes new events of a viewer's log in, each exactly once: one at or below the taste's offset changes nothing. Events are
 * folded one at a time with no work per batch, so that any batching and any redelivery give the same bits, provided
 * that batches come in log order without gaps and `vectorOf` answers alike (it is asked for the images of the events, of
 * the history and of the puddles' recent members: see `imagesNeeded`).
 *
 * An `undo` cannot be folded forward. When `needsRebuild` says so the caller rebuilds with `foldLog` instead; passing one
 * here throws.
 */
export function applyEvents(taste: Taste, events: readonly TasteEvent[], vectorOf: VectorOf, calibration: SpaceCalibration, options: FoldOptions = {}): Taste {
  return runToEnd(applyEventsInSteps(taste, events, vectorOf, calibration, options));
}

/** `applyEvents` in short stretches of work, so that the caller can let others run in between. */
export function applyEventsInSteps(
  taste: Taste,
  events: readonly TasteEvent[],
  vectorOf: VectorOf,
  calibration: SpaceCalibration,
  { history, config = tasteConfig }: FoldOptions = {},
): Generator<void, Taste> {
  if (needsRebuild(taste, events)) throw new TypeError("events hold an undo: rebuild the taste with foldLog over the whole log");
  if (history === undefined && needsHistory(taste, events)) throw new TypeError("events hold a recluster: pass the viewer's log up to the taste's offset as history");
  const before = standing((history ?? []).filter((event) => event.viewer_seq <= taste.offset));
  return foldInOrder(taste, inLogOrder(before), inLogOrder(events), { vectorOf, calibration, config }, () => []);
}

/** Whether events not yet taken in hold an `undo`, so that only `foldLog` over the log up to and with them is right. */
export function needsRebuild(taste: Taste, events: readonly TasteEvent[]): boolean {
  return events.some((event) => event.kind === "undo" && event.viewer_seq > taste.offset);
}

/** Whether events not yet taken in look back beyond themselves, so that `applyEvents` must be given the viewer's history. */
export function needsHistory(taste: Taste, events: readonly TasteEvent[]): boolean {
  return taste.offset > 0 && events.some((event) => event.kind === "recluster" && event.viewer_seq > taste.offset);
}

/**
 * The taste of a whole log (from viewer_seq 1), as if the undone events had never been. An `undo` undoes an earlier event by its
 * event id, controls included; undoing an `undo` is not supported and changes nothing.
 */
export function foldLog(
  viewer_id: string,
  space: string,
  events: readonly TasteEvent[],
  vectorOf: VectorOf,
  calibration: SpaceCalibration,
  options: Pick<FoldOptions, "config"> = {},
): Taste {
  return runToEnd(foldLogInSteps(viewer_id, space, events, vectorOf, calibration, options));
}

/** `foldLog` in short stretches of work. */
export function foldLogInSteps(
  viewer_id: string,
  space: string,
  events: readonly TasteEvent[],
  vectorOf: VectorOf,
  calibration: SpaceCalibration,
  { config = tasteConfig }: Pick<FoldOptions, "config"> = {},
): Generator<void, Taste> {
  const ordered = inLogOrder(standing(events));
  // What a taste of this space begins with: nothing before it says anything but what re-clustering looks back on.
  const start = Math.max(0, ordered.findLastIndex((event) => movesTo(event, space)));
  const undone = undoneAt(events);
  const takenBackAfter = (entry: TasteEvent) => inLogOrder(events.filter((event) => event.viewer_seq < entry.viewer_seq && (undone.get(event.event_id) ?? 0) > entry.viewer_seq));
  return foldInOrder(emptyTaste(viewer_id, space), ordered.slice(0, start), ordered.slice(start), { vectorOf, calibration, config }, takenBackAfter);
}

/** The images whose vectors a fold of these events may ask for. */
export function imagesNeeded(taste: Taste, events: readonly TasteEvent[], history: readonly TasteEvent[] = []): Set<string> {
  const needed = new Set<string>();
  for (const puddle of taste.puddles) for (const member of puddle.recent) needed.add(member.image_id);
  for (const event of [...events, ...history]) if (event.image_id !== undefined) needed.add(event.image_id);
  for (const event of events) for (const id of imagesMoved(event, taste.space)) needed.add(id);
  return needed;
}

/** Event ids that were undone, each with the place in the log where it last was. */
function undoneAt(events: readonly TasteEvent[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { kind, target, viewer_seq } of events)
    if (kind === "undo" && target !== undefined) found.set(target, Math.max(viewer_seq, found.get(target) ?? 0));
  return found;
}

/** The events with those that were undone made to say nothing. */
function standing(events: readonly TasteEvent[]): readonly TasteEvent[] {
  const undone = undoneAt(events);
  const isUndone = (event: TasteEvent) => event.kind !== "undo" && (undone.get(event.event_id) ?? 0) > event.viewer_seq;
  return events.map((event) => (isUndone(event) ? { ...event, kind: "settings" as const } : event));
}

/** Events folded between two pauses; a few milliseconds of work at 64 puddles of 512 dimensions. */
const stretch = 20;

function* foldInOrder(
  taste: Taste,
  before: readonly TasteEvent[],
  events: readonly TasteEvent[],
  model: TasteModel,
  takenBackAfter: (entry: TasteEvent) => readonly TasteEvent[],
): Generator<void, Taste> {
  if (taste.space !== model.calibration.space)
    throw new TypeError(`taste of the space ${taste.space} cannot take in vectors of the space ${model.calibration.space}`);
  const positives = new Positives(model.config.recluster.points);
  for (const event of before) positives.note(event);
  let folded = taste;
  let heard = 0;
  for (const event of events) {
    if (event.viewer_seq <= folded.offset) continue;
    const next =
      event.kind === "recluster" ? yield* reclusterInSteps(folded, event, positives.newest(), model)
      : event.kind === "move" ? moveTaste(folded, event, takenBackAfter(event), model)
      : take(folded, event, model);
    folded = { ...next, offset: event.viewer_seq };
    positives.note(event);
    if (++heard % stretch === 0) yield;
  }
  return folded;
}

/** The newest deliberate positives since the last reset, as many as re-clustering looks at. */
class Positives {
  readonly #limit: number;
  #held: TasteEvent[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  note(event: TasteEvent): void {
    if (event.kind === "reset") this.#held = [];
    else if (isDeliberate(event)) this.#held.push(event);
    if (this.#held.length > 2 * this.#limit) this.#held = this.#held.slice(-this.#limit);
  }

  newest(): readonly TasteEvent[] {
    return this.#held.slice(-this.#limit);
  }
}

function inLogOrder(events: readonly TasteEvent[]): readonly TasteEvent[] {
  const ordered = events.every((event, i) => i === 0 || events[i - 1]!.viewer_seq <= event.viewer_seq);
  return ordered ? events : events.toSorted((a, b) => a.viewer_seq - b.viewer_seq);
}

function take(taste: Taste, event: TasteEvent, model: TasteModel): Taste {
  switch (event.kind) {
    case "reset":
      return { ...emptyTaste(taste.viewer_id, taste.space), updated_at: Math.max(taste.updated_at, event.at) };
    case "forget_puddle":
    case "forget_suppressed":
      return forget(passTime(taste, event.at, model.config), event);
    case "undo":
    case "settings":
    case "recluster":
    case "move":
      return taste;
    case "view": case "dwell": case "open": case "like": case "love": case "save": case "share":
    case "hide": case "less": case "hate":
      return hear(taste, event, model);
  }
}

function forget(taste: Taste, { kind, target, at }: TasteEvent): Taste {
  const updated_at = Math.max(taste.updated_at, at);
  return kind === "forget_puddle"
    ? { ...taste, updated_at, puddles: taste.puddles.filter((puddle) => puddle.id !== target) }
    : { ...taste, updated_at, suppressed: taste.suppressed.filter((region) => region.id !== target) };
}
