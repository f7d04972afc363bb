import { affinity } from "#shared/taste/calibration.ts";
import { centroidCalibration } from "#shared/taste/centroid.ts";
import { puddleReach, puddleWeight } from "#shared/taste/puddle.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import { suppressionOf } from "#shared/taste/suppression.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { Candidate, ComposeInput, Source } from "./candidate.ts";
import { hearEcho } from "./echo.ts";
import type { FeedConfig } from "./feed-config.ts";
import { parseHash } from "./perceptual-hash.ts";
import { rowDot } from "./rows.ts";

/**
 * The candidates of one composition as columns, one row each, with everything that does not change from slot to slot worked
 * out once.
 */
export interface Pool {
  size: number;
  dim: number;
  candidates: readonly Candidate[];
  /** `[size × dim] float32`, unit rows. */
  matrix: Float32Array;
  /** `[size]` 0…1: how near each image is to the viewer's puddles and, as far as these are little known, to the user vector. */
  puddle: Float64Array;
  user: Float64Array;
  /** `[size]` 0…1: how the viewer received images like each one (see echo.ts). */
  echo: Float64Array;
  /** `[size]` 0…1. */
  suppression: Float64Array;
  /** `[size]` index of the nearest puddle that reaches the image, or −1. */
  home: Int32Array;
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

export function preparePool(input: ComposeInput, config: FeedConfig): Pool {
  const candidates = mergeRepeats(input.candidates);
  const { taste, calibration } = input;
  const size = candidates.length;
  const dim = calibration.dim;
  if (taste.space !== calibration.space)
    throw new TypeError(`taste of the space ${taste.space} cannot rank images of the space ${calibration.space}`);

  const pool: Pool = {
    size, dim, candidates, matrix: new Float32Array(size * dim), creators: 0,
    puddle: new Float64Array(size), user: new Float64Array(size), echo: new Float64Array(size), suppression: new Float64Array(size),
    home: new Int32Array(size).fill(-1), nearestPuddle: new Float64Array(size).fill(Infinity), creator: new Int32Array(size).fill(-1),
    hashHigh: new Uint32Array(size), hashLow: new Uint32Array(size), region: regionsOf(candidates, input.regions),
  };
  const creators = new Map<string, number>();
  candidates.forEach((candidate, i) => {
    if (candidate.vector.length !== dim)
      throw new RangeError(`the vector of ${candidate.image_id} has ${candidate.vector.length} dimensions, the space ${calibration.space} has ${dim}`);
    pool.matrix.set(candidate.vector, i * dim);
    [pool.hashHigh[i], pool.hashLow[i]] = parseHash(candidate.phash);
    if (candidate.creator !== "") {
      if (!creators.has(candidate.creator)) creators.set(candidate.creator, creators.size);
      pool.creator[i] = creators.get(candidate.creator)!;
    }
  });
  pool.creators = creators.size;
  hearEcho(pool, input, config);
  holdDown(pool, input, placeNearPuddles(pool, input, config));
  return pool;
}

/**
 * personal = max over puddles of `e·affinity(puddle) + (1−e)·affinity(user vector)` with evidence `e = w/(w+κ)`: a puddle is
 * trusted by how often it was fed, and otherwise the user vector speaks. Fills the pool and gives per image the distance to
 * the nearest puddle that shields from suppression.
 */
function placeNearPuddles(pool: Pool, { taste, calibration, now, tasteConfig: model }: ComposeInput, { evidenceWeight }: FeedConfig): Float64Array {
  const { size, dim, matrix } = pool;
  const shield = new Float64Array(size).fill(Infinity);
  const byUser = new Float64Array(size);
  if (taste.user_vector)
    for (let i = 0; i < size; i++) byUser[i] = affinity(1 - rowDot(matrix, i * dim, taste.user_vector, dim), calibration, model);
  const best = new Float64Array(size).fill(-1);
  const homeDistance = new Float64Array(size).fill(Infinity);
  taste.puddles.forEach((puddle, p) => {
    const weight = puddleWeight(puddle, now, model);
    const evidence = weight / (weight + evidenceWeight);
    const reach = puddleReach(puddle, calibration, model);
    const seenFromHere = centroidCalibration(calibration, puddle.spread);
    const shields = weight >= (model ?? tasteConfig).shieldWeight;
    for (let i = 0; i < size; i++) {
      const distance = 1 - rowDot(matrix, i * dim, puddle.centroid, dim);
      const own = evidence * affinity(distance, seenFromHere, model);
      const rest = (1 - evidence) * byUser[i]!;
      if (own + rest > best[i]!) {
        best[i] = own + rest;
        pool.puddle[i] = own;
        pool.user[i] = rest;
      }
      if (distance < pool.nearestPuddle[i]!) pool.nearestPuddle[i] = distance;
      if (distance <= reach && distance < homeDistance[i]!) {
        homeDistance[i] = distance;
        pool.home[i] = p;
      }
      if (shields && distance < shield[i]!) shield[i] = distance;
    }
  });
  return shield;
}

/** What lies nearer to a suppressed region's centroid than to a shielding puddle is held down by it. */
function holdDown({ size, dim, matrix, suppression }: Pool, { taste, now, tasteConfig: model }: ComposeInput, shield: Float64Array): void {
  for (const region of taste.suppressed)
    for (let i = 0; i < size; i++) {
      const distance = 1 - rowDot(matrix, i * dim, region.centroid, dim);
      if (distance < region.radius && distance < shield[i]!)
        suppression[i] = Math.max(suppression[i]!, suppressionOf(region, distance, now, model));
    }
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
