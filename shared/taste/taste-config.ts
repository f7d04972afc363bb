import { dayMs } from "#shared/kernel/clock.ts";

/**
 * Every number of the taste model in one place. Thresholds ending in `Z` are cosine distances standardised per space
 * (see calibration.ts): −2 means two deviations nearer than two random images are.
 */
const defaults = {
  /** Parts that can be switched off one by one, to see what each is worth. */
  parts: { merge: true, split: true, drift: true, recluster: true, suppression: true },

  /** Step of the user vector per unit of signal; `strongStep` for love, hate, save, share. */
  userStep: 0.1,
  userStrongStep: 0.15,
  /** Time in which half the way from the user vector to the mean of the puddles is forgotten. */
  userHalfLifeMs: 7 * dayMs,

  puddleHalfLifeMs: 30 * dayMs,
  maxPuddles: 64,
  /** A positive signal nearer than this (or than `reachSpreads` spreads) reinforces a puddle; farther, it spawns one. */
  spawnZ: -1.8,
  reachSpreads: 1.5,
  /** A puddle's reach never grows past this, so that a wide puddle cannot swallow the space. */
  maxReachZ: -1.2,
  /** Puddles whose centroids come nearer than this become one. */
  mergeZ: -2.2,
  /** A puddle whose weight falls below this has dried up. A like gives weight 1. */
  dryWeight: 0.05,
  /** Members kept per puddle, newest last: the medoid is chosen among them. */
  recentMembers: 10,

  /** Share of a puddle's weight that a hide at its very centroid takes; none at the rim of its reach. */
  weakening: 0.3,
  /** A negative signal leaves a puddle that was fed within `fedMs` at least this weight. */
  fedWeight: 0.25,
  fedMs: 14 * dayMs,
  /** From this weight on a puddle shields what is nearer to its centroid than to a suppressed region's. */
  shieldWeight: 0.5,

  suppressionHalfLifeMs: 45 * dayMs,
  maxSuppressed: 32,
  suppressionRadiusZ: -1.6,
  /** Suppression is whole up to this share of the radius, then falls linearly to none at the radius. */
  suppressionCore: 0.9,
  maxSuppressionStrength: 3,
  /** Below this strength a suppressed region is gone. */
  minSuppressionStrength: 0.1,

  /** Re-clustering looks back this far, at no more than this many deliberate positives, the newest. */
  recluster: { windowMs: 90 * dayMs, points: 600 },

  /** Affinity is a logistic of the standardised distance: 0.5 at `affinityZ`, falling with `affinitySlope`. */
  affinityZ: -1.7,
  affinitySlope: 2,
};

/** One value that every function of taste takes as its last argument; callers replace it to tune or to switch a part off. */
export type TasteConfig = Readonly<typeof defaults>;

export const tasteConfig: TasteConfig = defaults;
