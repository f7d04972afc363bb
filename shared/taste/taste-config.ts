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

  /**
   * A puddle whose members lie farther from each other than this splits, if its halves of at least `members` each then lie
   * farther apart than `apartZ` and by `gapZ` farther than the members of a half: well beyond where they would merge.
   */
  split: { spreadZ: -2.2, apartZ: -1.6, gapZ: 0.8, members: 3 },

  drift: {
    /** Signals before which nothing counts as a change. */
    signals: 20,
    /** Steps of the late and the long-run share of positives. */
    fastStep: 0.12,
    slowStep: 0.01,
    /** Sums past these are alarms: by chance at most once in e^alarm positives a puddle (Lorden 1971), in practice far less often. */
    riseAlarm: 6.5,
    fallAlarm: 5.5,
    strayAlarm: 5,
    /** What the sums test for: a puddle fed at this part of its rate, or at its rate and so much more; or members this part farther off. */
    fallTo: 0.2,
    riseBy: 0.15,
    strayBy: 0.35,
    /** Members from which a puddle's spread is known well enough to tell that one lies far off. */
    settled: 8,
    /** How long a drift lasts, the gain of steps while it does, and what a positive elsewhere takes from a puddle that is no longer fed. */
    lastsMs: dayMs,
    gain: 2,
    fading: 0.2,
  },

  /** Re-clustering looks back this far, at no more than this many deliberate positives, the newest. */
  recluster: {
    windowMs: 90 * dayMs,
    points: 600,
    fewest: 12,
    /** DBSCAN: a positive with fewer than `neighbours` others nearer than `spawnZ` on a path to a core is an outlier. */
    neighbours: 2,
    /** Clusters nearer than this, as seen from their centroids, are one, and a cluster continues the nearest puddle within it. */
    joinZ: -1.8,
  },

  /** Affinity is a logistic of the standardised distance: 0.5 at `affinityZ`, falling with `affinitySlope`. */
  affinityZ: -1.7,
  affinitySlope: 2,
};

/** One value that every function of taste takes as its last argument; callers replace it to tune or to switch a part off. */
export type TasteConfig = Readonly<typeof defaults>;

export const tasteConfig: TasteConfig = defaults;
