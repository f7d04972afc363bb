import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { blendOf, featureNames, fitBlendPrior, learnBlend } from "./blend.ts";
import type { Features, SlotOutcome } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { Feature } from "./feed-config.ts";

/** Slots of a viewer who welcomes by the log-odds that `logit` gives; features are drawn evenly. */
function slotsOf(seed: number, count: number, logit: (features: Features, position: number) => number): SlotOutcome[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, n): SlotOutcome => {
    const features = blendOf(() => random());
    const position = n % 12;
    const welcomed = random() < 1 / (1 + Math.exp(-logit(features, position)));
    return { image_id: `i${n}`, source: "popular", position, at: n, features, outcome: welcomed ? "welcomed" : "ignored" };
  });
}

const onlyBy = (feature: Feature) => (features: Features) => 5 * features[feature] - 3.5;
const learn = (outcomes: readonly SlotOutcome[]) => learnBlend(outcomes, feedConfig.blend, feedConfig);
const outcome = fc.record({
  image_id: fc.constant("i"), source: fc.constant("puddle" as const), position: fc.nat(39), at: fc.nat(),
  outcome: fc.constantFrom("welcomed" as const, "refused" as const, "ignored" as const),
  features: fc.record(Object.fromEntries(featureNames.map((name) => [name, fc.double({ min: 0, max: 1, noNaN: true })])) as Record<Feature, fc.Arbitrary<number>>),
});

describe("the learned blend", () => {
  it("sums to one with no weight below zero, whatever was seen", () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 60 }), (outcomes) => {
        const weights = Object.values(learn(outcomes));
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("is the start blend before anything was seen, and hardly moves by a page", () => {
    expect(learn([])).toEqual(feedConfig.blend);
    expect(Math.abs(learn(slotsOf(1, 12, () => -1)).content - feedConfig.blend.content)).toBeLessThan(0.12);
  });

  it.each(featureNames)("makes %s lead where it alone tells what is welcomed", (feature) => {
    const learned = learn(slotsOf(2, 300, onlyBy(feature)));
    for (const other of featureNames) if (other !== feature) expect(learned[feature]).toBeGreaterThan(learned[other]);
    expect(learned[feature]).toBeGreaterThan(feedConfig.blend[feature]);
  });

  it("takes content its share where the encoder tells nothing and shared likes do", () => {
    const learned = learn(slotsOf(3, 300, onlyBy("together")));
    expect(learned.content).toBeLessThan(0.25);
    expect(learned.together).toBeGreaterThan(0.5);
  });

  it("does not take what lies far down for bad: position explains itself", () => {
    const byBoth = (features: Features, position: number) => 5 * features.content - 2 - 0.6 * Math.log1p(position);
    const shownByContent = slotsOf(4, 300, byBoth).map((slot) => ({ ...slot, features: { ...slot.features!, recency: 1 - slot.position / 11 } }));
    expect(learn(shownByContent).recency).toBeLessThan(0.2);
  });

  it("of many viewers is a prior that says at once what each would learn slowly", () => {
    const viewers = Array.from({ length: 30 }, (_, v) => slotsOf(10 + v, 40, onlyBy("together")));
    const prior = fitBlendPrior(viewers, feedConfig);
    expect(prior.together).toBeGreaterThan(0.6);
    expect(learnBlend(viewers[0]!, prior, feedConfig).together).toBeGreaterThan(learn(viewers[0]!).together);
  });
});
