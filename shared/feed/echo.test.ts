import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { affinity } from "#shared/taste/calibration.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import type { ComposeInput, SlotOutcome } from "./candidate.ts";
import { createComposer } from "./compose.ts";
import { hearEcho } from "./echo.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig } from "./feed-config.ts";

const { images, calibration, regions } = simulateGallery({ styles: 6, perStyle: 8, dim: 24 });
const vectorOf = new Map(images.map(({ image_id, vector }) => [image_id, vector]));
const { dim } = calibration;
const matrix = new Float32Array(images.length * dim);
images.forEach(({ vector }, i) => matrix.set(vector, i * dim));
const how = feedConfig.echo;

const inputOf = (outcomes: SlotOutcome[]): ComposeInput => ({
  taste: emptyTaste("v", calibration.space), calibration, candidates: images.map((image) => ({ ...image, creator: "", sources: ["popular", "fresh"] })), regions, settings: { adventure: 0.3 },
  outcomes, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1),
});

/** The echo of every image of the gallery, by id. */
function echoOf(outcomes: SlotOutcome[], config: Pick<FeedConfig, "echo"> = feedConfig): Map<string, number> {
  const echo = new Float64Array(images.length);
  hearEcho({ size: images.length, dim, matrix, echo }, inputOf(outcomes), { ...feedConfig, ...config });
  return new Map(images.map(({ image_id }, i) => [image_id, echo[i]!]));
}

const slot = (image_id: string, outcome: SlotOutcome["outcome"], position = 0): SlotOutcome =>
  ({ image_id, vector: vectorOf.get(image_id)!, source: "popular", position, at: simulationStart, outcome });
const silent = ({ image_id, source, position, at, outcome }: SlotOutcome): SlotOutcome => ({ image_id, source, position, at, outcome });
const nearness = (a: string, b: string) => affinity(1 - vectorOf.get(a)!.reduce((sum, x, d) => sum + x * vectorOf.get(b)![d]!, 0), calibration);
const anyOutcomes = fc.array(
  fc.record({ image: fc.nat(images.length - 1), outcome: fc.constantFrom("welcomed" as const, "refused" as const, "ignored" as const), position: fc.nat(39), heard: fc.boolean() }),
  { maxLength: 130 },
).map((some) => some.map(({ image, outcome, position, heard }) => {
  const loud = slot(images[image]!.image_id, outcome, position);
  return heard ? loud : silent(loud);
}));

describe("the echo of what the viewer was shown", () => {
  it("is the expected rate everywhere while nothing was heard, also where outcomes have no vector", () => {
    for (const outcomes of [[], [silent(slot("s0-0", "welcomed"))]]) for (const echo of echoOf(outcomes).values()) expect(echo).toBeCloseTo(how.rate, 12);
  });

  it("is the kernel estimate, worked out by hand for two slots", () => {
    const [welcomed, ignored] = [nearness("s0-0", "s0-1"), nearness("s0-0", "s1-0") / (1 + how.positionBias * 4)];
    const early = 2 ** (-1 / how.halfLifeSlots);
    expect(echoOf([slot("s0-1", "welcomed"), slot("s1-0", "ignored", 4)]).get("s0-0"))
      .toBeCloseTo((early * welcomed + how.slots * how.rate) / (early * welcomed + ignored + how.slots), 6);
  });

  it("stays between nought and one, and moves only towards what was heard", () => {
    fc.assert(
      fc.property(anyOutcomes, (outcomes) => {
        const kinds = new Set(outcomes.slice(-how.outcomes).filter(({ vector }) => vector).map(({ outcome }) => outcome === "welcomed"));
        for (const echo of echoOf(outcomes).values()) {
          expect(echo).toBeGreaterThan(0);
          expect(echo).toBeLessThan(1);
          if (!kinds.has(true)) expect(echo).toBeLessThanOrEqual(how.rate + 1e-12);
          if (!kinds.has(false)) expect(echo).toBeGreaterThanOrEqual(how.rate - 1e-12);
        }
      }),
    );
  });

  it("rises with one more welcome anywhere, and the more the nearer that is", () => {
    fc.assert(
      fc.property(anyOutcomes, fc.nat(images.length - 1), (outcomes, image) => {
        const id = images[image]!.image_id;
        const [without, ignored, refused, welcomed] = [echoOf(outcomes), ...(["ignored", "refused", "welcomed"] as const).map((outcome) => echoOf([...outcomes, slot(id, outcome)]))];
        // One more slot makes the others a little older; that alone moves nothing by more than this.
        const aged = 0.01;
        for (const { image_id } of images) {
          expect(welcomed!.get(image_id)!).toBeGreaterThan(without.get(image_id)! - aged);
          expect(ignored!.get(image_id)!).toBeLessThan(without.get(image_id)! + aged);
          expect(welcomed!.get(image_id)!).toBeGreaterThan(ignored!.get(image_id)!);
          expect(ignored!.get(image_id)!).toBeGreaterThan(refused!.get(image_id)!);
        }
      }),
      { numRuns: 50 },
    );
    const echo = echoOf([slot("s0-0", "welcomed")]);
    const nearestFirst = images.map(({ image_id }) => image_id).sort((a, b) => nearness(b, "s0-0") - nearness(a, "s0-0"));
    expect(echo.get("s0-0")).toBe(Math.max(...echo.values()));
    nearestFirst.slice(1).forEach((id, i) => expect(echo.get(id)!).toBeLessThanOrEqual(echo.get(nearestFirst[i]!)! + 1e-9));
  });

  it("tells what was passed over low on a page less than what was passed over at its top", () => {
    const [top, bottom] = [0, 11].map((position) => echoOf([slot("s0-0", "ignored", position)]).get("s0-1")!);
    expect(top!).toBeLessThan(bottom!);
    expect(bottom!).toBeLessThan(how.rate);
  });

  it("hears the later of two answers more", () => {
    const between = Array.from({ length: 60 }, (_, n) => slot(`s5-${n % 8}`, "ignored", 11));
    const [liked, left] = [slot("s0-0", "welcomed"), slot("s0-0", "ignored")];
    expect(echoOf([left, ...between, liked]).get("s0-1")!).toBeGreaterThan(echoOf([liked, ...between, left]).get("s0-1")! + 0.002);
  });

  it("hears the latest outcomes alone", () => {
    const since = (count: number) => Array.from({ length: count }, () => silent(slot("s5-0", "ignored")));
    expect(echoOf([slot("s0-0", "welcomed"), ...since(how.outcomes - 1)]).get("s0-0")!).toBeGreaterThan(how.rate + 0.05);
    expect(echoOf([slot("s0-0", "welcomed"), ...since(how.outcomes)]).get("s0-0")!).toBeCloseTo(how.rate, 12);
  });
});

describe("what a slot says of its echo", () => {
  const shares = (outcomes: SlotOutcome[]) => {
    const composer = createComposer({ ...inputOf(outcomes), config: { ...feedConfig, learnBlend: { ...feedConfig.learnBlend, on: false } } });
    return (id: string) => composer.take(id, "popular");
  };

  it("counts for the image near what was welcomed, against it near what was passed over, and neither where nothing is known", () => {
    const unheard = shares([]);
    expect(unheard("s0-0").terms.echo).toBe(0);
    const take = shares([slot("s0-0", "welcomed"), slot("s0-1", "welcomed"), ...[0, 1, 2, 3].map((n) => slot(`s1-${n}`, "ignored"))]);
    expect(take("s0-2").terms.echo).toBeGreaterThan(0.01);
    expect(take("s1-4").terms.echo).toBeLessThan(0);
    for (const id of ["s0-3", "s1-5"]) {
      const { terms, features } = take(id);
      expect(Math.sign(terms.echo)).toBe(Math.sign(features.echo - how.rate));
    }
  });
});
