import { dot, unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { standardise } from "./calibration.ts";
import type { SpaceCalibration } from "./calibration.ts";
import { medoid, puddleWeight } from "./puddle.ts";
import { partOfPulse } from "./pulse.ts";
import type { TasteModel } from "./taste-model.ts";
import { decayed } from "./taste.ts";
import type { Puddle, PuddleMember } from "./taste.ts";

interface Point {
  member: PuddleMember;
  vector: Vector;
  weight: number;
}

/**
 * A puddle that has grown over two tastes becomes two: its recent members are parted by 2-means, and if the halves are really
 * apart each becomes a puddle with its part of the weight. The heavier keeps the id, the other takes `id`. Gives the puddle alone
 * when it stays whole.
 */
export function splitPuddle(puddle: Puddle, id: string, at: number, model: TasteModel): readonly Puddle[] {
  const { config, calibration } = model;
  if (!config.parts.split || puddle.recent.length < 2 * config.split.members || memberZ(puddle.spread, calibration) <= config.split.spreadZ) return [puddle];
  const points = puddle.recent.flatMap((member): Point[] => {
    const vector = model.vectorOf(member.image_id);
    return vector ? [{ member, vector, weight: decayed(member.strength, at - member.at, config.puddleHalfLifeMs) }] : [];
  });
  const halves = twoMeans(points);
  if (!halves || halves.some((half) => half.length < config.split.members)) return [puddle];
  const between = standardise(meanDistance(halves[0], halves[1]), calibration);
  const within = standardise((innerDistance(halves[0]) + innerDistance(halves[1])) / 2, calibration);
  if (between < config.split.apartZ || between - within < config.split.gapZ) return [puddle];
  const [heavier, lighter] = weightOf(halves[0]) >= weightOf(halves[1]) ? halves : [halves[1], halves[0]];
  const share = weightOf(lighter) / (weightOf(heavier) + weightOf(lighter));
  return [part(puddle, puddle.id, heavier, 1 - share, at, model), part(puddle, id, lighter, share, at, model)];
}

/**
 * How far a puddle's members lie from each other, standardised. Its spread is taken from the centroid, which is nearer to every
 * member than another member is: with R = 1 − spread the mean similarity of two is R² (Mardia & Jupp 2000, §9.2).
 */
function memberZ(spread: number, calibration: SpaceCalibration): number {
  return standardise(1 - (1 - spread) ** 2, calibration);
}

/** Spherical 2-means from the two points farthest apart; undefined when they cannot be parted. No dice. */
function twoMeans(points: readonly Point[]): [Point[], Point[]] | undefined {
  let ends: [Vector, Vector] | undefined;
  let least = 1 - 1e-6;
  for (let i = 1; i < points.length; i++)
    for (let j = 0; j < i; j++) {
      const similarity = dot(points[i]!.vector, points[j]!.vector);
      if (similarity < least) [ends, least] = [[points[j]!.vector, points[i]!.vector], similarity];
    }
  if (!ends) return undefined;
  let halves: [Point[], Point[]] = [[], []];
  for (let round = 0; round < 8; round++) {
    const [a, b]: [Vector, Vector] = ends;
    halves = [[], []];
    for (const point of points) halves[dot(point.vector, a) >= dot(point.vector, b) ? 0 : 1].push(point);
    if (halves.some((half) => half.length === 0)) return undefined;
    ends = [meanDirection(halves[0]), meanDirection(halves[1])];
  }
  return halves;
}

function part(puddle: Puddle, id: string, points: readonly Point[], share: number, at: number, model: TasteModel): Puddle {
  const centroid = meanDirection(points);
  const total = weightOf(points);
  const recent = points.map(({ member }) => member);
  return {
    id, centroid, recent,
    medoid_image_id: medoid(centroid, recent, model.vectorOf) ?? recent.at(-1)!.image_id,
    weight: share * puddleWeight(puddle, at, model.config),
    spread: points.reduce((sum, { vector, weight }) => sum + (weight / total) * Math.max(0, 1 - dot(centroid, vector)), 0),
    count: Math.max(points.length, Math.round(share * puddle.count)),
    created_at: id === puddle.id ? puddle.created_at : at,
    last_updated: Math.max(puddle.last_updated, at),
    pulse: partOfPulse(puddle.pulse, share),
  };
}

function weightOf(points: readonly Point[]): number {
  return points.reduce((sum, { weight }) => sum + weight, 0);
}

function meanDirection(points: readonly Point[]): Vector {
  const sum = new Float64Array(points[0]!.vector.length);
  for (const { vector, weight } of points) for (let d = 0; d < sum.length; d++) sum[d]! += weight * vector[d]!;
  return unit(sum);
}

/** Mean distance over the pairs of one half with the other. */
function meanDistance(a: readonly Point[], b: readonly Point[]): number {
  let sum = 0;
  for (const { vector } of a) for (const other of b) sum += 1 - dot(vector, other.vector);
  return sum / (a.length * b.length);
}

/** Mean distance over the pairs within a half. */
function innerDistance(points: readonly Point[]): number {
  return (meanDistance(points, points) * points.length) / (points.length - 1);
}
