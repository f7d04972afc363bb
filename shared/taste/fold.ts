import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { SpaceCalibration } from "./calibration.ts";
import { areOne, mergePuddles, nearestPuddle, puddleReach, puddleWeight, reinforcePuddle, spawnPuddle, weakenPuddle } from "./puddle.ts";
import type { VectorOf } from "./puddle.ts";
import { signalStrength } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { relieve, suppress, suppressionStrength } from "./suppression.ts";
import { tasteConfig } from "./taste-config.ts";
import { emptyTaste } from "./taste.ts";
import type { Puddle, PuddleMember, Taste } from "./taste.ts";
import { moveUserVector, relaxUserVector } from "./user-vector.ts";

/**
 * Takes new events of a viewer's log in, each exactly once: one at or below the taste's offset changes nothing. Events are
 * folded one at a time with no work per batch, so that any batching and any redelivery give the same bits, provided
 * that batches come in log order without gaps and `vectorOf` answers alike (it is asked for the images of the events and
 * of the puddles' recent members: see `imagesNeeded`).
 *
 * An `undo` cannot be folded forward. When `needsRebuild` says so the caller rebuilds with `foldLog` instead; passing one
 * here throws.
 */
export function applyEvents(taste: Taste, events: readonly TasteEvent[], vectorOf: VectorOf, calibration: SpaceCalibration): Taste {
  if (needsRebuild(taste, events)) throw new TypeError("events hold an undo: rebuild the taste with foldLog over the whole log");
  return foldInOrder(taste, events, vectorOf, calibration);
}

/** Whether events not yet taken in hold an `undo`, so that only `foldLog` over the log up to and with them is right. */
export function needsRebuild(taste: Taste, events: readonly TasteEvent[]): boolean {
  return events.some((event) => event.kind === "undo" && event.viewer_seq > taste.offset);
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
): Taste {
  const undoneAt = new Map<string, number>();
  for (const { kind, target, viewer_seq } of events)
    if (kind === "undo" && target !== undefined) undoneAt.set(target, Math.max(viewer_seq, undoneAt.get(target) ?? 0));
  const undone = (event: TasteEvent) => event.kind !== "undo" && (undoneAt.get(event.event_id) ?? 0) > event.viewer_seq;
  const standing = events.map((event) => (undone(event) ? { ...event, kind: "settings" as const } : event));
  return foldInOrder(emptyTaste(viewer_id, space), standing, vectorOf, calibration);
}

/** The images whose vectors a fold of these events may ask for. */
export function imagesNeeded(taste: Taste, events: readonly TasteEvent[]): Set<string> {
  const needed = new Set<string>();
  for (const puddle of taste.puddles) for (const member of puddle.recent) needed.add(member.image_id);
  for (const event of events) if (event.image_id !== undefined) needed.add(event.image_id);
  return needed;
}

function foldInOrder(taste: Taste, events: readonly TasteEvent[], vectorOf: VectorOf, calibration: SpaceCalibration): Taste {
  if (taste.space !== calibration.space)
    throw new TypeError(`taste of the space ${taste.space} cannot take in vectors of the space ${calibration.space}`);
  let folded = taste;
  for (const event of inLogOrder(events))
    if (event.viewer_seq > folded.offset) folded = { ...take(folded, event, vectorOf, calibration), offset: event.viewer_seq };
  return folded;
}

function inLogOrder(events: readonly TasteEvent[]): readonly TasteEvent[] {
  const ordered = events.every((event, i) => i === 0 || events[i - 1]!.viewer_seq <= event.viewer_seq);
  return ordered ? events : events.toSorted((a, b) => a.viewer_seq - b.viewer_seq);
}

function take(taste: Taste, event: TasteEvent, vectorOf: VectorOf, calibration: SpaceCalibration): Taste {
  switch (event.kind) {
    case "reset":
      return { ...emptyTaste(taste.viewer_id, taste.space), updated_at: Math.max(taste.updated_at, event.at) };
    case "forget_puddle":
    case "forget_suppressed":
      return forget(passTime(taste, event.at), event);
    case "undo":
    case "settings":
      return taste;
    case "view": case "dwell": case "open": case "like": case "love": case "save": case "share":
    case "hide": case "less": case "hate":
      return hear(taste, event, vectorOf, calibration);
  }
}

function forget(taste: Taste, { kind, target, at }: TasteEvent): Taste {
  const updated_at = Math.max(taste.updated_at, at);
  return kind === "forget_puddle"
    ? { ...taste, updated_at, puddles: taste.puddles.filter((puddle) => puddle.id !== target) }
    : { ...taste, updated_at, suppressed: taste.suppressed.filter((region) => region.id !== target) };
}

/** One signal about one image: time passes first, then the signal moves puddles or suppression, then the user vector. */
function hear(taste: Taste, event: TasteEvent, vectorOf: VectorOf, calibration: SpaceCalibration): Taste {
  const strength = signalStrength(event);
  const vector = strength !== 0 && event.image_id !== undefined ? vectorOf(event.image_id) : undefined;
  if (!vector || event.image_id === undefined) return taste;
  if (vector.length !== calibration.dim)
    throw new RangeError(`the vector of ${event.image_id} has ${vector.length} dimensions, the space ${calibration.space} has ${calibration.dim}`);
  const { image_id, at, kind, viewer_seq } = event;

  const before = passTime(taste, at);
  let { puddles, suppressed } = before;
  if (strength > 0) {
    suppressed = relieve(before, vector, strength, at);
    puddles = feed(puddles, `p${viewer_seq}`, vector, { image_id, at, strength }, vectorOf, calibration);
  } else {
    puddles = starve(puddles, vector, -strength, at, calibration);
    suppressed = suppress(suppressed, { id: `s${viewer_seq}`, image_id, vector, strength: -strength, at }, calibration);
  }
  const user_vector = moveUserVector(before.user_vector, vector, strength, kind);
  return { ...before, puddles, suppressed, user_vector, signals: taste.signals + 1, updated_at: Math.max(taste.updated_at, at) };
}

/** What has decayed away by `now` is gone; weights themselves decay lazily, when they are read. */
function passTime(taste: Taste, now: number): Taste {
  return {
    ...taste,
    user_vector: relaxUserVector(taste.user_vector, taste.puddles, now - taste.updated_at, now),
    puddles: taste.puddles.filter((puddle) => puddleWeight(puddle, now) >= tasteConfig.dryWeight),
    suppressed: taste.suppressed.filter((region) => suppressionStrength(region, now) >= tasteConfig.minSuppressionStrength),
  };
}

function feed(
  puddles: readonly Puddle[],
  id: string,
  vector: Vector,
  member: PuddleMember,
  vectorOf: VectorOf,
  calibration: SpaceCalibration,
): readonly Puddle[] {
  const nearest = nearestPuddle(puddles, vector, calibration);
  if (!nearest) return withoutWeakest([...puddles, spawnPuddle(id, vector, member)], member.at);
  const fed = reinforcePuddle(nearest.puddle, vector, member, nearest.distance, vectorOf);
  return mergeInto(puddles.map((puddle) => (puddle === nearest.puddle ? fed : puddle)), fed, member.at, vectorOf, calibration);
}

/** Only the puddle that moved can have come near another; it takes neighbours in until none is within τ_merge. */
function mergeInto(puddles: readonly Puddle[], moved: Puddle, at: number, vectorOf: VectorOf, calibration: SpaceCalibration): readonly Puddle[] {
  let nearest: Puddle | undefined;
  let nearestDistance = Infinity;
  for (const puddle of puddles) {
    if (puddle === moved) continue;
    const distance = cosineDistance(puddle.centroid, moved.centroid);
    if (distance < nearestDistance && areOne(puddle, moved, distance, calibration)) [nearest, nearestDistance] = [puddle, distance];
  }
  if (!nearest) return puddles;
  const merged = mergePuddles(moved, nearest, at, vectorOf);
  const left = puddles.filter((puddle) => puddle !== nearest).map((puddle) => (puddle === moved ? merged : puddle));
  return mergeInto(left, merged, at, vectorOf, calibration);
}

function starve(puddles: readonly Puddle[], vector: Vector, strength: number, at: number, calibration: SpaceCalibration): readonly Puddle[] {
  const nearest = nearestPuddle(puddles, vector, calibration);
  if (!nearest) return puddles;
  const weakened = weakenPuddle(nearest.puddle, strength, nearest.distance, puddleReach(nearest.puddle, calibration), at);
  return puddles
    .map((puddle) => (puddle === nearest.puddle ? weakened : puddle))
    .filter((puddle) => puddle !== weakened || weakened.weight >= tasteConfig.dryWeight);
}

function withoutWeakest(puddles: readonly Puddle[], now: number): readonly Puddle[] {
  if (puddles.length <= tasteConfig.maxPuddles) return puddles;
  let weakest = puddles[0]!;
  for (const puddle of puddles) if (puddleWeight(puddle, now) < puddleWeight(weakest, now)) weakest = puddle;
  return puddles.filter((puddle) => puddle !== weakest);
}
