import { dayMs } from "#shared/kernel/clock.ts";

/** Every number of page composition in one place. */
export const feedConfig = {
  /** Signals at which personalisation is whole; before, it grows with their cube root. */
  personalSignals: 5,
  /** Share of the personal part in the score, the base having the rest. */
  personalShare: 0.6,
  /** Weight at which a puddle is trusted half and the user vector half. */
  evidenceWeight: 2,
  /** Parts of the base; they add up to one. */
  base: { quality: 0.4, popularity: 0.3, recency: 0.3 },
  recencyHalfLifeMs: 14 * dayMs,
  suppressionPenalty: 1,
  /** Suppression from which an image is barred, and from which it is not explored. */
  barredAt: 0.5,
  exploreBarredAt: 0.1,

  /** Source shares before anything is known, and of the two small sources afterwards. */
  cold: { explore: 0.6, popular: 0.2, fresh: 0.2 },
  warm: { popular: 0.06, fresh: 0.06 },
  /** Share of exploration: `least + slope·dial^1.5`, times how exploration was received, within the bounds. */
  explore: { least: 0.06, slope: 0.42, bounds: [0.04, 0.6] },
  /** Welcome expected of exploration before any was seen, in pseudo-slots, and how far reception moves the share. */
  welcome: { rate: 0.1, slots: 20, bounds: [0.75, 1.5] },
  /** A source that has had its part of a page keeps this fraction of its share, so that every propensity stays positive. */
  overdrawn: 0.15,

  /** Puddles are drawn by weight to this power: below one, smaller tastes get more than their share. */
  puddleFlattening: 0.75,
  /** Score points, in the draw of a puddle's images, between its centroid and its reach. */
  nearness: 2,
  /**
   * A region already shown n times counts `1/(1+n)^power` in exploration, and so among new and popular images while
   * nothing is known of the viewer (there against scores, hence higher).
   */
  shownPower: 3,
  coldShownPower: 16,
  /** Spread of the draw within a source: score points per factor e. */
  temperature: { puddle: 0.08, explore: 0.12, fresh: 0.08, popular: 0.08 },
  /** Penalty for an image just like one already on the page, by source. */
  diversity: { puddle: 0.12, explore: 0.3, fresh: 0.3, popular: 0.3 },

  /** The most of a page that one creator may have: a viewer who loves an artist's style still meets others. */
  perCreatorShare: 1 / 3,
  /** Near-duplicates: hashes within `bits` of 64 and vectors within τ_spawn, or vectors this part of the mean distance apart. */
  nearDuplicate: { bits: 5, distance: 0.02 },
} as const;
