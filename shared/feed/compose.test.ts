import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { stepToward } from "#shared/kernel/vector.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { InteractionKind } from "#shared/taste/signal.ts";
import { suppressionAt } from "#shared/taste/suppression.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { blendOf } from "./blend.ts";
import { scoreTerms, sources } from "./candidate.ts";
import type { Candidate, ComposeInput, SlotOutcome, Source } from "./candidate.ts";
import { compose, createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";

const gallery = simulateGallery({ styles: 10, perStyle: 12, dim: 48 });
const byId = new Map(gallery.images.map((image) => [image.image_id, image]));
const liveSources = sources.filter((source) => source !== "persona");
const everySource: Source[] = ["puddle", "explore", "fresh", "popular"];

/** A taste after reacting to the first images of some styles. */
function tasteOf(reactions: Record<number, InteractionKind>, times = 3): Taste {
  const events = Object.entries(reactions).flatMap(([style, kind]) => Array.from({ length: times }, (_, n) => ({ kind, image_id: `s${style}-${n}` })));
  const log = events.map((event, i) => ({ ...event, viewer_seq: i + 1, event_id: `e${i}`, at: simulationStart + i }));
  return applyEvents(emptyTaste("v", gallery.calibration.space), log, (id) => byId.get(id)?.vector, gallery.calibration);
}

function candidates(images = gallery.images, sources: readonly Source[] = everySource): Candidate[] {
  return images.map((image) => ({ ...image, sources }));
}

function input(over: Partial<ComposeInput> = {}): ComposeInput {
  return {
    taste: emptyTaste("v", gallery.calibration.space), calibration: gallery.calibration, candidates: candidates(), regions: gallery.regions,
    settings: { adventure: 0.3 }, limit: 12, pages: 3, now: simulationStart + 1_000, random: seededRandom(1), ...over,
  };
}

const anyInput: fc.Arbitrary<ComposeInput> = fc
  .record({
    seed: fc.nat(1e6), liked: fc.uniqueArray(fc.nat(9), { maxLength: 4 }), hidden: fc.uniqueArray(fc.nat(9), { maxLength: 3 }), few: fc.nat(120),
    adventure: fc.double({ min: 0, max: 1, noNaN: true }), limit: fc.integer({ min: 1, max: 15 }), pages: fc.integer({ min: 1, max: 4 }),
    regions: fc.boolean(), mood: fc.option(fc.constantFrom("calm", "none"), { nil: undefined }), offered: fc.nat(50),
    proposers: fc.subarray<Source>([...sources], { minLength: 1 }),
  })
  .map(({ seed, liked, hidden, few, adventure, limit, pages, regions, mood, offered, proposers }) => {
    const random = seededRandom(seed);
    const taste = tasteOf(Object.fromEntries([...hidden.map((s) => [s, "hide"]), ...liked.map((s) => [s, "like"])]) as Record<number, InteractionKind>);
    const some = gallery.images.filter(() => random() * 120 < few);
    const proposed = candidates(some, proposers).map((c) => ({ ...c, sources: c.sources.filter(() => random() < 0.7), together: random(), exposures: Math.floor(40 * random()) }));
    return input({ taste, candidates: proposed, settings: { adventure }, limit, pages, mood, random, regions: regions ? gallery.regions : [], outcomes: served(offered, random), transitions: movesOf(random) });
  });

/** Slots of every source, with features, some of them refused by a "less" aimed at something. */
const served = (count: number, random: Random): SlotOutcome[] =>
  Array.from({ length: count }, (_, n) => ({
    image_id: `e${n}`, ...(n % 3 > 0 && { vector: gallery.images[(7 * n) % gallery.images.length]!.vector }), source: liveSources[n % liveSources.length]!, position: n % 12, at: simulationStart, features: blendOf(() => random()),
    puddle_id: `p${1 + Math.floor(random() * 9)}`, outcome: n % 4 === 0 ? "welcomed" : n % 5 === 0 ? "refused" : "ignored",
    ...(n % 11 === 0 && { term: scoreTerms[n % scoreTerms.length]! }),
  }));
const movesOf = (random: Random) => new Map(gallery.regions.filter(() => random() < 0.3).map(({ id }) => [id, random()]));

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe("propensities", () => {
  it("sum to one over the images for every slot, and each slot carries its own", () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        const composer = createComposer(some);
        for (let position = 0; position < 30; position++) {
          const distribution = composer.distribution();
          const slot = composer.next();
          if (!slot) {
            expect(sum(distribution)).toBe(0);
            break;
          }
          expect(sum(distribution)).toBeCloseTo(1, 9);
          expect(slot.propensity).toBe(distribution[some.candidates.findIndex((c) => c.image_id === slot.image_id)]);
          expect(slot.propensity).toBeGreaterThan(0);
          if (position % 7 === 6) composer.turnPage();
        }
      }),
      { numRuns: 150 },
    );
  });

  it("match how often each image is really drawn over 12,000 replays of a newcomer's small page", () => {
    const replays = 12_000;
    const few = candidates(gallery.images.filter((_, i) => i % 10 === 0));
        const random = seededRandom(99);
    const limit = 3;
    const expected = Array.from({ length: limit }, () => new Float64Array(few.length));
    const variance = Array.from({ length: limit }, () => new Float64Array(few.length));
    const drawn = Array.from({ length: limit }, () => new Float64Array(few.length));
    const index = new Map(few.map((c, i) => [c.image_id, i]));
    for (let n = 0; n < replays; n++) {
      const composer = createComposer(input({ candidates: few, random }));
      for (let position = 0; position < limit; position++) {
        composer.distribution().forEach((p, i) => {
          expected[position]![i]! += p;
          variance[position]![i]! += p * (1 - p);
        });
        drawn[position]![index.get(composer.next()!.image_id)!]!++;
      }
    }
    for (let position = 0; position < limit; position++)
      few.forEach((_, i) => {
        const deviation = Math.sqrt(variance[position]![i]!);
        expect(Math.abs(drawn[position]![i]! - expected[position]![i]!)).toBeLessThanOrEqual(4.5 * deviation + 3);
      });
  }, 120_000);

  it("leave every eligible image of a source with a share a positive chance", () => {
    const distribution = createComposer(input({ taste: tasteOf({ 0: "like", 1: "like" }) })).distribution();
    expect(distribution.every((p) => p > 0)).toBe(true);
  });
});

describe("the rules of a page", () => {
  it("no image twice over the pages, never more than asked, positions in order, the same for the same dice", () => {
    fc.assert(
      fc.property(anyInput, fc.nat(), (some, seed) => {
        const pages = compose({ ...some, random: seededRandom(seed) });
        const shown = pages.flatMap((page) => page.slots.map((slot) => slot.image_id));
        expect(new Set(shown).size).toBe(shown.length);
        expect(pages.length).toBeLessThanOrEqual(some.pages);
        for (const { slots } of pages) expect(slots.map((slot) => slot.position)).toEqual(slots.map((_, i) => i));
        for (const { slots } of pages.slice(0, -1)) expect(slots).toHaveLength(some.limit);
        expect(compose({ ...some, random: seededRandom(seed) })).toEqual(pages);
      }),
      { numRuns: 100 },
    );
  });

  it("a page is full as long as images are left, whoever proposed them", () => {
    const pages = compose(input({ candidates: candidates(gallery.images.slice(0, 40), ["puddle"]), pages: 2, limit: 10 }));
    expect(pages.map((page) => page.slots.length)).toEqual([10, 10]);
  });

  it("an image proposed by several sources, even in several entries, is one image", () => {
    const twice = [...candidates(gallery.images.slice(0, 5), ["fresh"]), ...candidates(gallery.images.slice(0, 5), ["popular"])];
    expect(compose(input({ candidates: twice })).flatMap((page) => page.slots)).toHaveLength(5);
  });

  it("at most a third of a page by one creator while others are left; then the cap gives way", () => {
    const capped = candidates().map((c, i) => ({ ...c, creator: i < 80 ? "prolific" : `c${i}` }));
    for (const { slots } of compose(input({ candidates: capped })))
      expect(slots.filter((slot) => capped.find((c) => c.image_id === slot.image_id)!.creator === "prolific").length).toBeLessThanOrEqual(slots.length / 3);
    expect(compose(input({ candidates: capped.slice(0, 30), pages: 1 }))[0]!.slots).toHaveLength(12);
  });

  it("an unknown creator is not capped", () => {
    const anonymous = candidates(gallery.images.slice(0, 20)).map((c) => ({ ...c, creator: "" }));
    const composer = createComposer(input({ candidates: anonymous }));
    for (let i = 0; i < 3; i++) composer.next();
    expect(sum(composer.distribution().map((p) => (p > 0 ? 1 : 0)))).toBe(17);
  });

  it("near-duplicates are collapsed: all but equal vectors, or close hashes on similar images", () => {
    const [one, other] = [gallery.images[0]!, gallery.images[60]!];
    const copies = Array.from({ length: 6 }, (_, n) => ({ ...one, image_id: `copy${n}`, creator: "", region_id: `r${n + 1}`, vector: stepToward(one.vector, other.vector, 0.01 * n), phash: BigInt(n) * 0x1234_5678_9abcn }));
    const recut = (hash: bigint) => [0, 0.3].map((step, n) => ({ ...one, image_id: `recut${n}`, creator: "", vector: stepToward(other.vector, one.vector, step), phash: n === 0 ? 0xff00n : hash }));
    const shown = compose(input({ candidates: candidates([...copies, ...recut(0xff07n)]) })).flatMap((page) => page.slots.map((slot) => slot.image_id));
    expect(shown.filter((id) => id.startsWith("copy"))).toHaveLength(1);
    expect(shown.filter((id) => id.startsWith("recut"))).toHaveLength(1);
    expect(compose(input({ candidates: candidates(recut(0xff_ffff_0000n)) })).flatMap((page) => page.slots)).toHaveLength(2);
  });

  it("close hashes alone, as flat pictures have, do not make duplicates of images that differ", () => {
    const flat = [0, 12, 24, 36, 48].map((i) => ({ ...gallery.images[i]!, creator: "", phash: 0n }));
    expect(compose(input({ candidates: candidates(flat) })).flatMap((page) => page.slots)).toHaveLength(5);
  });

  it("what is strongly suppressed is barred until nothing else is left", () => {
    const taste = tasteOf({ 4: "hide" }, 4);
    const barred = (image: { vector: Float32Array }) => suppressionAt(taste, image.vector, simulationStart + 1_000) >= feedConfig.barredAt;
    const hidden = gallery.images.filter((image) => image.style === "style4" && barred(image)).slice(-4);
    const others = gallery.images.filter((image) => image.style !== "style4" && !barred(image)).slice(0, 10);
    const [page] = compose(input({ taste, candidates: candidates([...hidden, ...others]).map((c) => ({ ...c, creator: "" })), limit: 14, pages: 1 }));
    const styles = page!.slots.map((slot) => byId.get(slot.image_id)!.style);
    expect(styles.slice(0, 10)).not.toContain("style4");
    expect(styles.slice(10)).toEqual(["style4", "style4", "style4", "style4"]);
  });

  it("refuses a taste, a vector or a hash that does not fit, naming it", () => {
    expect(() => compose(input({ taste: emptyTaste("v", "other") }))).toThrow(/other/);
    expect(() => compose(input({ candidates: [{ ...candidates()[0]!, vector: new Float32Array(3) }] }))).toThrow(/s0-0 has 3/);
    expect(() => compose(input({ candidates: [{ ...candidates()[0]!, phash: "zz" }] }))).toThrow(/phash "zz"/);
  });
});

describe("what a slot says of itself", () => {
  it("is named for the source that speaks for it most; an explored one lies in no puddle and is not held down", () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        for (const slot of compose(some).flatMap((page) => page.slots)) {
          const { puddle, user, echo, together, popularity } = slot.terms;
          if (slot.source === "puddle") expect(puddle + user + echo).toBeGreaterThanOrEqual(Math.max(1e-12, together, popularity));
          if (slot.source === "together") expect(together).toBeGreaterThanOrEqual(Math.max(1e-12, popularity));
          if (slot.source === "popular") {
            expect(popularity).toBeGreaterThanOrEqual(together);
            if (puddle + user + echo > 0) expect(popularity).toBeGreaterThan(puddle + user + echo);
          }
          if (["transition", "neighbour", "bridge"].includes(slot.source)) {
            const proposers = some.candidates.find(({ image_id }) => image_id === slot.image_id)!.sources;
            expect(proposers).toContain(slot.source);
            for (const other of ["puddle", "together", "popular"] as const) expect(proposers).not.toContain(other);
          }
          if (slot.anchor) expect(some.taste.puddles.map(({ id, medoid_image_id }) => ({ puddle_id: id, medoid_image_id }))).toContainEqual(slot.anchor);
          if (slot.source === "explore") {
            expect(slot.anchor).toBeUndefined();
            expect(slot.terms.suppression).toBeGreaterThan(-0.1);
          }
          expect(slot.terms.suppression).toBeLessThanOrEqual(0);
          expect(slot.terms.diversity).toBeLessThanOrEqual(0);
          expect(Object.values(slot.terms).every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("the personal terms are nothing for a newcomer and lead for what a well-known viewer likes", () => {
    for (const slot of compose(input())[0]!.slots) expect([slot.terms.puddle, slot.terms.user, slot.source === "puddle"]).toEqual([0, 0, false]);
    const slots = compose(input({ taste: tasteOf({ 2: "love" }, 6) }))[0]!.slots.filter((slot) => slot.source === "puddle");
    expect(slots.length).toBeGreaterThan(0);
    for (const { terms } of slots) expect(terms.puddle + terms.user).toBeGreaterThan(terms.quality + terms.popularity + terms.recency);
  });

  it("images of the chosen mood come first, then the others", () => {
    const some = candidates(gallery.images.filter((image, i) => image.mood !== "calm" || i % 6 === 0)).map((c) => ({ ...c, creator: "" }));
    const calm = some.filter((c) => c.mood === "calm").length;
    const moods = compose(input({ candidates: some, mood: "calm", limit: calm + 5, pages: 1 }))[0]!.slots.map((slot) => byId.get(slot.image_id)!.mood);
    expect(moods).toEqual([...Array<string>(calm).fill("calm"), ...Array<string>(5).fill("bold")]);
  });
});
