import { cosineDistance, stepToward } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { centroidCalibration, spreadAfter } from "./centroid.ts";
import { coarse } from "./coarse.ts";
import { distanceAt } from "./calibration.ts";
import { puddleWeight } from "./puddle.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { TasteModel } from "./taste-model.ts";
import { decayed } from "./taste.ts";
import type { Puddle, SuppressedRegion, Taste } from "./taste.ts";

/** A suppressed region's strength now, decayed from its last update. */
export function suppressionStrength(region: SuppressedRegion, now: number, config: TasteConfig = tasteConfig): number {
  return decayed(region.strength, now - region.last_updated, config.suppressionHalfLifeMs);
}

/** 1 in the core of a region, falling linearly to 0 at its radius. */
export function suppressionTaper(region: SuppressedRegion, distance: number, config: TasteConfig = tasteConfig): number {
  if (distance >= region.radius) return 0;
  return Math.min(1, (1 - distance / region.radius) / (1 - config.suppressionCore));
}

/** How far a region holds an image at `distance` down, 0…1. */
export function suppressionOf(region: SuppressedRegion, distance: number, now: number, config: TasteConfig = tasteConfig): number {
  return Math.min(1, suppressionStrength(region, now, config)) * suppressionTaper(region, distance, config);
}

/**
 * Distance to the nearest puddle that shields: what lies nearer to it than to a suppressed region's centroid is not held
 * down, so that hiding one image of a style the viewer loves hides that image and its likes, not the style.
 */
export function shieldDistance(puddles: readonly Puddle[], vector: Vector, now: number, config: TasteConfig = tasteConfig): number {
  let nearest = Infinity;
  for (const puddle of puddles)
    if (puddleWeight(puddle, now, config) >= config.shieldWeight) nearest = Math.min(nearest, cosineDistance(puddle.centroid, vector));
  return nearest;
}

/** How far the viewer's suppressed regions hold an image down, 0 (not at all) to 1. */
export function suppressionAt(taste: Pick<Taste, "puddles" | "suppressed">, vector: Vector, now: number, config: TasteConfig = tasteConfig): number {
  if (taste.suppressed.length === 0) return 0;
  const shield = shieldDistance(taste.puddles, vector, now, config);
  let strongest = 0;
  for (const region of taste.suppressed) {
    const distance = cosineDistance(region.centroid, vector);
    if (distance < shield) strongest = Math.max(strongest, suppressionOf(region, distance, now, config));
  }
  return strongest;
}

/** Strengthens the nearest region the image lies in, or makes a new one; the weakest goes when there are too many. */
export function suppress(
  regions: readonly SuppressedRegion[],
  hidden: { id: string; image_id: string; vector: Vector; strength: number; at: number },
  model: TasteModel,
): readonly SuppressedRegion[] {
  let nearest: SuppressedRegion | undefined;
  let nearestDistance = Infinity;
  for (const region of regions) {
    const distance = cosineDistance(region.centroid, hidden.vector);
    if (distance < nearestDistance && distance < region.radius) [nearest, nearestDistance] = [region, distance];
  }
  if (nearest) return regions.map((region) => (region === nearest ? strengthen(region, hidden, nearestDistance, model) : region));
  const made: SuppressedRegion = {
    id: hidden.id, image_id: hidden.image_id, centroid: coarse(hidden.vector), spread: 0,
    radius: distanceAt(model.config.suppressionRadiusZ, model.calibration), strength: hidden.strength, last_updated: hidden.at,
  };
  return withoutWeakest([...regions, made], hidden.at, model.config);
}

/** Like a puddle's reinforcement: the region centres on what was hidden in it, and its radius is seen from that centroid. */
function strengthen(
  region: SuppressedRegion,
  hidden: { vector: Vector; strength: number; at: number },
  distance: number,
  { calibration, config }: TasteModel,
): SuppressedRegion {
  const held = suppressionStrength(region, hidden.at, config);
  const step = hidden.strength / (held + hidden.strength);
  const spread = spreadAfter(region.spread, distance, step);
  return {
    ...region,
    spread,
    centroid: coarse(stepToward(region.centroid, hidden.vector, step)),
    radius: distanceAt(config.suppressionRadiusZ, centroidCalibration(calibration, spread)),
    strength: Math.min(config.maxSuppressionStrength, held + hidden.strength),
    last_updated: Math.max(region.last_updated, hidden.at),
  };
}

/** A positive signal takes its strength from every region that holds the image down. */
export function relieve(
  taste: Pick<Taste, "puddles" | "suppressed">,
  vector: Vector,
  strength: number,
  at: number,
  config: TasteConfig,
): readonly SuppressedRegion[] {
  if (taste.suppressed.length === 0) return taste.suppressed;
  const shield = shieldDistance(taste.puddles, vector, at, config);
  const left = taste.suppressed.map((region) => {
    const distance = cosineDistance(region.centroid, vector);
    const taper = distance < shield ? suppressionTaper(region, distance, config) : 0;
    if (taper === 0) return region;
    return { ...region, strength: suppressionStrength(region, at, config) - strength * taper, last_updated: Math.max(region.last_updated, at) };
  });
  return left.filter((region) => suppressionStrength(region, at, config) >= config.minSuppressionStrength);
}

function withoutWeakest(regions: readonly SuppressedRegion[], now: number, config: TasteConfig): readonly SuppressedRegion[] {
  if (regions.length <= config.maxSuppressed) return regions;
  let weakest = regions[0]!;
  for (const region of regions) if (suppressionStrength(region, now, config) < suppressionStrength(weakest, now, config)) weakest = region;
  return regions.filter((region) => region !== weakest);
}
