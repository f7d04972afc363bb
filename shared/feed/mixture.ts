import type { Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";

export type PlainSource = Extract<Source, "puddle" | "explore" | "fresh" | "popular">;

/**
 * How ready the engine is to personalise, 0…1: nothing without a puddle, whole from five signals on. It grows with their
 * cube root, so that the page after a very first like already shows it.
 */
export function readiness(signals: number, puddles: number): number {
  return puddles === 0 ? 0 : Math.cbrt(Math.min(1, signals / feedConfig.personalSignals));
}

/**
 * The share of exploratory slots: grows with the dial and with how exploration was received, the latter as the posterior
 * mean welcome against the welcome expected.
 */
export function explorationShare(adventure: number, explored: { offered: number; welcomed: number }): number {
  const { least, slope, bounds } = feedConfig.explore;
  const { rate, slots, bounds: received } = feedConfig.welcome;
  const welcome = (explored.welcomed + rate * slots) / (explored.offered + slots);
  return clamp((least + slope * clamp(adventure, 0, 1) ** 1.5) * clamp(welcome / rate, ...received), ...bounds);
}

/** The share of slots each source should have; sums to one. */
export function sourceShares(
  input: { signals: number; puddles: number; adventure: number; explored: { offered: number; welcomed: number } },
): Record<PlainSource, number> {
  const ready = readiness(input.signals, input.puddles);
  const { cold, warm } = feedConfig;
  const explore = explorationShare(input.adventure, input.explored);
  const blend = (before: number, after: number) => (1 - ready) * before + ready * after;
  return {
    puddle: blend(0, 1 - explore - warm.fresh - warm.popular),
    explore: blend(cold.explore, explore),
    fresh: blend(cold.fresh, warm.fresh),
    popular: blend(cold.popular, warm.popular),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
