import type { Lessened } from "./aimed-less.ts";
import type { SlotOutcome, Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig, LiveSource } from "./feed-config.ts";
import { recencyWeights, tallyBy, welcomeRate } from "./reception.ts";
import type { Tally } from "./reception.ts";

export const liveSources = Object.keys(feedConfig.live) as LiveSource[];

export type Shares = Record<LiveSource, number>;

/**
 * How ready the engine is to personalise, 0…1: nothing without a puddle, whole from five signals on. It grows with their
 * cube root, so that the page after a very first like already shows it.
 */
export function readiness(signals: number, puddles: number, { personalSignals }: Pick<FeedConfig, "personalSignals"> = feedConfig): number {
  return puddles === 0 ? 0 : Math.cbrt(Math.min(1, signals / personalSignals));
}

/**
 * The share of exploratory slots: grows with the dial and with how exploration was received, the latter as the posterior
 * mean welcome against the welcome expected.
 */
export function explorationShare(adventure: number, explored: Tally, { explore, welcome, learnShares }: Pick<FeedConfig, "explore" | "welcome" | "learnShares"> = feedConfig): number {
  const received = learnShares.on ? welcomeRate(explored, welcome) / welcome.rate : 1;
  const share = explore.least + explore.slope * clamp(adventure, [0, 1]) ** 1.5;
  return clamp(share * clamp(received, welcome.bounds), explore.bounds);
}

export interface MixtureInput {
  signals: number;
  puddles: number;
  adventure: number;
  outcomes: readonly SlotOutcome[];
  now: number;
  /** Sources that have something to show; the others' shares go to these. All when not given. */
  proposed?: ReadonlySet<Source>;
  less?: Pick<Lessened, "sources">;
}

/**
 * The share of slots each source should have; sums to one. Before anything is known these are the cold ones; as the engine
 * gets ready they turn into the warm ones, each moved by its own reception.
 */
export function sourceShares({ signals, puddles, adventure, outcomes, now, proposed, less }: MixtureInput, config: FeedConfig = feedConfig): Shares {
  const ready = readiness(signals, puddles, config);
  const tallies = tallyBy(outcomes, recencyWeights(outcomes, config.learnShares, now), ({ source }) => source);
  const explore = explorationShare(adventure, tallies.get("explore") ?? none, config);
  const { cold } = config;
  const open = (source: LiveSource) => config.live[source] && (proposed?.has(source) ?? true);
  const warm = warmShares(explore, tallies as Map<LiveSource, Tally>, open, config);
  const wanted = (source: LiveSource) => (1 - ready) * (source in cold ? cold[source as keyof typeof cold] : 0) + ready * warm[source];
  return scaled((source) => (open(source) ? wanted(source) * (less?.sources[source] ?? 1) : 0), 1);
}

/** Exploration's share is given; the others have the rest by their start shares times their reception. What lacks anything to show leaves its start share to the puddles. */
function warmShares(explore: number, tallies: ReadonlyMap<LiveSource, Tally>, open: (source: LiveSource) => boolean, { warm, learnShares, reception }: FeedConfig): Shares {
  const others = liveSources.reduce((sum, source) => sum + (source in warm && open(source) ? warm[source as keyof typeof warm] : 0), 0);
  const start: Shares = { ...warm, explore: 0, puddle: Math.max(0, 1 - others) };
  const own = sum(liveSources.filter((source) => source !== "explore").map((source) => tallies.get(source) ?? none));
  const average = welcomeRate(own, { rate: reception.rate, slots: learnShares.slots });
  const received = (source: LiveSource) =>
    learnShares.on ? clamp(welcomeRate(tallies.get(source) ?? none, { rate: average, slots: learnShares.slots }) / average, learnShares.bounds) : 1;
  return { ...scaled((source) => (open(source) ? start[source] * received(source) : 0), 1 - explore), explore };
}

const none: Tally = { offered: 0, welcomed: 0 };

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((all, { offered, welcomed }) => ({ offered: all.offered + offered, welcomed: all.welcomed + welcomed }), none);
}

/** Shares in proportion to `of`, that sum to `total`. */
function scaled(of: (source: LiveSource) => number, total: number): Shares {
  const shares = liveSources.map((source) => [source, of(source)] as const);
  const whole = shares.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries(shares.map(([source, share]) => [source, whole > 0 ? (total * share) / whole : 0])) as Shares;
}

function clamp(value: number, [low, high]: readonly [low: number, high: number]): number {
  return Math.min(high, Math.max(low, value));
}
