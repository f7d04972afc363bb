import type { Random } from "#shared/kernel/random.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { History } from "../holdout.ts";
import type { VectorCatalogue } from "../vector-file.ts";

/** All that may be learned from: the catalogue, and the first part of everybody's log. */
export interface Training {
  catalogue: VectorCatalogue;
  calibration: SpaceCalibration;
  histories: readonly History[];
  /** `[images]` viewers who liked each. */
  likes: Float64Array;
  /** Time of the newest rating learned from. */
  asOf: number;
  seed: number;
}

/** Scores the whole catalogue for one viewer. */
export interface Ranker {
  name: string;
  /** `[images]`, higher first. The array may be used again by the next call. */
  score(history: History, random: Random): ArrayLike<number>;
}

export type MakeRanker = (training: Training) => Ranker;
