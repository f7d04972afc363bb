import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { blendFor, blendOf, featureNames, fitBlendPrior, learnBlend } from "./blend.ts";
import type { ComposeInput, Features, SlotOutcome } from "./candidate.ts";
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

describe("a feature that starts at no weight", () => {
  it("is off, whatever the viewer's slots say of it", () => {
    for (const off of featureNames) {
      const prior = blendOf((name) => (name === off ? 0 : feedConfig.blend[name] / (1 - feedConfig.blend[off])));
      const learned = learnBlend(slotsOf(5, 300, onlyBy(off)), prior, feedConfig);
      expect(learned[off]).toBe(0);
      expect(Object.values(learned).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    }
  });
});

describe("the blend of one composition", () => {
  const asked = (outcomes: SlotOutcome[] = []): ComposeInput => ({
    taste: emptyTaste("v", "a"), calibration: { space: "a", dim: 2, distance: { mean: 1, sd: 0.1 } }, candidates: [], regions: [], settings: { adventure: 0.3 },
    outcomes, limit: 12, pages: 1, now: 0, random: seededRandom(1),
  });
  const heard: SlotOutcome = { image_id: "i", vector: Float32Array.of(1, 0), source: "popular", position: 0, at: 0, outcome: "ignored" };
  const { blend } = feedConfig;

  it("adds up to one with no weight below zero, whatever is known and linked", () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (outcomes, ready, linked, hears) => {
        const weights = Object.values(blendFor(asked(hears ? [...outcomes, heard] : outcomes), feedConfig, ready, linked));
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("is the start blend for a viewer who is known, heard and linked to others", () => {
    const known = blendFor(asked([heard]), feedConfig, 1, 1);
    for (const name of featureNames) expect(known[name]).toBeCloseTo(blend[name], 9);
  });

  it("shares together's part among the others, each by its own, where nothing is linked", () => {
    const alone = blendFor(asked([heard]), feedConfig, 1, 0);
    expect(alone.together).toBe(0);
    for (const name of featureNames) if (name !== "together") expect(alone[name]).toBeCloseTo(blend[name] / (1 - blend.together), 9);
  });

  it("gives together its part as far as the viewer's likes speak for anything, and the rest of it to the others", () => {
    const [half, alone] = [0.5, 0].map((linked) => blendFor(asked([heard]), feedConfig, 1, linked));
    expect(half!.together).toBeCloseTo(blend.together / 2, 9);
    for (const name of featureNames) if (name !== "together") expect(half![name] / alone![name]).toBeCloseTo(1 - blend.together / 2, 9);
  });

  it("lets content speak for echo until something was heard, and everyone's acts for both while the viewer is unknown", () => {
    for (const linked of [1, 0.3, 0]) {
      const [unheard, hearing] = [blendFor(asked(), feedConfig, 1, linked), blendFor(asked([heard]), feedConfig, 1, linked)];
      expect(unheard.echo).toBe(0);
      expect(unheard.content).toBeCloseTo(hearing.content + hearing.echo, 9);
      for (const name of ["together", "popularity", "quality", "recency"] as const) expect(unheard[name]).toBeCloseTo(hearing[name], 9);
      const unknown = blendFor(asked(), feedConfig, 0, linked);
      expect([unknown.content, unknown.echo]).toEqual([0, 0]);
      expect(unknown.popularity / unknown.quality).toBeCloseTo(blend.popularity / blend.quality, 9);
    }
  });

  it("stays a blend where together is all that was learned, though nothing is linked", () => {
    const all = { content: 0, echo: 0, together: 1, quality: 0, popularity: 0, recency: 0 };
    const weights = blendFor({ ...asked([heard]), blendPrior: all }, { ...feedConfig, learnBlend: { ...feedConfig.learnBlend, on: false } }, 1, 0);
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(weights.popularity).toBeGreaterThan(weights.quality);
  });
});
