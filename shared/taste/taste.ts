import type { Vector } from "#shared/kernel/vector.ts";

export interface PuddleMember {
  image_id: string;
  at: number;
  strength: number;
}

/**
 * How a puddle is fed, beside its weight. Kept in single precision, as it is stored.
 */
export interface Pulse {
  /** Share of the viewer's positives that fall on it: of late, and in the long run. */
  fast: number;
  slow: number;
  /** Page's cumulative sums: evidence that it is fed less often, more often, or from farther off than before. */
  falling: number;
  rising: number;
  straying: number;
  /** Mean cosine and sine of the hour at which it is fed, UTC, a day being the whole circle. */
  hourCos: number;
  hourSin: number;
}

/** One of a viewer's tastes: a cap on the sphere of the space, fed by what they liked there. */
export interface Puddle {
  /** `p` + the viewer_seq of the event that made it; re-clustering, which may make several at once, numbers all after the first: `p12-2`. */
  id: string;
  /** `[dim] float32`, unit. */
  centroid: Vector;
  /** The recent member nearest the centroid: the image that stands for this puddle. */
  medoid_image_id: string;
  /** Signal gathered, as of `last_updated`; halves every half-life. See `puddleWeight`. */
  weight: number;
  /** Exponentially weighted mean cosine distance of its members from the centroid (spherical variance). */
  spread: number;
  /** Positive signals taken in. */
  count: number;
  created_at: number;
  last_updated: number;
  /** Newest last, bounded by `tasteConfig.recentMembers`. */
  recent: readonly PuddleMember[];
  pulse: Pulse;
}

/** Where the viewer said no: a cap that lowers scores and is barred from exploration until it decays or is forgotten. */
export interface SuppressedRegion {
  /** `s` + the viewer_seq of the event that made it. */
  id: string;
  /** The image whose hiding made it. */
  image_id: string;
  /** Of coarse precision: see `coarse`. */
  centroid: Vector;
  /** As a puddle's. */
  spread: number;
  /** Cosine distance from the centroid. */
  radius: number;
  /** As of `last_updated`; a hide gives 1. See `suppressionStrength`. */
  strength: number;
  last_updated: number;
}

/**
 * A change of taste that was noticed. Until `until` the viewer's steps are larger and what they no longer feed fades faster.
 * `moved`: a puddle's new members lie away from it. `switched`: likes
 * fall on other puddles than they used to; then `puddle_id` is the one that gains by it.
 */
export interface Drift {
  kind: "moved" | "switched";
  at: number;
  until: number;
  puddle_id: string;
}

/** All that is known of a viewer's taste in one space. Derived from the interaction log alone. */
export interface Taste {
  viewer_id: string;
  space: string;
  /** The last viewer_seq taken in. */
  offset: number;
  /** Events so far that said something about taste. */
  signals: number;
  user_vector: Vector | null;
  puddles: readonly Puddle[];
  suppressed: readonly SuppressedRegion[];
  /** The last change of taste that was noticed; null before the first. */
  drift: Drift | null;
  /** Time of the last event that changed taste; 0 before the first. */
  updated_at: number;
}

export function emptyTaste(viewer_id: string, space: string): Taste {
  return { viewer_id, space, offset: 0, signals: 0, user_vector: null, puddles: [], suppressed: [], drift: null, updated_at: 0 };
}

/** What is left of an amount of interest after `ageMs`; it halves every `halfLifeMs`. A clock that ran back changes nothing. */
export function decayed(amount: number, ageMs: number, halfLifeMs: number): number {
  return ageMs > 0 ? amount * 2 ** (-ageMs / halfLifeMs) : amount;
}
