import { cosineDistance, stepToward } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { centroidCalibration, spreadAfter } from "./centroid.ts";
import { countDistance, firstPulse, joinPulses, stepHour } from "./pulse.ts";
import { distanceAt } from "./calibration.ts";
import type { SpaceCalibration } from "./calibration.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { TasteModel, VectorOf } from "./taste-model.ts";
import { decayed } from "./taste.ts";
import type { Puddle, PuddleMember } from "./taste.ts";

/** A puddle's weight now, decayed from its last update. */
export function puddleWeight(puddle: Puddle, now: number, config: TasteConfig = tasteConfig): number {
  return decayed(puddle.weight, now - puddle.last_updated, config.puddleHalfLifeMs);
}

/** Cosine distance from the centroid within which an image belongs to the puddle: max(τ_spawn, 1.5·spread), bounded. */
export function puddleReach({ spread }: Pick<Puddle, "spread">, calibration: SpaceCalibration, config: TasteConfig = tasteConfig): number {
  const seenFromHere = centroidCalibration(calibration, spread);
  const reach = Math.max(distanceAt(config.spawnZ, seenFromHere), config.reachSpreads * spread);
  return Math.min(reach, distanceAt(config.maxReachZ, seenFromHere));
}

/** Whether two puddles are one taste: centroids within τ_merge. */
export function areOne(a: Puddle, b: Puddle, centroidDistance: number, { calibration, config }: TasteModel): boolean {
  return centroidDistance < distanceAt(config.mergeZ, centroidCalibration(centroidCalibration(calibration, a.spread), b.spread));
}

/** The nearest of the puddles that reach the vector. */
export function nearestPuddle(
  puddles: readonly Puddle[],
  vector: Vector,
  { calibration, config }: TasteModel,
): { puddle: Puddle; distance: number } | undefined {
  let nearest: { puddle: Puddle; distance: number } | undefined;
  for (const puddle of puddles) {
    const distance = cosineDistance(puddle.centroid, vector);
    if (distance <= puddleReach(puddle, calibration, config) && (!nearest || distance < nearest.distance)) nearest = { puddle, distance };
  }
  return nearest;
}

export function spawnPuddle(id: string, vector: Vector, member: PuddleMember): Puddle {
  return {
    id, centroid: vector, medoid_image_id: member.image_id, weight: member.strength, spread: 0, count: 1,
    created_at: member.at, last_updated: member.at, recent: [member],
    pulse: firstPulse(member.at),
  };
}

/**
 * Takes an image in: the centroid steps `s/(w+s)` toward it, which makes it the decayed weighted mean direction of all
 * members, and the spread follows by the same step. A `gain` above one makes the step larger: what was held counts for less.
 */
export function reinforcePuddle(puddle: Puddle, vector: Vector, member: PuddleMember, distance: number, gain: number, { vectorOf, config }: TasteModel): Puddle {
  const held = puddleWeight(puddle, member.at, config);
  const step = member.strength / (held / gain + member.strength);
  const centroid = stepToward(puddle.centroid, vector, step);
  const recent = keepRecent([...puddle.recent.filter((m) => m.image_id !== member.image_id), member], config);
  return {
    ...puddle,
    centroid,
    recent,
    medoid_image_id: medoid(centroid, recent, vectorOf) ?? puddle.medoid_image_id,
    weight: held + member.strength,
    spread: spreadAfter(puddle.spread, distance, step),
    count: puddle.count + 1,
    last_updated: Math.max(puddle.last_updated, member.at),
    pulse: countDistance(stepHour(puddle.pulse, member.at, step), puddle, distance, member.strength, config),
  };
}

/**
 * Takes some of a puddle's weight for a negative signal of size `strength` at `distance` from its centroid. A puddle the
 * viewer feeds keeps at least `fedWeight`: dislike of one image is not dislike of the taste.
 */
export function weakenPuddle(puddle: Puddle, strength: number, distance: number, at: number, { calibration, config }: TasteModel): Puddle {
  const held = puddleWeight(puddle, at, config);
  const reach = puddleReach(puddle, calibration, config);
  const taken = Math.min(1, config.weakening * strength) * (distance < reach ? 1 - distance / reach : 0);
  const lastFed = puddle.recent.at(-1)?.at ?? puddle.created_at;
  const kept = at - lastFed <= config.fedMs ? Math.min(held, config.fedWeight) : 0;
  return { ...puddle, weight: Math.max(held * (1 - taken), kept), last_updated: Math.max(puddle.last_updated, at) };
}

/**
 * Two puddles as one, under the name of the heavier. Spreads pool like variances: within plus between,
 * `Σ wᵢvᵢ/w + w₁w₂/w²·d` (Chan, Golub & LeVeque 1983).
 */
export function mergePuddles(a: Puddle, b: Puddle, at: number, { vectorOf, config }: TasteModel): Puddle {
  const weights = [puddleWeight(a, at, config), puddleWeight(b, at, config)] as const;
  const [major, minor, heavy, light] = weights[0] >= weights[1] ? [a, b, ...weights] : [b, a, weights[1], weights[0]];
  const total = heavy + light;
  const share = total > 0 ? light / total : 0;
  const centroid = stepToward(major.centroid, minor.centroid, share);
  const fed = new Set(major.recent.map((m) => m.image_id));
  const recent = keepRecent([...major.recent, ...minor.recent.filter((m) => !fed.has(m.image_id))].sort((x, y) => x.at - y.at), config);
  return {
    id: major.id,
    centroid,
    recent,
    medoid_image_id: medoid(centroid, recent, vectorOf) ?? major.medoid_image_id,
    weight: total,
    spread: (1 - share) * major.spread + share * minor.spread + share * (1 - share) * Math.max(0, cosineDistance(a.centroid, b.centroid)),
    count: a.count + b.count,
    created_at: Math.min(a.created_at, b.created_at),
    last_updated: Math.max(a.last_updated, b.last_updated, at),
    pulse: joinPulses(major.pulse, minor.pulse, share),
  };
}

export function keepRecent(members: readonly PuddleMember[], { recentMembers }: TasteConfig): readonly PuddleMember[] {
  return members.length > recentMembers ? members.slice(-recentMembers) : members;
}

/** The member nearest the centroid; the earlier one of two at the same distance. Members without a vector do not stand. */
export function medoid(centroid: Vector, members: readonly PuddleMember[], vectorOf: VectorOf): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const { image_id } of members) {
    const vector = vectorOf(image_id);
    if (!vector) continue;
    const distance = cosineDistance(centroid, vector);
    if (distance < bestDistance) [best, bestDistance] = [image_id, distance];
  }
  return best;
}
