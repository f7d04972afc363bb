/** A positive signal of a viewer about an image; `strength` as `signalStrength` gives it, `at` milliseconds since the epoch. */
export interface Like {
  viewer_id: string;
  image_id: string;
  strength: number;
  at: number;
}

export interface LinkedImage {
  image_id: string;
  /** Positive; scaled so that an image a viewer liked gets 1 on average from their other likes. */
  weight: number;
}

/** Per image the images liked by the same people, the strongest first. */
export type TogetherLinks = ReadonlyMap<string, readonly LinkedImage[]>;

export interface TogetherOptions {
  /** Ages are counted from here; milliseconds since the epoch. */
  asOf: number;
  /** Images up to which EASE is fitted; above it, sparse item kNN. */
  catalogueLimit: number;
  /** Links kept per image. */
  keep: number;
}
