import { hashText, seededRandom, shuffled } from "#shared/kernel/random.ts";
import type { RegionSketch } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";

/** Thompson draws that the policy mixes. */
const draws = 16;

/**
 * The reward of every region, `[regions]`, once or several times. Thompson sampling (Thompson 1933) draws each region's welcome
 * rate from its Beta record; so that every propensity stays exact, the policy here is the even mixture over a fixed set of such
 * draws: each region takes all its own quantiles, in an order that is its own (a Latin hypercube; McKay, Beckman & Conover 1979).
 */
export function rewardDraws(regions: readonly RegionSketch[], { explore: { reward } }: Pick<FeedConfig, "explore">): readonly Float64Array[] {
  if (reward === "mean") return [Float64Array.from(regions, ({ reward: { alpha, beta } }) => alpha / (alpha + beta))];
  const drawn = Array.from({ length: draws }, () => new Float64Array(regions.length));
  regions.forEach(({ id, reward: record }, r) => {
    const { centre, spread } = logOdds(record);
    ordersOf(id).forEach((quantile, d) => (drawn[d]![r] = 1 / (1 + Math.exp(-(centre + spread * quantile)))));
  });
  return drawn;
}

/** A Beta's log-odds have mean ψ(α)−ψ(β) and variance ψ′(α)+ψ′(β); they are taken as normal, which they are nearly. */
function logOdds({ alpha, beta }: RegionSketch["reward"]): { centre: number; spread: number } {
  return { centre: digamma(alpha) - digamma(beta), spread: Math.sqrt(trigamma(alpha) + trigamma(beta)) };
}

/** Normal quantiles at the middles of sixteen equal parts, lowest first (to three digits). */
const quantiles = [-1.863, -1.318, -1.01, -0.776, -0.579, -0.402, -0.237, -0.078, 0.078, 0.237, 0.402, 0.579, 0.776, 1.01, 1.318, 1.863];
const orders = new Map<string, readonly number[]>();
const ordersHeld = 4_096;

function ordersOf(id: string): readonly number[] {
  const held = orders.get(id);
  if (held) return held;
  if (orders.size >= ordersHeld) orders.clear();
  const order = shuffled(quantiles, seededRandom(hashText(id)));
  orders.set(id, order);
  return order;
}

/** ψ by recurrence to x ≥ 6 and its asymptotic series (Abramowitz & Stegun 1964, 6.3.5 and 6.3.18). */
export function digamma(x: number): number {
  let shift = 0;
  for (; x < 6; x++) shift -= 1 / x;
  const square = 1 / (x * x);
  return shift + Math.log(x) - 1 / (2 * x) - square * (1 / 12 - square * (1 / 120 - square / 252));
}

/** ψ′ likewise (6.4.6 and 6.4.12). */
export function trigamma(x: number): number {
  let shift = 0;
  for (; x < 6; x++) shift += 1 / (x * x);
  const square = 1 / (x * x);
  return shift + 1 / x + square / 2 + (square / x) * (1 / 6 - square * (1 / 30 - square / 42));
}
