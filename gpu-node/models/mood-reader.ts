import type { Mood } from "#shared/contract/image.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { nearestKind, type TextCalibration, type WordDirection } from "#shared/taste/zero-shot.ts";
import eyes from "./eyes/eyes.json" with { type: "json" };
import { textTowerOf } from "./text-towers.ts";
import { moodDirections } from "./zero-shot-words.ts";

/** The mood an image is in by its looks; null where the space has no text tower, or no mood clearly lies nearest. */
export type ReadMood = (space: string, vector: Vector) => Promise<Mood | null>;

/**
 * Spaces whose text towers know things, but not moods: on the gallery, eyes-1 was right about 26 of 100 images it said one of six moods of
 * (tests/bench/search). No mood is better than a wrong one.
 */
const knowNoMoods: ReadonlySet<string> = new Set([eyes.space]);

const believedTowerOf: typeof textTowerOf = (space) => (knowNoMoods.has(space) ? Promise.resolve(undefined) : textTowerOf(space));

/** Moods are read into a space once, at its first image. */
export function moodReader(towerOf: typeof textTowerOf = believedTowerOf): ReadMood {
  const known = new Map<string, Promise<{ kinds: WordDirection<Mood>[]; calibration: TextCalibration } | undefined>>();
  const read = async (space: string) => {
    const tower = await towerOf(space);
    return tower && { kinds: await moodDirections(tower), calibration: tower.calibration };
  };
  return async (space, vector) => {
    if (!known.has(space)) known.set(space, read(space));
    const directions = await known.get(space);
    return (directions && nearestKind(vector, directions.kinds, directions.calibration)) ?? null;
  };
}
