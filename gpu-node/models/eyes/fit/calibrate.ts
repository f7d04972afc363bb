import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import type { Calibration } from "../../image-encoder.ts";
import type { Placed } from "./place-all.ts";

const pairs = 200_000;

/**
 * Distances between what `from` makes of one random picture and another picture, as many from every collection and never
 * across two: a catalogue is one collection, and pairs across two look farther apart than any a viewer is shown.
 */
export function calibrate(pictures: readonly Placed[], from: (picture: Placed) => Float32Array | undefined): Calibration {
  const random = seededRandom("pairs");
  const collections = [...Map.groupBy(pictures, ({ collection }) => collection).values()].map((some) => some.map((picture) => ({ ...picture, from: from(picture) })));
  const distances: number[] = [];
  for (let n = 0; n < pairs; n++) {
    const some = collections[n % collections.length]!;
    const left = Math.floor(random() * some.length);
    const right = (left + 1 + Math.floor(random() * (some.length - 1))) % some.length;
    const start = some[left]!.from;
    if (start) distances.push(cosineDistance(start, some[right]!.vector));
  }
  const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
  const variance = distances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / distances.length;
  return { mean: Number(mean.toFixed(4)), sd: Number(Math.sqrt(variance).toFixed(4)) };
}
