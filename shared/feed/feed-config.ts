import { dayMs } from "#shared/kernel/clock.ts";

/** A source that composes pages; personas post by their own hand. */
export type LiveSource = "puddle" | "transition" | "neighbour" | "bridge" | "explore" | "together" | "fresh" | "popular";

type Bounds = readonly [low: number, high: number];

/**
 * Every number of page composition in one place, and the switches by which a part is turned off so that its worth can be
 * measured. A caller may compose with a changed copy.
 */
export const feedConfig = {
  /** Sources that are left out get no slot. */
  live: { puddle: true, transition: true, neighbour: true, bridge: true, explore: true, together: true, fresh: true, popular: true },

  /** Signals at which personalisation is whole; before, it grows with their cube root. */
  personalSignals: 5,
  /** Start weights of the score's features; they add up to one. Content is the personal part, the others are the base. */
  blend: { content: 0.6, together: 0.22, quality: 0.07, popularity: 0.07, recency: 0.04 },
  /**
   * How the blend is learned (see blend.ts): off, the start weights stay. `slope` turns score points into log-odds, `deviation`
   * is the prior's around each start weight times slope, `outcomes` is how many of the latest count.
   */
  learnBlend: { on: true, slope: 6, deviation: 1.5, outcomes: 300 },
  /** Weight at which a puddle is trusted half and the user vector half. */
  evidenceWeight: 2,
  recencyHalfLifeMs: 14 * dayMs,
  suppressionPenalty: 1,
  /** Suppression from which an image is barred, and from which it is not explored. */
  barredAt: 0.5,
  exploreBarredAt: 0.1,

  /** Source shares before anything is known; then, of what exploration leaves, with puddles having the rest. */
  cold: { explore: 0.6, popular: 0.2, fresh: 0.2 },
  warm: { together: 0.3, transition: 0.06, neighbour: 0.05, bridge: 0.03, popular: 0.05, fresh: 0.06 },
  /**
   * A source's share moves by how its slots were welcomed against the viewer's own average, as if `slots` average ones had come
   * before, within the bounds; a slot counts half after `halfLifeSlots`.
   */
  learnShares: { on: true, slots: 15, halfLifeSlots: 120, bounds: [0.25, 4] as Bounds },
  /** Share of exploration: `least + slope·dial^1.5`, times how exploration was received, within the bounds. */
  explore: {
    least: 0.04, slope: 0.42, bounds: [0.04, 0.6] as Bounds,
    /** Which way distance counts: "near" draws by exp(−z/T), "far" by exp(+z/T). */
    reading: "near" as "near" | "far",
    /** How much a region's distance from `z` deviations counts against it (score points per squared deviation); 0 is off. */
    middle: { strength: 0, z: -1 },
    /** How a region's reward is taken from its Beta record: see rewards.ts. */
    reward: "thompson" as "thompson" | "optimistic" | "mean",
    /** Part of P(region | last region) that is spread evenly, so that unheard-of moves stay possible. */
    evenly: 0.5,
    /** Images below this quality are not explored. */
    qualityFloor: 0.1,
  },
  /** Welcome expected of exploration before any was seen, in pseudo-slots, and how far reception moves the share. */
  welcome: { rate: 0.1, slots: 20, bounds: [0.75, 1.5] as Bounds },
  /** A source that has had its part of a page keeps this fraction of its share, so that every propensity stays positive. */
  overdrawn: 0.15,

  /** Puddles are drawn by weight to this power: below one, smaller tastes get more than their share. */
  puddleFlattening: 0.75,
  /**
   * How a puddle's slots of late were received (see reception.ts): its draw weight is multiplied by that to the `power`, and
   * its images lose up to `fatigue` score points while it is shown in vain.
   */
  reception: { on: true, power: 2, fatigue: 0.3, slots: 4, rate: 0.3, halfLifeSlots: 80, halfLifeMs: 2 * dayMs },
  /** Whether a puddle is drawn by the time of day at which it is usually fed. */
  daypart: true,
  /** Score points, in the draw of a puddle's images, between its centroid and its reach. */
  nearness: 0.6,
  /** Score points, in a newcomer's exploration, between a region's centre and an image unlike it. */
  typicality: 1,
  /**
   * A region already shown n times counts `1/(1+n)^power` in exploration, and so among new and popular images while
   * nothing is known of the viewer (there against scores, hence higher).
   */
  shownPower: 3,
  coldShownPower: 16,
  /** Slots after which an image has been tried, and the score points that one never shown has among the new. */
  provenAt: 20,
  newcomer: 0.2,
  /** Spread of the draw within a source: score points per factor e. */
  temperature: { puddle: 0.08, transition: 0.08, neighbour: 0.08, bridge: 0.08, explore: 0.12, together: 0.08, fresh: 0.08, popular: 0.08 },
  /** Penalty for an image just like one already on the page, by source. */
  diversity: { puddle: 0.12, transition: 0.2, neighbour: 0.2, bridge: 0.3, explore: 0.3, together: 0.2, fresh: 0.3, popular: 0.3 },
  /** What "less like this" takes of a term or source at once, and how soon that comes back. */
  less: { takes: 0.6, halfLifeMs: 7 * dayMs },

  /** The most of a page that one creator may have: a viewer who loves an artist's style still meets others. */
  perCreatorShare: 1 / 3,
  /** Near-duplicates: hashes within `bits` of 64 and vectors within τ_spawn, or vectors this part of the mean distance apart. */
  nearDuplicate: { bits: 5, distance: 0.02 },
};

export type FeedConfig = typeof feedConfig;
export type Blend = FeedConfig["blend"];
export type Feature = keyof Blend;
