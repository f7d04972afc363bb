import { feedConfig } from "#shared/feed/feed-config.ts";
import { snips } from "#shared/experiments/off-policy.ts";
import type { LoggedDraw } from "#shared/experiments/off-policy.ts";
import type { Estimate } from "#shared/experiments/estimate.ts";
import type { LoggedSlot } from "./logged-slots.ts";

/** What a policy would be welcomed at, as far as the log tells. */
export interface PolicyEstimate extends Estimate {
  policy: string;
  /** "served": slots as they were; "reweighed": slots weighed by how much likelier the policy makes them. */
  kind: "served" | "reweighed";
}

const level = 0.95;
/** How much more a part of the score counts in the policies that try it. */
const heavier = 0.05;

/**
 * Policies that a log alone can tell of: their probability of the logged image is known up to a factor. `even` would draw any image
 * that could be drawn alike; `flatter` and `sharper` draw by p^½ and p^1½; "more of a part" lets a part of the score count a twentieth
 * more, which multiplies the image's chance within its quota by exp(part/20/temperature).
 */
const reweighed: Record<string, (slot: LoggedSlot) => number> = {
  even: ({ propensity }) => 1 / propensity,
  flatter: ({ propensity }) => propensity ** -0.5,
  sharper: ({ propensity }) => propensity ** 0.5,
  "more content": moreOf("puddle", "user"),
  "more together": moreOf("together"),
  "more popularity": moreOf("popularity"),
  "more recency": moreOf("recency"),
  "more quality": moreOf("quality"),
};

/**
 * Estimates by SNIPS, slots of one viewer being one group. First what was served: all of it, by who composed the page, by source. Then
 * other policies over what the node drew. Their weights are known up to a factor that may differ from viewer to viewer; they
 * are scaled to one on average within each viewer, so that every viewer keeps their part in the estimate.
 */
export function estimatePolicies(slots: readonly LoggedSlot[]): PolicyEstimate[] {
  const served = (policy: string, some: readonly LoggedSlot[]): PolicyEstimate[] =>
    some.length === 0 ? [] : [{ policy, kind: "served", ...snips(some.map((slot) => drawOf(slot, 1)), { level }) }];
  const drawn = slots.filter(({ composed_by, propensity }) => composed_by === "node" && propensity > 0);
  const sources = [...new Set(drawn.map(({ source }) => source))].sort();
  return [
    ...served("all that was served", slots),
    ...served("composed by the node", drawn),
    ...served("fallback of the edge", slots.filter(({ composed_by }) => composed_by === "edge")),
    ...sources.flatMap((source) => served(`source ${source}`, drawn.filter((slot) => slot.source === source))),
    ...(drawn.length === 0 ? [] : Object.entries(reweighed).map(([policy, weigh]): PolicyEstimate => ({
      policy, kind: "reweighed", ...snips(withinViewers(drawn, weigh), { level }),
    }))),
  ];
}

function moreOf(...parts: string[]): (slot: LoggedSlot) => number {
  return ({ terms, source }) => {
    const temperature = (feedConfig.temperature as Record<string, number>)[source] ?? feedConfig.temperature.best;
    return Math.exp((heavier * parts.reduce((sum, part) => sum + (terms[part] ?? 0), 0)) / temperature);
  };
}

function withinViewers(slots: readonly LoggedSlot[], weigh: (slot: LoggedSlot) => number): LoggedDraw[] {
  const weights = slots.map(weigh);
  const totals = new Map<string, { sum: number; count: number }>();
  slots.forEach(({ viewer }, i) => {
    const total = totals.get(viewer) ?? { sum: 0, count: 0 };
    totals.set(viewer, { sum: total.sum + weights[i]!, count: total.count + 1 });
  });
  return slots.map((slot, i) => {
    const { sum, count } = totals.get(slot.viewer)!;
    return drawOf(slot, (weights[i]! * count) / sum);
  });
}

function drawOf({ viewer, welcomed, propensity }: LoggedSlot, weight: number): LoggedDraw {
  return { group: viewer, reward: welcomed ? 1 : 0, propensity, target: propensity * weight };
}
