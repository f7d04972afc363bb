import { describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { puddleWeight } from "#shared/taste/puddle.ts";
import type { InteractionKind } from "#shared/taste/signal.ts";
import { suppressionAt } from "#shared/taste/suppression.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { compose } from "./compose.ts";
import { groupTaste, groupTasteConfig, isOwnPuddle } from "./group-taste.ts";

const gallery = simulateGallery({ styles: 10, perStyle: 14, dim: 48 });
const { calibration } = gallery;
const images = new Map(gallery.images.map((image) => [image.image_id, image]));
const now = simulationStart + 1_000;

function taste(viewer: string, reactions: Record<number, InteractionKind>, times = 4) {
  const log = Object.entries(reactions).flatMap(([style, kind]) => Array.from({ length: times }, (_, n) => ({ kind, image_id: `s${style}-${n}` })));
  const events = log.map((event, i) => ({ ...event, viewer_seq: i + 1, event_id: `e${i}`, at: simulationStart + i }));
  return applyEvents(emptyTaste(viewer, calibration.space), events, (id) => images.get(id)?.vector, calibration);
}

const total = (puddles: readonly { id: string; weight: number }[]) => puddles.reduce((sum, { weight }) => sum + weight, 0);

describe("the taste of several viewers together", () => {
  it("of one alone is that viewer's own", () => {
    const own = taste("a", { 0: "like" });
    expect(groupTaste([own], now, calibration)).toBe(own);
  });

  it("gives every viewer the same weight, however much one has liked", () => {
    const [quiet, busy] = [taste("a", { 0: "like" }, 2), taste("b", { 1: "love", 2: "love" }, 12)];
    const { puddles } = groupTaste([quiet, busy], now, calibration);
    const own = puddles.filter(({ id }) => isOwnPuddle(id));
    expect(total(own)).toBeCloseTo(total(puddles) / 2, 6);
    expect(own.map(({ id }) => id)).toEqual(quiet.puddles.map(({ id }) => id));
  });

  it("counts a taste that two share more than two of which each has one", () => {
    const shared = groupTaste([taste("a", { 0: "like", 1: "like" }), taste("b", { 0: "like", 2: "like" })], now, calibration);
    const near = (style: number) =>
      total(shared.puddles.filter(({ centroid }) => cosineDistance(centroid, images.get(`s${style}-0`)!.vector) < calibration.distance.mean - 1.5 * calibration.distance.sd));
    expect(near(0)).toBeGreaterThan(near(1) + near(2));
  });

  it("shows nobody what one of them hid, though another loves it", () => {
    const [lover, hider] = [taste("a", { 4: "love", 5: "like" }, 6), taste("b", { 4: "hide", 6: "like" }, 6)];
    const together = groupTaste([lover, hider], now, calibration);
    const candidates = gallery.images.map((image) => ({ ...image, creator: "", sources: ["puddle", "explore", "fresh", "popular"] as const }));
    const pages = compose({ taste: together, tasteConfig: groupTasteConfig, calibration, candidates, regions: gallery.regions, settings: { adventure: 0.3 }, limit: 12, pages: 2, now, random: seededRandom(5) });
    const shown = pages.flatMap((page) => page.slots.map(({ image_id }) => images.get(image_id)!));
    expect(shown.filter(({ vector }) => suppressionAt(hider, vector, now) >= 0.5).map(({ image_id }) => image_id)).toEqual([]);
    expect(shown.some(({ style }) => style === "style5")).toBe(true);
    expect(shown.some(({ style }) => style === "style6")).toBe(true);
  });

  it("keeps no more puddles than a viewer may have, and puddle weights finite", () => {
    const everything = Object.fromEntries(Array.from({ length: 10 }, (_, s) => [s, "like" as const]));
    const { puddles } = groupTaste([taste("a", everything), taste("b", everything), emptyTaste("c", calibration.space)], now, calibration);
    expect(puddles.length).toBeLessThanOrEqual(64);
    for (const puddle of puddles) expect(Number.isFinite(puddleWeight(puddle, now))).toBe(true);
  });
});
