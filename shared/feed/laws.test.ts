import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import type { Candidate, ComposeInput, SlotOutcome, Source } from "./candidate.ts";
import { createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig, LiveSource, Quota } from "./feed-config.ts";
import { sourceOf } from "./laws.ts";
import { quotas } from "./mixture.ts";
import type { Scores } from "./score.ts";

const gallery = simulateGallery({ styles: 12, perStyle: 12, dim: 48 });
const { calibration } = gallery;
const images = new Map(gallery.images.map((image) => [image.image_id, image]));
const likes = (...ids: string[]) =>
  applyEvents(emptyTaste("v", calibration.space), ids.map((image_id, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id, at: simulationStart })), (id) => images.get(id)?.vector, calibration);
const style = (s: number, count = 5) => Array.from({ length: count }, (_, n) => `s${s}-${n}`);
const taste = likes(...style(0));
const nobody = emptyTaste("v", calibration.space);

/** Slots for one quota alone. */
const only = (quota: Quota, config = feedConfig): FeedConfig => ({ ...config, live: Object.fromEntries(quotas.map((one) => [one, one === quota])) as Record<Quota, boolean> });

/** The chance of each image for the first slot when one quota alone has slots, all proposed by the same source. */
function chances(quota: Quota, { config, ...over }: Partial<ComposeInput> = {}, dress: (image: Candidate, index: number) => Partial<Candidate> = () => ({})): Map<string, number> {
  const candidates = gallery.images.map((image, i): Candidate => ({ ...image, creator: "", sources: [quota === "best" ? "popular" : quota], ...dress({ ...image, sources: [] }, i) }));
  const distribution = createComposer({
    taste, calibration, candidates, regions: gallery.regions, settings: { adventure: 0.35 }, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1), config: only(quota, config), ...over,
  }).distribution();
  return new Map(candidates.map(({ image_id }, i) => [image_id, distribution[i]!]));
}

const regionOf = (id: string) => images.get(id)!.region_id;
function byRegion(drawn: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [id, chance] of drawn) sums.set(regionOf(id), (sums.get(regionOf(id)) ?? 0) + chance);
  return sums;
}
const exploring = (explore: Partial<FeedConfig["explore"]>): FeedConfig => ({ ...feedConfig, explore: { ...feedConfig.explore, ...explore } });

describe("the best", () => {
  const even = { quality: 0.5, popularity: 0.5, created_at: simulationStart };

  it("are drawn by score whoever proposed them, in the proportion of the exponentials", () => {
    const proposers: Source[][] = [["puddle"], ["transition"], ["neighbour", "bridge"], ["explore"], ["fresh"], []];
    const drawn = [...chances("best", { taste: nobody, regions: [] }, (_, i) => ({ ...even, popularity: (i % 50) / 1_000, sources: proposers[i % proposers.length]! })).values()];
    const byPopularity = Map.groupBy(drawn.map((chance, i) => ({ chance, popularity: i % 50 })), ({ popularity }) => popularity);
    for (const [, alike] of byPopularity) for (const { chance } of alike) expect(chance / alike[0]!.chance).toBeCloseTo(1, 9);
    // With nothing linked and nothing known, popularity has its part of what everyone's acts say.
    const { popularity, quality, recency } = feedConfig.blend;
    const step = (popularity / (popularity + quality + recency)) * 0.001 / feedConfig.temperature.best;
    expect(Math.log(drawn[7]! / drawn[6]!)).toBeCloseTo(step, 6);
  });

  it("are what is liked together the most, the more so the more the viewer's slots were welcomed for it", () => {
    const config = { ...feedConfig, temperature: { ...feedConfig.temperature, best: 0.4 } };
    const liked = (_: Candidate, i: number) => ({ ...even, together: i % 2, popularity: ((i >> 1) % 2) });
    const share = (outcomes: SlotOutcome[]) => [...chances("best", { outcomes, config }, liked)].reduce((sum, [, chance], i) => sum + (i % 2) * chance, 0);
    const outcomes = Array.from({ length: 240 }, (_, n): SlotOutcome => ({
      image_id: `o${n}`, source: "together", position: 0, at: simulationStart, outcome: n % 2 === 0 ? "ignored" : "welcomed",
      features: { content: (n % 5) / 5, echo: 0.1, together: n % 2, quality: 0.5, popularity: 0.5, recency: 1 },
    }));
    expect(share([])).toBeGreaterThan(0.7);
    expect(share(outcomes)).toBeGreaterThan(share([]));
  });

  it("span the gallery while nothing is known: of a region already shown fewer come", () => {
    const [first] = gallery.regions;
    const at = (known: typeof taste, shown: number) => byRegion(chances("best", { taste: known, shown: new Map([[first!.id, shown]]) }, () => even)).get(first!.id)!;
    expect(at(nobody, 3)).toBeLessThan(0.2 * at(nobody, 0));
    expect(at(taste, 3)).toBeCloseTo(at(taste, 0), 9);
  });
});

describe("the source a slot is named for", () => {
  const terms = (over: Partial<Record<keyof Scores["terms"], number>>) =>
    ({ terms: Object.fromEntries(["puddle", "user", "echo", "together", "quality", "popularity", "recency", "suppression", "fatigue"].map((term) => [term, Float64Array.of(over[term as keyof Scores["terms"]] ?? 0)])) }) as unknown as Scores;
  const named = (sources: Source[], over: Parameters<typeof terms>[0] = {}, quota: Quota = "best") =>
    sourceOf(quota, { candidates: [{ ...gallery.images[0]!, sources }] }, terms(over), 0);

  it("is the quota's own outside the best", () => {
    for (const quota of ["explore", "fresh"] as const) expect(named(["bridge", "puddle"], { puddle: 1, together: 0.5 }, quota)).toBe(quota);
  });

  it.each(["transition", "neighbour", "bridge"] as const)("is %s only where that alone put the image up", (source) => {
    const strong = { puddle: 0.5, together: 0.4 };
    expect(named([source], strong)).toBe(source);
    expect(named([source, "explore", "fresh"], strong)).toBe(source);
    for (const other of ["puddle", "together", "popular", "persona"] as const) expect(named([source, other], strong)).toBe("puddle");
  });

  it("is otherwise what speaks for the image most, whoever proposed it: the viewer's own acts, shared likes, or popularity", () => {
    const cases: [over: Parameters<typeof terms>[0], source: LiveSource][] = [
      [{ puddle: 0.1, user: 0.1, echo: 0.1, together: 0.25, popularity: 0.2 }, "puddle"],
      [{ puddle: 0.3, echo: -0.1, together: 0.25, popularity: 0.1 }, "together"],
      [{ together: 0.2, popularity: 0.1 }, "together"],
      [{ user: 0.05, together: 0.1, popularity: 0.2 }, "popular"],
      // Nothing heard and nothing known: never the viewer's own.
      [{}, "popular"], [{ echo: -0.02 }, "popular"], [{ echo: 0.02 }, "puddle"],
    ];
    for (const [over, source] of cases) for (const by of [["popular"], ["together", "explore"], ["puddle", "bridge"]] as Source[][]) expect(named(by, over)).toBe(source);
  });
});

describe("the new", () => {
  it("gives a new image its slots before it is judged", () => {
    const even = { quality: 0.5, popularity: 0.5, created_at: simulationStart };
    const drawn = chances("fresh", { taste: nobody, regions: [] }, (_, i) => ({ ...even, exposures: i % 2 === 0 ? 0 : 50 }));
    const [unseen, seen] = [0, 1].map((parity) => [...drawn.values()].reduce((sum, chance, i) => sum + (i % 2 === parity ? chance : 0), 0));
    expect(unseen!).toBeGreaterThan(3 * seen!);
  });
});

describe("exploration", () => {
  const z = (id: string) => standardise(Math.min(...taste.puddles.map(({ centroid }) => cosineDistance(centroid, gallery.regions.find((region) => region.id === id)!.centroid))), calibration);
  const meanZ = (drawn: Map<string, number>) => [...drawn].reduce((sum, [id, chance]) => sum + (chance > 0 ? chance * z(id) : 0), 0);

  it("goes farther out the higher the dial; and in the other reading of the formula the lower", () => {
    const at = (reading: "near" | "far", adventure: number) => meanZ(byRegion(chances("explore", { settings: { adventure }, config: exploring({ reading }) })));
    expect(at("near", 0)).toBeLessThan(at("near", 1));
    expect(at("far", 0)).toBeGreaterThan(at("far", 1));
    expect(at("far", 0)).toBeGreaterThan(at("near", 0));
  });

  it("leans to where people move on to, and leaves no region out for it", () => {
    const base = byRegion(chances("explore"));
    const [first] = [...base].find(([, chance]) => chance > 0)!;
    const drawn = byRegion(chances("explore", { transitions: new Map([[first, 1]]) }));
    expect(drawn.get(first)!).toBeGreaterThan(base.get(first)!);
    for (const [id, chance] of base) if (chance > 0) expect(drawn.get(id)!).toBeGreaterThan(0);
  });

  it("takes no image below the quality floor", () => {
    const drawn = chances("explore", {}, (_, i) => ({ quality: i % 3 === 0 ? 0.05 : 0.6 }));
    [...drawn.values()].forEach((chance, i) => {
      if (i % 3 === 0) expect(chance).toBe(0);
    });
  });

  it("shows a newcomer one region after the other, of each an image near its centre", () => {
    const candidates = gallery.images.map((image) => ({ ...image, creator: "", quality: 0.5, popularity: 0.5, created_at: simulationStart, sources: ["explore" as const] }));
    const composer = createComposer({ taste: nobody, calibration, candidates, regions: gallery.regions, settings: { adventure: 0.35 }, limit: 10, pages: 1, now: simulationStart, random: seededRandom(8) });
    const shown = Array.from({ length: 10 }, () => composer.next()!.image_id);
    expect(new Set(shown.map(regionOf)).size).toBe(10);
    const fromCentre = (id: string) => cosineDistance(images.get(id)!.vector, gallery.regions.find((region) => region.id === regionOf(id))!.centroid);
    const average = (ids: string[]) => ids.reduce((sum, id) => sum + fromCentre(id), 0) / ids.length;
    const mates = shown.flatMap((id) => candidates.filter(({ region_id }) => region_id === regionOf(id)).map(({ image_id }) => image_id));
    expect(average(shown)).toBeLessThan(average(mates));
  });
});

describe("puddles", () => {
  it("that are shown in vain give way to those that are welcomed", () => {
    const two = likes(...style(0), ...style(5));
    const [first, second] = two.puddles;
    const outcomes = (welcomed: (n: number) => boolean) => Array.from({ length: 40 }, (_, n): SlotOutcome => ({
      image_id: `o${n}`, source: "puddle", puddle_id: (n % 2 === 0 ? first! : second!).id, position: n % 12, at: simulationStart, outcome: welcomed(n) ? "welcomed" : "ignored",
    }));
    const ratio = (how: SlotOutcome[]) => {
      const drawn = chances("best", { taste: two, outcomes: how }, () => ({ quality: 0.5, popularity: 0.5, created_at: simulationStart }));
      const sum = (s: number) => [...drawn].reduce((all, [id, chance]) => all + (id.startsWith(`s${s}-`) ? chance : 0), 0);
      return sum(5) / sum(0);
    };
    expect(ratio(outcomes((n) => n % 4 === 1))).toBeGreaterThan(5 * ratio([]));
    expect(ratio(outcomes((n) => n % 4 === 0))).toBeLessThan(ratio([]) / 5);
  });
});
