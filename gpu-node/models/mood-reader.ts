import type { Mood } from "#shared/contract/image.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { nearestKind, type TextCalibration, type WordDirection } from "#shared/taste/zero-shot.ts";
import { textTowerOf } from "./text-towers.ts";
import { moodDirections } from "./zero-shot-words.ts";

/** The mood an image is in by its looks; null where the space has no text tower, or no mood clearly lies nearest. */
export type ReadMood = (space: string, vector: Vector) => Promise<Mood | null>;

/** Moods are read into a space once, at its first image. */
export function moodReader(towerOf: typeof textTowerOf = textTowerOf): ReadMood {
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
