import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { puddleAimedAt } from "./aim.ts";
import { driftGain, watchForDrift } from "./drift.ts";
import { areOne, mergePuddles, nearestPuddle, puddleWeight, reinforcePuddle, spawnPuddle, weakenPuddle } from "./puddle.ts";
import { signalStrength } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { splitPuddle } from "./split.ts";
import { relieve, suppress, suppressionStrength } from "./suppression.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { TasteModel } from "./taste-model.ts";
import type { Puddle, PuddleMember, Taste } from "./taste.ts";
import { moveUserVector, relaxUserVector } from "./user-vector.ts";

/** One signal about one image: time passes first, then the signal moves puddles or suppression, then the user vector. */
export function hear(taste: Taste, event: TasteEvent, model: TasteModel): Taste {
  const { vectorOf, calibration, config } = model;
  const strength = signalStrength(event);
  const vector = strength !== 0 && event.image_id !== undefined ? vectorOf(event.image_id) : undefined;
  if (!vector || event.image_id === undefined) return taste;
  if (vector.length !== calibration.dim)
    throw new RangeError(`the vector of ${event.image_id} has ${vector.length} dimensions, the space ${calibration.space} has ${calibration.dim}`);
  const { image_id, at, kind, viewer_seq } = event;

  const before = passTime(taste, at, config);
  const signals = taste.signals + 1;
  const gain = driftGain(before, at, config);
  let { puddles, suppressed, drift } = before;
  if (strength > 0) {
    suppressed = relieve(before, vector, strength, at, config);
    const fed = feed(puddles, `p${viewer_seq}`, vector, { image_id, at, strength }, gain, model);
    ({ puddles, drift } = watchForDrift({ puddles: fed.puddles, drift }, { fedId: fed.fedId, strength, at, signals }, config));
  } else {
    puddles = starve(puddles, event, vector, -strength, model);
    if (config.parts.suppression) suppressed = suppress(suppressed, { id: `s${viewer_seq}`, image_id, vector, strength: -strength, at }, model);
  }
  const user_vector = moveUserVector(before.user_vector, vector, strength, kind, gain, config);
  return { ...before, puddles, suppressed, user_vector, drift, signals, updated_at: Math.max(taste.updated_at, at) };
}

/** What has decayed away by `now` is gone; weights themselves decay lazily, when they are read. */
export function passTime(taste: Taste, now: number, config: TasteConfig): Taste {
  return {
    ...taste,
    user_vector: relaxUserVector(taste.user_vector, taste.puddles, now - taste.updated_at, now, config),
    puddles: taste.puddles.filter((puddle) => puddleWeight(puddle, now, config) >= config.dryWeight),
    suppressed: taste.suppressed.filter((region) => suppressionStrength(region, now, config) >= config.minSuppressionStrength),
  };
}

/** The nearest puddle that reaches the image takes it in, and may then join others or split; where none reaches it, one spawns. */
function feed(
  puddles: readonly Puddle[],
  id: string,
  vector: Vector,
  member: PuddleMember,
  gain: number,
  model: TasteModel,
): { puddles: readonly Puddle[]; fedId: string } {
  const nearest = nearestPuddle(puddles, vector, model);
  if (!nearest) return { puddles: withoutWeakest([...puddles, spawnPuddle(id, vector, member)], member.at, model.config), fedId: id };
  const fed = reinforcePuddle(nearest.puddle, vector, member, nearest.distance, gain, model);
  const merged = mergeInto(puddles.map((puddle) => (puddle === nearest.puddle ? fed : puddle)), fed, member.at, model);
  const parts = splitPuddle(merged.moved, id, member.at, model);
  if (parts.length === 1) return { puddles: merged.puddles, fedId: merged.moved.id };
  const split = merged.puddles.flatMap((puddle) => (puddle === merged.moved ? parts : [puddle]));
  const owner = parts.find((part) => part.recent.includes(member)) ?? parts[0]!;
  return { puddles: withoutWeakest(split, member.at, model.config), fedId: owner.id };
}

/** Only the puddle that moved can have come near another; it takes neighbours in until none is within τ_merge. */
function mergeInto(puddles: readonly Puddle[], moved: Puddle, at: number, model: TasteModel): { puddles: readonly Puddle[]; moved: Puddle } {
  if (!model.config.parts.merge) return { puddles, moved };
  let nearest: Puddle | undefined;
  let nearestDistance = Infinity;
  for (const puddle of puddles) {
    if (puddle === moved) continue;
    const distance = cosineDistance(puddle.centroid, moved.centroid);
    if (distance < nearestDistance && areOne(puddle, moved, distance, model)) [nearest, nearestDistance] = [puddle, distance];
  }
  if (!nearest) return { puddles, moved };
  const merged = mergePuddles(moved, nearest, at, model);
  const left = puddles.filter((puddle) => puddle !== nearest).map((puddle) => (puddle === moved ? merged : puddle));
  return mergeInto(left, merged, at, model);
}

/** A negative signal weakens the puddle the image lies in; a `less` aimed at a puddle weakens that one, wherever the image lies. */
function starve(puddles: readonly Puddle[], { kind, target, at }: TasteEvent, vector: Vector, strength: number, model: TasteModel): readonly Puddle[] {
  const named = kind === "less" ? puddleAimedAt(target) : undefined;
  const aimed = puddles.find((puddle) => puddle.id === named);
  const struck = named === undefined ? nearestPuddle(puddles, vector, model) : aimed && { puddle: aimed, distance: 0 };
  if (!struck) return puddles;
  const weakened = weakenPuddle(struck.puddle, strength, struck.distance, at, model);
  return puddles
    .map((puddle) => (puddle === struck.puddle ? weakened : puddle))
    .filter((puddle) => puddle !== weakened || weakened.weight >= model.config.dryWeight);
}

export function withoutWeakest(puddles: readonly Puddle[], now: number, config: TasteConfig): readonly Puddle[] {
  if (puddles.length <= config.maxPuddles) return puddles;
  let weakest = puddles[0]!;
  for (const puddle of puddles) if (puddleWeight(puddle, now, config) < puddleWeight(weakest, now, config)) weakest = puddle;
  return puddles.filter((puddle) => puddle !== weakest);
}
