import type { Random } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";

/**
 * Mean and standard deviation of the cosine distance between random image pairs of a space. They ship with the encoder;
 * raw distances sit in a narrow band that differs from space to space, so thresholds are given in deviations.
 */
export interface SpaceCalibration {
  space: string;
  dim: number;
  distance: { mean: number; sd: number };
}

/** Cosine distance in deviations from that of a random pair. */
export function standardise(distance: number, { distance: { mean, sd } }: SpaceCalibration): number {
  return (distance - mean) / sd;
}

/**
 * The cosine distance that lies `z` deviations from that of a random pair; never under a twentieth of the mean, so that a
 * threshold keeps some width in a space whose distances scatter widely.
 */
export function distanceAt(z: number, { distance: { mean, sd } }: SpaceCalibration): number {
  return Math.max(mean / 20, mean + z * sd);
}

/** How alike two images feel, 0…1: a logistic of the standardised distance. Random pairs come out near 0.03. */
export function affinity(distance: number, calibration: SpaceCalibration, config: TasteConfig = tasteConfig): number {
  const z = standardise(distance, calibration);
  return 1 / (1 + Math.exp(config.affinitySlope * (z - config.affinityZ)));
}

/** Measures a space from a sample of its vectors. */
export function calibrate(space: string, vectors: readonly Vector[], random: Random, pairs = 20_000): SpaceCalibration {
  if (vectors.length < 2) throw new RangeError("calibrate needs at least two vectors");
  let sum = 0;
  let squares = 0;
  for (let n = 0; n < pairs; n++) {
    const i = Math.floor(random() * vectors.length);
    const j = (i + 1 + Math.floor(random() * (vectors.length - 1))) % vectors.length;
    const d = cosineDistance(vectors[i]!, vectors[j]!);
    sum += d;
    squares += d * d;
  }
  const mean = sum / pairs;
  const sd = Math.sqrt(Math.max(squares / pairs - mean * mean, 1e-12));
  return { space, dim: vectors[0]!.length, distance: { mean, sd } };
}
