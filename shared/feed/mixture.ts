import type { Lessened } from "./aimed-less.ts";
import type { SlotOutcome, Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig, Quota } from "./feed-config.ts";
import { recencyWeights, tallyBy, welcomeRate } from "./reception.ts";
import type { Tally } from "./reception.ts";

export const quotas = Object.keys(feedConfig.live) as Quota[];

export type Shares = Record<Quota, number>;

/** The quota that the slots of a source are drawn in. */
export function quotaOf(source: Source): Quota {
  return source === "explore" || source === "fresh" ? source : "best";
}

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
  const share = explore.slope * clamp(adventure, [0, 1]) ** explore.power;
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
 * The share of slots each quota should have; sums to one. Exploration's follows the dial and its reception; the other small ones
 * have, of what is left, their start shares, each moved by its own reception; the best by score have the rest.
 */
export function quotaShares({ signals, puddles, adventure, outcomes, now, proposed, less }: MixtureInput, config: FeedConfig = feedConfig): Shares {
  const ready = readiness(signals, puddles, config);
  const tallies = tallyBy(outcomes, recencyWeights(outcomes, config.learnShares, now), ({ source }) => quotaOf(source));
  const explored = explorationShare(adventure, tallies.get("explore") ?? none, config);
  const received = receptionOf(tallies, config);
  const { cold, warm } = config;
  const unheard = ready > 0 ? cold : { ...cold, explore: 1 - (1 - cold.explore) * (cold.slots / (cold.slots + outcomes.length)) };
  const wanted = (quota: Exclude<Quota, "best">) =>
    (1 - ready) * unheard[quota] + ready * (quota === "explore" ? explored : (1 - explored) * warm[quota] * received(quota));
  const open = (quota: Quota) => config.live[quota] && (quota === "best" || (proposed?.has(quota) ?? true));
  const small = quotas.flatMap((quota) => (quota === "best" ? [] : [[quota, open(quota) ? wanted(quota) * (less?.sources[quota] ?? 1) : 0] as const]));
  const taken = small.reduce((sum, [, share]) => sum + share, 0);
  const best = open("best") ? 1 - taken : 0;
  const whole = best + taken;
  return Object.fromEntries([["best", best] as const, ...small].map(([quota, share]) => [quota, whole > 0 ? share / whole : 0])) as Shares;
}

/** By quota, the posterior mean of its welcome rate against the average of all but exploration, within bounds. */
function receptionOf(tallies: ReadonlyMap<Quota, Tally>, { learnShares, reception }: FeedConfig): (quota: Quota) => number {
  const all = sum(quotas.filter((quota) => quota !== "explore").map((quota) => tallies.get(quota) ?? none));
  const average = welcomeRate(all, { rate: reception.rate, slots: learnShares.slots });
  return (quota) =>
    learnShares.on ? clamp(welcomeRate(tallies.get(quota) ?? none, { rate: average, slots: learnShares.slots }) / average, learnShares.bounds) : 1;
}

const none: Tally = { offered: 0, welcomed: 0 };

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((all, { offered, welcomed }) => ({ offered: all.offered + offered, welcomed: all.welcomed + welcomed }), none);
}

function clamp(value: number, [low, high]: readonly [low: number, high: number]): number {
  return Math.min(high, Math.max(low, value));
}
