import type { Vector } from "#shared/kernel/vector.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { Blend, Feature, FeedConfig } from "./feed-config.ts";

/** Everything that may propose an image for a slot. */
export const sources = ["puddle", "transition", "neighbour", "bridge", "explore", "together", "fresh", "popular", "persona"] as const;
export type Source = (typeof sources)[number];

/** What a slot's score is made of. The terms add up to the score; `suppression`, `fatigue` and `diversity` are never positive, `echo` may be either. */
export const scoreTerms = ["puddle", "user", "echo", "together", "quality", "popularity", "recency", "suppression", "fatigue", "diversity"] as const;
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
  /** Slots it was given so far, to anybody; taken as many when not given. */
  exposures?: number;
  /** 0…1: how much it is liked by those who like what this viewer likes. */
  together?: number;
  /** The image of the viewer's that says most of that. */
  together_with?: string;
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

/** What became of a slot that the viewer was given. */
export interface SlotOutcome {
  image_id: string;
  /** Of the image; without it the outcome has no echo. */
  vector?: Vector;
  source: Source;
  /** The puddle and the region the image lay in. */
  puddle_id?: string;
  region_id?: string;
  creator?: string;
  style?: string;
  /** As of serving, unweighted; none on a page made without the node. */
  features?: Features;
  /** From 0 within its page. */
  position: number;
  /** When it was served. */
  at: number;
  outcome: "welcomed" | "refused" | "ignored";
  /** Of a refusal by "less like this": the score term or source it was aimed at. */
  term?: string;
}

/** The unweighted parts of a score, 0…1 each. */
export type Features = Record<Feature, number>;

export interface ComposeInput {
  taste: Taste;
  calibration: SpaceCalibration;
  candidates: readonly Candidate[];
  regions: readonly RegionSketch[];
  settings: { /** The dial, 0…1. */ adventure: number };
  /** Images of this mood come first; others only when those are used up. */
  mood?: string;
  /** What became of the viewer's latest slots, oldest first. */
  outcomes?: readonly SlotOutcome[];
  /** P(next region | the viewer's last), by region id. */
  transitions?: ReadonlyMap<string, number>;
  /** That last region. */
  last_region_id?: string;
  /** Where the learning of the viewer's blend starts: what fits all viewers best, or else the design's own weights. */
  blendPrior?: Blend;
  /** Slots of late per region id, so that exploration moves on to where the viewer has not been. */
  shown?: ReadonlyMap<string, number>;
  /** Slots a page. */
  limit: number;
  pages: number;
  now: number;
  random: Random;
  config?: FeedConfig;
  /** What the taste was folded with, where that is not the engine's own. */
  tasteConfig?: TasteConfig;
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
  /** What the blend is learned from. */
  features: Features;
  /** The puddle the image lies in, where it lies in one. */
  anchor?: { puddle_id: string; medoid_image_id: string };
  /** The image of the viewer's that is liked by the same people, where there is one. */
  together_with?: string;
}

export interface Page {
  slots: Slot[];
}
