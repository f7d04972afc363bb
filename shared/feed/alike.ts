import { affinity, distanceAt } from "#shared/taste/calibration.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { FeedConfig } from "./feed-config.ts";
import { bitCount } from "./perceptual-hash.ts";
import type { Pool } from "./pool.ts";
import { rowDot, rowSquaredDistance } from "./rows.ts";

/**
 * Takes the row and its near-duplicates out of every page, and notes how close the rest comes to this page. Near-duplicates are two
 * rows whose hashes and vectors lie close together, or whose vectors are all but equal. Closeness is worked out only
 * within the row's region and puddle: what lies elsewhere is not like it.
 */
export function removeAlike(pool: Pool, row: number, left: Uint8Array, closeness: Float64Array, calibration: SpaceCalibration, { nearDuplicate }: FeedConfig): void {
  const { dim, matrix, hashHigh, hashLow, region, home } = pool;
  const equalSquared = 2 * nearDuplicate.distance * calibration.distance.mean;
  const alikeDistance = distanceAt(tasteConfig.spawnZ, calibration);
  const vector = matrix.subarray(row * dim, (row + 1) * dim);
  left[row] = 0;
  for (let i = 0; i < pool.size; i++) {
    if (left[i]! === 0) continue;
    const sameHash = bitCount(hashHigh[i]! ^ hashHigh[row]!) + bitCount(hashLow[i]! ^ hashLow[row]!) <= nearDuplicate.bits;
    const samePlace = region[i]! === region[row]! || (home[i]! >= 0 && home[i]! === home[row]!);
    if (rowSquaredDistance(matrix, i * dim, row * dim, dim, equalSquared) <= equalSquared) left[i] = 0;
    else if (sameHash || samePlace) {
      const distance = 1 - rowDot(matrix, i * dim, vector, dim);
      if (sameHash && distance <= alikeDistance) left[i] = 0;
      else closeness[i] = Math.max(closeness[i]!, affinity(distance, calibration));
    }
  }
}
