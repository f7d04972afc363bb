import type { Vector } from "#shared/kernel/vector.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { Taste } from "#shared/taste/taste.ts";

/** Everything that may propose an image for a slot. */
export const sources = ["puddle", "transition", "neighbour", "bridge", "explore", "together", "fresh", "popular", "persona"] as const;
export type Source = (typeof sources)[number];

/** What a slot's score is made of. The terms add up to the score; `suppression` and `diversity` are never positive. */
export const scoreTerms = ["puddle", "user", "quality", "popularity", "recency", "suppression", "diversity"] as const;
export type ScoreTerm = (typeof scoreTerms)[number];

/** An image that may be shown; the caller has removed what the viewer has seen. */
export interface Candidate {
  image_id: string;
  vector: Vector;
  /** Empty when unknown: then no cap applies. */
  creator: string;
  style?: string;
  mood?: string;
  /** 64-bit perceptual hash; as text 16 hexadecimal digits. */
  phash: bigint | string;
  created_at: number;
  /** 0…1. */
  quality: number;
  /** 0…1. */
  popularity: number;
  /** The region it lies in; the nearest of the regions is taken when it is not given. */
  region_id?: string;
  /** Who proposed it; the same image may be given several times by different sources. */
  sources: readonly Source[];
}

/** A region as composition needs it: where it is, and how explored slots in it were received (Beta counts, prior included). */
export interface RegionSketch {
  id: string;
  centroid: Vector;
  reward: { alpha: number; beta: number };
}

export interface ComposeInput {
  taste: Taste;
  calibration: SpaceCalibration;
  candidates: readonly Candidate[];
  regions: readonly RegionSketch[];
  settings: { /** The dial, 0…1. */ adventure: number };
  /** Images of this mood come first; others only when those are used up. */
  mood?: string;
  /** Explored slots this viewer was shown, and how many of them they welcomed. */
  explored?: { offered: number; welcomed: number };
  /** Slots of late per region id, so that exploration moves on to where the viewer has not been. */
  shown?: ReadonlyMap<string, number>;
  /** Slots a page. */
  limit: number;
  pages: number;
  now: number;
  random: Random;
}

/** One place on a page. */
export interface Slot {
  /** From 0 within its page. */
  position: number;
  image_id: string;
  /** The source it was drawn from. */
  source: Source;
  /** Exact probability with which the final policy puts this image here, given the slots before it. */
  propensity: number;
  terms: Record<ScoreTerm, number>;
  /** The puddle the image lies in, where it lies in one. */
  anchor?: { puddle_id: string; medoid_image_id: string };
}

export interface Page {
  slots: Slot[];
}
