import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { distanceAt } from "./calibration.ts";
import { centroidCalibration } from "./centroid.ts";
import { dbscanInSteps } from "./dbscan.ts";
import { passTime, withoutWeakest } from "./hear.ts";
import { keepRecent, medoid, nearestPuddle, puddleWeight } from "./puddle.ts";
import { calm, firstPulse, stepHour } from "./pulse.ts";
import { reconcile } from "./reconcile.ts";
import { signalStrength } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { clusterInSteps } from "./spherical-kmeans.ts";
import type { TasteModel } from "./taste-model.ts";
import { decayed } from "./taste.ts";
import type { Puddle, PuddleMember, Taste } from "./taste.ts";

/** A positive with the part of its puddle's weight that it stands for. */
interface HeldPositive {
  member: PuddleMember;
  vector: Vector;
  weight: number;
  home: Puddle;
}

/**
 * Draws the puddles anew from the viewer's deliberate positives of the last 90 days, free of the order in which they came. Weight is
 * moved, never made: each puddle hands what it weighs to the positives that lie in it, in proportion to their decayed strength,
 * and a cluster weighs what its positives were handed. So what was weakened stays weak, a positive whose puddle dried up or was forgotten
 * counts for nothing, and a puddle without clustered positives stays as it is. Clusters keep the ids of the puddles they continue.
 */
export function* reclusterInSteps(taste: Taste, event: TasteEvent, positives: readonly TasteEvent[], model: TasteModel): Generator<void, Taste> {
  const { config } = model;
  if (!config.parts.recluster) return taste;
  const before = passTime(taste, event.at, config);
  const all = yield* holdPositives(before.puddles, positives, event.at, model);
  if (all.length < config.recluster.fewest) return taste;
  const labels = yield* dbscanInSteps(all.map(({ vector }) => vector), distanceAt(config.spawnZ, model.calibration), config.recluster.neighbours);
  const held = handOver(all.filter((_, i) => labels[i] !== -1), event.at, model);
  if (held.length === 0) return taste;
  const clusters = yield* clusterPositives(held, event.viewer_seq, model);
  const standing = before.puddles.filter((puddle) => !held.some(({ home }) => home === puddle));
  const drawn = nameClusters(clusters, before.puddles.filter((puddle) => !standing.includes(puddle)), event, model);
  let puddles: readonly Puddle[] = inOldOrder(before.puddles, [...standing, ...drawn]);
  while (puddles.length > config.maxPuddles) puddles = withoutWeakest(puddles, event.at, config);
  return { ...before, puddles, updated_at: Math.max(taste.updated_at, event.at) };
}

/** Positives placed between two pauses. */
const stretch = 60;

/** The positives of the window that lie in one of the puddles; of an image liked several times the strength adds up. */
function* holdPositives(puddles: readonly Puddle[], positives: readonly TasteEvent[], now: number, model: TasteModel): Generator<void, HeldPositive[]> {
  const { config, vectorOf } = model;
  const byImage = new Map<string, HeldPositive>();
  for (const [n, event] of positives.entries()) {
    if (n % stretch === stretch - 1) yield;
    const { image_id, at } = event;
    const vector = image_id === undefined ? undefined : vectorOf(image_id);
    if (image_id === undefined || !vector || now - at > config.recluster.windowMs) continue;
    const known = byImage.get(image_id);
    const home = known?.home ?? nearestPuddle(puddles, vector, model)?.puddle;
    if (!home) continue;
    const strength = signalStrength(event);
    const weight = (known?.weight ?? 0) + decayed(strength, now - at, config.puddleHalfLifeMs);
    byImage.delete(image_id);
    byImage.set(image_id, { member: { image_id, at, strength }, vector, weight, home });
  }
  return [...byImage.values()];
}

/** The positives, each with its part of its puddle's weight. */
function handOver(positives: readonly HeldPositive[], now: number, { config }: TasteModel): HeldPositive[] {
  const totals = new Map<Puddle, number>();
  for (const { home, weight } of positives) totals.set(home, (totals.get(home) ?? 0) + weight);
  return positives.map((positive) => ({ ...positive, weight: (puddleWeight(positive.home, now, config) * positive.weight) / totals.get(positive.home)! }));
}

interface Cluster {
  centroid: Vector;
  spread: number;
  weight: number;
  members: readonly HeldPositive[];
}

/** The most small clusters: bounds the work of a step. */
const maxSmall = 40;

/** Small clusters, twice as many as there are puddles, by mini-batch k-means; then those that are one taste joined. */
function* clusterPositives(positives: readonly HeldPositive[], seed: number, model: TasteModel): Generator<void, Cluster[]> {
  const homes = new Set(positives.map(({ home }) => home)).size;
  const k = Math.min(maxSmall, positives.length, Math.max(2 * homes, Math.ceil(Math.sqrt(positives.length))));
  const small = clusterInSteps(positives, k, seededRandom(seed));
  let step = small.next();
  for (; !step.done; step = small.next()) yield;
  const { assignment } = step.value;
  const clusters = Array.from({ length: k }, (_, c) => positives.filter((_, i) => assignment[i] === c)).filter((members) => members.length > 0);
  return yield* joinClusters(clusters.map(clusterOf), model);
}

/** Joins the nearest two while they are nearer than `joinZ`, as seen from each other's centroids. */
function* joinClusters(clusters: readonly Cluster[], model: TasteModel): Generator<void, Cluster[]> {
  const left = [...clusters];
  for (;;) {
    let nearest = { margin: 0, a: 0, b: 0 };
    for (let a = 1; a < left.length; a++)
      for (let b = 0; b < a; b++) {
        const margin = cosineDistance(left[a]!.centroid, left[b]!.centroid) - within(left[a]!, left[b]!, model);
        if (margin < nearest.margin) nearest = { margin, a, b };
      }
    const { a, b } = nearest;
    if (a === b) return left;
    left[b] = clusterOf([...left[b]!.members, ...left[a]!.members]);
    left.splice(a, 1);
    yield;
  }
}

/** Distance of the centroids of two clusters within which they are one taste. */
function within(a: { spread: number }, b: { spread: number }, { calibration, config }: TasteModel): number {
  return distanceAt(config.recluster.joinZ, centroidCalibration(centroidCalibration(calibration, a.spread), b.spread));
}

function clusterOf(members: readonly HeldPositive[]): Cluster {
  const sum = new Float64Array(members[0]!.vector.length);
  let weight = 0;
  for (const member of members) {
    weight += member.weight;
    for (let d = 0; d < sum.length; d++) sum[d]! += member.weight * member.vector[d]!;
  }
  const centroid = unit(sum);
  const spread = members.reduce((part, member) => part + (member.weight / weight) * Math.max(0, cosineDistance(centroid, member.vector)), 0);
  return { centroid, spread, weight, members };
}

/** Clusters as puddles: each continues the nearest puddle it can be, the rest are new. */
function nameClusters(clusters: readonly Cluster[], before: readonly Puddle[], event: TasteEvent, model: TasteModel): Puddle[] {
  const continued = reconcile(before, clusters, (puddle, cluster) => within(puddle, cluster, model));
  const fed = before.reduce((sum, { pulse }) => sum + pulse.slow, 0);
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  let made = 0;
  return clusters.map(({ centroid, spread, weight, members }, c): Puddle => {
    const old = before[continued[c]!];
    const recent = keepRecent(members.map(({ member }) => member).sort((a, b) => a.at - b.at), model.config);
    const share = Math.fround((fed * weight) / total);
    const pulse = old?.pulse ?? members.slice(1).reduce((hours, { member }, i) => stepHour(hours, member.at, 1 / (i + 2)), firstPulse(members[0]!.member.at));
    if (!old) made++;
    return {
      id: old?.id ?? (made === 1 ? `p${event.viewer_seq}` : `p${event.viewer_seq}-${made}`),
      centroid, spread, weight, recent,
      medoid_image_id: medoid(centroid, recent, model.vectorOf) ?? recent.at(-1)!.image_id,
      count: Math.max(members.length, old?.count ?? 0),
      created_at: old?.created_at ?? recent[0]!.at,
      last_updated: Math.max(event.at, old?.last_updated ?? 0),
      pulse: { ...calm(pulse), fast: share, slow: share },
    };
  });
}

/** Puddles that were there before first, in their order: where two are equally near, the same one stands as before. */
function inOldOrder(before: readonly Puddle[], after: readonly Puddle[]): Puddle[] {
  const place = new Map(before.map(({ id }, i) => [id, i]));
  return after.toSorted((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity));
}
