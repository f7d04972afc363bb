import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { standardise } from "#shared/taste/calibration.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { assignRegion } from "#shared/taste/regions.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { ComposeInput, RegionSketch } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig } from "./feed-config.ts";
import { createComposer } from "./compose.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";

const gallery = simulateGallery({ styles: 12, perStyle: 12, dim: 48 });
const { calibration } = gallery;
const vectorOf = (id: string) => gallery.images.find((image) => image.image_id === id)?.vector;
const like = (...images: string[]) =>
  applyEvents(emptyTaste("v", calibration.space), images.map((image_id, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id, at: simulationStart })), vectorOf, calibration);
const taste = like("s0-0", "s0-1", "s0-2", "s0-3", "s0-4");
const [puddle] = taste.puddles;
const evenly = gallery.regions.map((region) => ({ ...region, reward: { alpha: 2, beta: 8 } }));

/** Exploration alone has slots. */
const exploring: FeedConfig = { ...feedConfig, live: { best: false, explore: true, fresh: false } };

/** Chance of each region for the first slot of exploration. */
function byRegion(over: Partial<ComposeInput>): Map<string, number> {
  const candidates = gallery.images.map((image) => ({ ...image, sources: ["explore" as const] }));
  const distribution = createComposer({
    taste, calibration, candidates, regions: evenly, settings: { adventure: 0.5 }, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1), config: exploring, ...over,
  }).distribution();
  const chances = new Map<string, number>();
  candidates.forEach(({ region_id }, i) => chances.set(region_id, (chances.get(region_id) ?? 0) + distribution[i]!));
  return chances;
}

const home = assignRegion(puddle!.centroid, gallery.regions)!.region.id;
const abroad = (regions: readonly RegionSketch[], chances: Map<string, number>) => regions.filter(({ id }) => chances.get(id)! > 0);

describe("the temperature law", () => {
  it.each([0, 0.3, 1])("draws regions in proportion to exp(−z/T) with T = 0.25·16^a, at a = %s", (adventure) => {
    const chances = byRegion({ settings: { adventure }, config: { ...exploring, explore: { ...feedConfig.explore, reward: "mean" } } });
    const reached = abroad(evenly, chances);
    expect(reached.length).toBeGreaterThan(5);
    const log = (region: RegionSketch) => -standardise(cosineDistance(puddle!.centroid, region.centroid), calibration) / (0.25 * 16 ** adventure);
    for (const region of reached)
      expect(Math.log(chances.get(region.id)! / chances.get(reached[0]!.id)!)).toBeCloseTo(log(region) - log(reached[0]!), 6);
  });

  it("never draws the viewer's own region, even where an image of it lies out of the puddle's reach", () => {
    const stray = gallery.images.find((image) => image.style === "style6")!;
    const candidates = [{ ...stray, region_id: home, sources: ["explore" as const] }, { ...gallery.images.find((i) => i.style === "style7")!, sources: ["explore" as const] }];
    const composer = createComposer({ taste, calibration, candidates, regions: evenly, settings: { adventure: 1 }, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1), config: exploring });
    const [atHome, away] = composer.distribution();
    expect(atHome).toBe(0);
    expect(away).toBeCloseTo(1, 12);
  });

  it("prefers regions that were welcomed, and of two equally welcomed the less known", () => {
    const base = byRegion({});
    const [first] = abroad(evenly, base);
    const withReward = (alpha: number, beta: number) =>
      byRegion({ regions: evenly.map((region) => (region === first ? { ...region, reward: { alpha, beta } } : region)) }).get(first!.id)!;
    expect(withReward(8, 2)).toBeGreaterThan(base.get(first!.id)!);
    expect(withReward(20, 80)).toBeLessThan(base.get(first!.id)!);
    expect(withReward(1, 4)).toBeGreaterThan(base.get(first!.id)!);
  });

  it("moves on from regions shown of late", () => {
    const base = byRegion({});
    const [first] = abroad(evenly, base);
    expect(byRegion({ shown: new Map([[first!.id, 3]]) }).get(first!.id)!).toBeLessThan(0.1 * base.get(first!.id)!);
  });

  it("without regions draws images by their own distance from the puddles", () => {
    const distance = (id: string) => cosineDistance(puddle!.centroid, vectorOf(id)!);
    const pair = gallery.images.filter((image) => image.style === "style6" || image.style === "style7").sort((a, b) => distance(a.image_id) - distance(b.image_id));
    const candidates = [pair[0]!, pair.at(-1)!].map((image) => ({ ...image, sources: ["explore" as const] }));
    const composer = createComposer({ taste, calibration, candidates, regions: [], settings: { adventure: 0 }, limit: 1, pages: 1, now: simulationStart, random: seededRandom(1), config: exploring });
    const [near, far] = composer.distribution();
    const z = (id: string) => standardise(distance(id), calibration);
    expect(Math.log(near! / far!)).toBeCloseTo((z(candidates[1]!.image_id) - z(candidates[0]!.image_id)) / 0.25, 6);
  });
});

describe("scores", () => {
  const onlyPopular = (over: Partial<ComposeInput>) =>
    createComposer({
      taste, calibration, candidates: gallery.images.map((image) => ({ ...image, creator: "", sources: ["popular" as const] })), regions: [],
      settings: { adventure: 0.3 }, limit: 12, pages: 1, now: simulationStart, random: seededRandom(3), ...over,
    });

  it("trust the user vector while a puddle has little evidence, and the puddle once it has much", () => {
    const terms = (known: typeof taste) => {
      const candidates = [{ ...gallery.images.find((image) => image.image_id === "s0-9")!, sources: ["puddle" as const] }];
      return onlyPopular({ taste: known, candidates }).next()!.terms;
    };
    const [one, many] = [terms(like("s0-0")), terms(like(...Array.from({ length: 9 }, (_, n) => `s0-${n}`)))];
    expect(one.user).toBeGreaterThan(one.puddle);
    expect(many.puddle).toBeGreaterThan(2 * many.user);
  });

  it("make images like those already on the page less likely, until the page turns", () => {
    const composer = onlyPopular({ taste: emptyTaste("v", calibration.space) });
    const before = composer.distribution();
    const drawn = composer.next()!;
    const style = gallery.images.find((image) => image.image_id === drawn.image_id)!.style;
    const change = (after: Float64Array, alike: boolean) => {
      const ratios = gallery.images.flatMap((image, i) => ((image.style === style) === alike && after[i]! > 0 ? [after[i]! / before[i]!] : []));
      return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    };
    expect(change(composer.distribution(), true)).toBeLessThan(0.6 * change(composer.distribution(), false));
    composer.turnPage();
    expect(change(composer.distribution(), true)).toBeCloseTo(change(composer.distribution(), false), 9);
  });

  it("prefer newer images, all else being equal", () => {
    const pair = [0, 90].map((days, n) => ({ ...gallery.images[30 * n]!, creator: "", quality: 0.5, popularity: 0.5, created_at: simulationStart - days * 86_400_000, sources: ["popular" as const] }));
    const [newer, older] = onlyPopular({ taste: emptyTaste("v", calibration.space), candidates: pair }).distribution();
    expect(newer!).toBeGreaterThan(2 * older!);
  });
});
