import type { Vector } from "#shared/kernel/vector.ts";
import { centroidCalibration } from "#shared/taste/centroid.ts";
import { affinity } from "#shared/taste/calibration.ts";
import { puddleReach, puddleWeight } from "#shared/taste/puddle.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import { suppressionOf } from "#shared/taste/suppression.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import { decayed } from "#shared/taste/taste.ts";
import type { Candidate, ComposeInput, Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { readiness } from "./mixture.ts";
import { parseHash } from "./perceptual-hash.ts";

/**
 * The candidates of one composition as columns, one row each, with everything that does not change from slot to slot worked
 * out once. Score columns already carry their weight in the score.
 */
export interface Pool {
  size: number;
  dim: number;
  candidates: readonly Candidate[];
  /** `[size × dim] float32`, unit rows. */
  matrix: Float32Array;
  /** `[size]` by term; `score` is their sum. */
  puddle: Float64Array;
  user: Float64Array;
  quality: Float64Array;
  popularity: Float64Array;
  recency: Float64Array;
  score: Float64Array;
  /** `[size]` 0…1, unweighted. */
  suppression: Float64Array;
  /** `[size]` index of the nearest puddle that reaches the image, or −1. */
  home: Int32Array;
  /** `[size]` 1 at the centroid of that puddle, 0 at its reach and beyond. */
  nearness: Float64Array;
  /** `[size]` cosine distance to the nearest puddle; Infinity without puddles. */
  nearestPuddle: Float64Array;
  /** `[size]` index of the region, or the number of regions when there are none. */
  region: Int32Array;
  /** `[size]` number of the creator, or −1 when unknown. */
  creator: Int32Array;
  creators: number;
  hashHigh: Uint32Array;
  hashLow: Uint32Array;
}

export function preparePool(input: ComposeInput): Pool {
  const candidates = mergeRepeats(input.candidates);
  const { taste, calibration, now } = input;
  const size = candidates.length;
  const dim = calibration.dim;
  if (taste.space !== calibration.space)
    throw new TypeError(`taste of the space ${taste.space} cannot rank images of the space ${calibration.space}`);

  const pool: Pool = {
    size, dim, candidates, matrix: new Float32Array(size * dim), creators: 0,
    puddle: new Float64Array(size), user: new Float64Array(size), quality: new Float64Array(size), popularity: new Float64Array(size),
    recency: new Float64Array(size), score: new Float64Array(size), suppression: new Float64Array(size),
    home: new Int32Array(size).fill(-1), nearness: new Float64Array(size), nearestPuddle: new Float64Array(size).fill(Infinity), creator: new Int32Array(size).fill(-1),
    hashHigh: new Uint32Array(size), hashLow: new Uint32Array(size), region: regionsOf(candidates, input.regions),
  };
  const personalShare = feedConfig.blend.content * readiness(taste.signals, taste.puddles.length);
  const baseShare = (1 - personalShare) / (1 - feedConfig.blend.content);
  const creators = new Map<string, number>();
  candidates.forEach((candidate, i) => {
    if (candidate.vector.length !== dim)
      throw new RangeError(`the vector of ${candidate.image_id} has ${candidate.vector.length} dimensions, the space ${calibration.space} has ${dim}`);
    pool.matrix.set(candidate.vector, i * dim);
    pool.quality[i] = baseShare * feedConfig.blend.quality * within01(candidate.quality);
    pool.popularity[i] = baseShare * feedConfig.blend.popularity * within01(candidate.popularity);
    pool.recency[i] = baseShare * feedConfig.blend.recency * decayed(1, now - candidate.created_at, feedConfig.recencyHalfLifeMs);
    [pool.hashHigh[i], pool.hashLow[i]] = parseHash(candidate.phash);
    if (candidate.creator !== "") {
      if (!creators.has(candidate.creator)) creators.set(candidate.creator, creators.size);
      pool.creator[i] = creators.get(candidate.creator)!;
    }
  });
  pool.creators = creators.size;
  const shield = scorePersonal(pool, input, personalShare);
  scoreSuppression(pool, input, shield);
  for (let i = 0; i < size; i++)
    pool.score[i] = pool.puddle[i]! + pool.user[i]! + pool.quality[i]! + pool.popularity[i]! + pool.recency[i]!
      - feedConfig.suppressionPenalty * pool.suppression[i]!;
  return pool;
}

/**
 * personal = max over puddles of `e·affinity(puddle) + (1−e)·affinity(user vector)` with evidence `e = w/(w+κ)`: a puddle is
 * trusted by how often it was fed, and otherwise the user vector speaks. Fills the pool and gives per image the distance to
 * the nearest puddle that shields from suppression.
 */
function scorePersonal(pool: Pool, { taste, calibration, now }: ComposeInput, personalShare: number): Float64Array {
  const { size, dim, matrix } = pool;
  const shield = new Float64Array(size).fill(Infinity);
  const byUser = new Float64Array(size);
  if (taste.user_vector)
    for (let i = 0; i < size; i++) byUser[i] = affinity(1 - rowDot(matrix, i * dim, taste.user_vector, dim), calibration);
  const best = new Float64Array(size).fill(-1);
  const homeDistance = new Float64Array(size).fill(Infinity);
  taste.puddles.forEach((puddle, p) => {
    const weight = puddleWeight(puddle, now);
    const evidence = weight / (weight + feedConfig.evidenceWeight);
    const reach = puddleReach(puddle, calibration);
    const seenFromHere = centroidCalibration(calibration, puddle.spread);
    const shields = weight >= tasteConfig.shieldWeight;
    for (let i = 0; i < size; i++) {
      const distance = 1 - rowDot(matrix, i * dim, puddle.centroid, dim);
      const own = evidence * affinity(distance, seenFromHere);
      const rest = (1 - evidence) * byUser[i]!;
      if (own + rest > best[i]!) {
        best[i] = own + rest;
        pool.puddle[i] = personalShare * own;
        pool.user[i] = personalShare * rest;
      }
      if (distance < pool.nearestPuddle[i]!) pool.nearestPuddle[i] = distance;
      if (distance <= reach && distance < homeDistance[i]!) {
        homeDistance[i] = distance;
        pool.home[i] = p;
        pool.nearness[i] = 1 - distance / reach;
      }
      if (shields && distance < shield[i]!) shield[i] = distance;
    }
  });
  return shield;
}

function scoreSuppression(pool: Pool, { taste, now }: ComposeInput, shield: Float64Array): void {
  const { size, dim, matrix, suppression } = pool;
  for (const region of taste.suppressed)
    for (let i = 0; i < size; i++) {
      const distance = 1 - rowDot(matrix, i * dim, region.centroid, dim);
      if (distance < region.radius && distance < shield[i]!)
        suppression[i] = Math.max(suppression[i]!, suppressionOf(region, distance, now));
    }
}

/** Rows of a matrix against a vector; four running sums let the processor overlap the additions. */
export function rowDot(matrix: Float32Array, offset: number, vector: Vector, dim: number): number {
  let a = 0, b = 0, c = 0, d = 0;
  let k = 0;
  for (; k + 3 < dim; k += 4) {
    a += matrix[offset + k]! * vector[k]!;
    b += matrix[offset + k + 1]! * vector[k + 1]!;
    c += matrix[offset + k + 2]! * vector[k + 2]!;
    d += matrix[offset + k + 3]! * vector[k + 3]!;
  }
  for (; k < dim; k++) a += matrix[offset + k]! * vector[k]!;
  return a + b + (c + d);
}

/** `|a − b|²` of two rows, or anything above `limit` as soon as the sum passes it: unlike images are told apart in a few steps. */
export function rowSquaredDistance(matrix: Float32Array, at: number, other: number, dim: number, limit: number): number {
  let sum = 0;
  for (let k = 0; k < dim && sum <= limit; k++) {
    const difference = matrix[at + k]! - matrix[other + k]!;
    sum += difference * difference;
  }
  return sum;
}

function regionsOf(candidates: readonly Candidate[], regions: ComposeInput["regions"]): Int32Array {
  const indexOf = new Map(regions.map((region, r) => [region.id, r]));
  return Int32Array.from(candidates, ({ region_id, vector }) => {
    const known = region_id === undefined ? undefined : indexOf.get(region_id);
    if (known !== undefined) return known;
    const nearest = assignRegion(vector, regions);
    return nearest ? indexOf.get(nearest.region.id)! : regions.length;
  });
}

function mergeRepeats(candidates: readonly Candidate[]): Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = byId.get(candidate.image_id);
    byId.set(candidate.image_id, known ? { ...known, sources: [...new Set<Source>([...known.sources, ...candidate.sources])] } : candidate);
  }
  return [...byId.values()];
}

function within01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
