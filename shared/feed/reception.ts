import { decayed } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { SlotOutcome } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";

/** Slots offered and, of these, welcomed; each counts less the longer ago it was. */
export interface Tally {
  offered: number;
  welcomed: number;
}

/** Weight of each outcome (oldest first): it halves with every `halfLifeSlots` slots that came after, and with time. */
export function recencyWeights(outcomes: readonly SlotOutcome[], { halfLifeSlots, halfLifeMs }: { halfLifeSlots: number; halfLifeMs?: number }, now: number): Float64Array {
  return Float64Array.from(outcomes, ({ at }, i) => {
    const weight = 2 ** ((i + 1 - outcomes.length) / halfLifeSlots);
    return halfLifeMs === undefined ? weight : decayed(weight, now - at, halfLifeMs);
  });
}

/** Tallies by key; what has none is left out. */
export function tallyBy<K>(outcomes: readonly SlotOutcome[], weights: Float64Array, keyOf: (outcome: SlotOutcome) => K | undefined): Map<K, Tally> {
  const tallies = new Map<K, Tally>();
  outcomes.forEach((outcome, i) => {
    const key = keyOf(outcome);
    if (key === undefined) return;
    const tally = tallies.get(key) ?? { offered: 0, welcomed: 0 };
    tally.offered += weights[i]!;
    if (outcome.outcome === "welcomed") tally.welcomed += weights[i]!;
    tallies.set(key, tally);
  });
  return tallies;
}

/** Posterior mean of the welcome rate, as if `slots` slots welcomed at `rate` had come before. */
export function welcomeRate({ offered, welcomed }: Tally, { rate, slots }: { rate: number; slots: number }): number {
  return (welcomed + rate * slots) / (offered + slots);
}

/** How a puddle's slots of late were received. */
export interface PuddleReception {
  /** Factor of its weight in the draw: above one while it is welcomed more than the viewer's slots are on average. */
  draw: number;
  /** 0…1: shown again and again of late without a welcome. */
  fatigue: number;
}

/** Slots of average reception that stand for the viewer's own average before there is one. */
const averageSlots = 30;

/**
 * Reception per puddle: the posterior of its welcome rate over the latest slots, against the viewer's average. The draw takes
 * the mean plus one deviation, optimistic about a puddle that has hardly been shown, so that a new taste is tried at once and
 * one that has been left falls away; with time and other slots in between, both are forgotten. An image that was liked counts
 * for the puddle it now feeds, even where that puddle did not exist when it was shown.
 */
export function puddleReceptions(taste: Pick<Taste, "puddles">, outcomes: readonly SlotOutcome[], now: number, { reception: how }: Pick<FeedConfig, "reception">): PuddleReception[] {
  if (!how.on) return taste.puddles.map(() => ({ draw: 1, fatigue: 0 }));
  const fedWith = new Map(taste.puddles.flatMap(({ id, recent }) => recent.map(({ image_id }) => [image_id, id] as const)));
  const weights = recencyWeights(outcomes, how, now);
  const tallies = tallyBy(outcomes, weights, ({ image_id, puddle_id }) => fedWith.get(image_id) ?? puddle_id);
  const all = tallyBy(outcomes, weights, () => true).get(true) ?? { offered: 0, welcomed: 0 };
  const average = welcomeRate(all, { rate: how.rate, slots: averageSlots });
  return taste.puddles.map(({ id }) => {
    const tally = tallies.get(id) ?? { offered: 0, welcomed: 0 };
    const rate = welcomeRate(tally, { rate: average, slots: how.slots });
    const deviation = Math.sqrt((rate * (1 - rate)) / (tally.offered + how.slots + 1));
    return { draw: ((rate + deviation) / average) ** how.power, fatigue: Math.max(0, 1 - rate / average) };
  });
}
