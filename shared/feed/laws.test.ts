import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import type { Candidate, ComposeInput, SlotOutcome } from "./candidate.ts";
import { createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig, LiveSource } from "./feed-config.ts";

const gallery = simulateGallery({ styles: 12, perStyle: 12, dim: 48 });
const { calibration } = gallery;
const images = new Map(gallery.images.map((image) => [image.image_id, image]));
const likes = (...ids: string[]) =>
  applyEvents(emptyTaste("v", calibration.space), ids.map((image_id, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id, at: simulationStart })), (id) => images.get(id)?.vector, calibration);
const style = (s: number, count = 5) => Array.from({ length: count }, (_, n) => `s${s}-${n}`);
const taste = likes(...style(0));
const nobody = emptyTaste("v", calibration.space);

/** The chance of each image for the first slot when one source alone proposes. */
function chances(source: LiveSource, over: Partial<ComposeInput> = {}, dress: (image: Candidate, index: number) => Partial<Candidate> = () => ({})): Map<string, number> {
  const candidates = gallery.images.map((image, i): Candidate => ({ ...image, creator: "", sources: [source], ...dress({ ...image, sources: [] }, i) }));
  const distribution = createComposer({
    taste, calibration, candidates, regions: gallery.regions, settings: { adventure: 0.35 }, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1), ...over,
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

describe("the sources that draw by what others do", () => {
  it("transition draws a region by the chance that people move there", () => {
    const [a, b] = gallery.regions;
    const drawn = byRegion(chances("transition", { transitions: new Map([[a!.id, 0.7], [b!.id, 0.3]]) }));
    expect(drawn.get(a!.id)).toBeCloseTo(0.7, 9);
    expect(drawn.get(b!.id)).toBeCloseTo(0.3, 9);
  });

  it("together draws what is liked together the most, the more so the more the viewer's slots were welcomed for it", () => {
    const liked = (_: Candidate, i: number) => ({ together: i % 2, quality: 0.5, popularity: 0.5, created_at: simulationStart });
    const share = (outcomes: SlotOutcome[]) => [...chances("together", { outcomes }, liked)].reduce((sum, [, chance], i) => sum + (i % 2) * chance, 0);
    const outcomes = Array.from({ length: 240 }, (_, n): SlotOutcome => ({
      image_id: `o${n}`, source: "together", position: 0, at: simulationStart, outcome: n % 2 === 0 ? "ignored" : "welcomed",
      features: { content: (n % 5) / 5, together: n % 2, quality: 0.5, popularity: 0.5, recency: 1 },
    }));
    expect(share([])).toBeGreaterThan(0.8);
    expect(share(outcomes)).toBeGreaterThan(share([]));
  });

  it.each(["neighbour", "bridge"] as const)("%s draws by score among what it was given alone", (source) => {
    const given = new Set([...style(3), ...style(4)]);
    const drawn = chances(source, {}, (image) => (given.has(image.image_id) ? { quality: image.image_id.startsWith("s3") ? 1 : 0, popularity: 0.5, created_at: simulationStart } : { sources: [] }));
    const sum = (ids: string[]) => ids.reduce((all, id) => all + drawn.get(id)!, 0);
    expect(sum(style(3)) + sum(style(4))).toBeCloseTo(1, 9);
    expect(sum(style(3))).toBeGreaterThan(sum(style(4)));
  });

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

  it("prefers the middle distance where that is asked for", () => {
    const middle = [...byRegion(chances("explore"))].filter(([, chance]) => chance > 0).map(([id]) => z(id)).sort((a, b) => a - b).at(3)!;
    const spread = (strength: number) =>
      [...byRegion(chances("explore", { config: exploring({ middle: { strength, z: middle } }) }))].reduce((sum, [id, chance]) => sum + (chance > 0 ? chance * (z(id) - middle) ** 2 : 0), 0);
    expect(spread(20)).toBeLessThan(0.5 * spread(0));
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
    const outcomes = Array.from({ length: 40 }, (_, n): SlotOutcome => ({
      image_id: `o${n}`, source: "puddle", puddle_id: (n % 2 === 0 ? first! : second!).id, position: n % 12, at: simulationStart, outcome: n % 4 === 1 ? "welcomed" : "ignored",
    }));
    const drawn = chances("puddle", { taste: two, outcomes });
    const sum = (s: number) => [...drawn].reduce((all, [id, chance]) => all + (id.startsWith(`s${s}-`) ? chance : 0), 0);
    expect(sum(5)).toBeGreaterThan(5 * sum(0));
  });
});
