import { dayMs } from "#shared/kernel/clock.ts";

/** A source that composes pages; personas post by their own hand. */
export type LiveSource = "puddle" | "transition" | "neighbour" | "bridge" | "explore" | "together" | "fresh" | "popular";

/**
 * What slots are shared out among: the best of all candidates by score, and the two sources whose images need not win by score
 * because nothing is known of them yet.
 */
export type Quota = "best" | "explore" | "fresh";

type Bounds = readonly [low: number, high: number];

/**
 * Every number of page composition in one place, and the switches by which a part is turned off so that its worth can be
 * measured. A caller may compose with a changed copy.
 */
export const feedConfig = {
  /** What is left out gets no slot. */
  live: { best: true, explore: true, fresh: true },

  /** Signals at which personalisation is whole; before, it grows with their cube root. */
  personalSignals: 5,
  /**
   * Start weights of the score's features; they add up to one (docs/decisions/0008). Content, echo and together are what the
   * viewer's own acts say, the others what everyone's do; where nothing is linked, the others share together's part.
   */
  blend: { content: 0.06, echo: 0.22, together: 0.6, quality: 0.01, popularity: 0.1, recency: 0.01 },
  /**
   * What the viewer made of images like one (see echo.ts): as if `slots` slots like it had been welcomed at `rate`; a refusal
   * counts `refused` slots, an ignored slot the less the farther down it lay, each half after `halfLifeSlots` more. The latest
   * `outcomes` are heard.
   */
  echo: { slots: 3, rate: 0.11, refused: 2, positionBias: 0.05, halfLifeSlots: 120, outcomes: 64 },
  /**
   * How much a slot passed over or refused speaks against what is liked together with it, where a like speaks for it by 1: what
   * is passed over weighs about as much as a welcome was to be expected. All count half after `halfLifeSlots` slots more. The feature has its
   * whole weight where some image is spoken for by `plainAt`, less in proportion where the best is not.
   */
  together: { passedOver: 0.3, refused: 0.6, halfLifeSlots: 120, plainAt: 0.1 },
  /**
   * How the blend is learned (see blend.ts): off, the start weights stay. `slope` turns score points into log-odds, `deviation`
   * is the prior's around each start weight times slope, `outcomes` is how many of the latest count.
   */
  learnBlend: { on: true, slope: 6, deviation: 0.6, outcomes: 300 },
  /** Weight at which a puddle is trusted half and the user vector half. */
  evidenceWeight: 2,
  recencyHalfLifeMs: 14 * dayMs,
  suppressionPenalty: 1,
  /** Suppression from which an image is barred, and from which it is not explored. */
  barredAt: 0.5,
  exploreBarredAt: 0.1,

  /**
   * Shares of slots before anything is known, and then of what exploration leaves; the best by score have the rest. Who has
   * passed over `slots` slots without a like is shown what is left: half of what the best would have is explored.
   */
  cold: { explore: 0.2, fresh: 0.05, slots: 12 },
  warm: { fresh: 0.01 },
  /**
   * A share moves by how its slots were welcomed against the viewer's own average, as if `slots` average ones had come
   * before, within the bounds; a slot counts half after `halfLifeSlots`.
   */
  learnShares: { on: true, slots: 15, halfLifeSlots: 120, bounds: [0.25, 4] as Bounds },
  /** Share of exploration: `slope·dial^power`, times how exploration was received, within the bounds. */
  explore: {
    slope: 0.42, power: 3.2, bounds: [0.015, 0.6] as Bounds,
    /** Which way distance counts: "near" draws by exp(−z/T), "far" by exp(+z/T). */
    reading: "near" as "near" | "far",
    /** How a region's reward is taken from its Beta record: see rewards.ts. */
    reward: "thompson" as "thompson" | "mean",
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
  reception: { on: true, power: 2, fatigue: 0.1, slots: 4, rate: 0.3, halfLifeSlots: 80, halfLifeMs: 2 * dayMs },
  /** Whether a puddle is drawn by the time of day at which it is usually fed. */
  daypart: true,
  /** Score points, in a newcomer's exploration, between a region's centre and an image unlike it. */
  typicality: 3,
  /**
   * A region already shown n times counts `1/(1+n)^power` in exploration; in a newcomer's, and among the best and the new while
   * nothing is known, to powers of their own, so that the first pages span the gallery.
   */
  shownPower: 3,
  coldShownPower: { explore: 16, best: 8, fresh: 16 },
  /** Slots after which an image has been tried, and the score points that one never shown has among the new. */
  provenAt: 20,
  newcomer: 0.2,
  /** Spread of each draw: score points per factor e. */
  temperature: { best: 0.01, explore: 0.02, fresh: 0.02 },
  /** Penalty for an image just like one already on the page. */
  diversity: { best: 0.03, explore: 0.1, fresh: 0.1 },
  /** What "less like this" takes of a term or source at once, and how soon that comes back. */
  less: { takes: 0.6, halfLifeMs: 7 * dayMs },

  /** The most of a page that one creator may have: a viewer who loves an artist's style still meets others. */
  perCreatorShare: 1 / 3,
  /**
   * Near-duplicates: hashes within `bits` of 64 and vectors within τ_spawn, or vectors this part of the mean distance apart. Of the gallery's
   * pairs, two pictures of one hand lie 0.008 apart at the least.
   */
  nearDuplicate: { bits: 5, distance: 0.002 },
};

export type FeedConfig = typeof feedConfig;
export type Blend = FeedConfig["blend"];
export type Feature = keyof Blend;
