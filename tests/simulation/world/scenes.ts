import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { LabelTaste } from "./taste-pool.ts";
import { overlap } from "./taste-pool.ts";

/** People who like things together for reasons no picture shows. */
export interface Scene {
  index: number;
  /** `[images]` 1 for what the scene passes around: images scattered over all styles. */
  has: Uint8Array;
  /** Its favourite tastes, in pairs: who has the one is likely to have the other. */
  pairs: readonly (readonly [LabelTaste, LabelTaste])[];
}

export const sceneModel = {
  scenes: 8,
  /** Share of the catalogue each scene passes around, drawn regardless of style. */
  share: 0.05,
  pairs: 3,
  /** Share of a member's tastes that come from the scene's favourite pairs. */
  fromPairs: 0.6,
} as const;

export function makeScenes(images: number, pool: readonly LabelTaste[], seed: number): Scene[] {
  const random = seededRandom(`scenes ${seed}`);
  const order = Array.from({ length: images }, (_, i) => i);
  return Array.from({ length: sceneModel.scenes }, (_, index) => {
    const has = new Uint8Array(images);
    for (const image of shuffled(order, random).slice(0, Math.round(images * sceneModel.share))) has[image] = 1;
    return { index, has, pairs: Array.from({ length: sceneModel.pairs }, () => drawPair(pool, random)) };
  });
}

/** Two tastes with next to no image in common, so that the one says nothing of the other to the eye. */
function drawPair(pool: readonly LabelTaste[], random: Random): readonly [LabelTaste, LabelTaste] {
  for (;;) {
    const one = pool[Math.floor(random() * pool.length)]!;
    const other = pool[Math.floor(random() * pool.length)]!;
    if (one !== other && overlap(one, other) < 0.1) return [one, other];
  }
}
