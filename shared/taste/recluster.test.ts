import { agnes } from "ml-hclust";
import { describe, expect, it } from "vitest";
import { dayMs, minuteMs } from "#shared/kernel/clock.ts";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { cosineDistance, dot } from "#shared/kernel/vector.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { applyEvents, foldLog } from "./fold.ts";
import { assignRegion } from "./regions.ts";
import { puddleWeight } from "./puddle.ts";
import { signalStrength } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { tasteConfig } from "./taste-config.ts";
import type { Taste } from "./taste.ts";

const gallery = simulateGallery({ styles: 12, perStyle: 20, dim: 64 });
const styles = Map.groupBy(gallery.images, ({ style }) => style);
const imageOf = new Map(gallery.images.map((image) => [image.image_id, image]));
const vectorOf = (id: string) => imageOf.get(id)?.vector;

/** Likes of the styles' images in any order, then the events; one a minute. */
function viewerLog(styleNumbers: readonly number[], each: number, ...then: (Partial<TasteEvent> & Pick<TasteEvent, "kind">)[]): TasteEvent[] {
  const liked = styleNumbers.flatMap((s) => styles.get(`style${s}`)!.slice(0, each).map(({ image_id }) => ({ kind: "like" as const, image_id })));
  return [...shuffled(liked, seededRandom(5)), ...then].map((event, i) => ({ viewer_seq: i + 1, event_id: `e${i + 1}`, at: simulationStart + i * minuteMs, ...event }));
}

const fold = (log: readonly TasteEvent[], config = tasteConfig) => foldLog("v", gallery.calibration.space, log, vectorOf, gallery.calibration, { config });
const again = { kind: "recluster" as const };
/** The taste with the last event taken on top of a changed one. */
const onTop = (taste: Taste, log: readonly TasteEvent[]) => applyEvents({ ...taste, offset: log.length - 1 }, log, vectorOf, gallery.calibration, { history: log });
const totalWeight = (taste: Taste, now: number) => taste.puddles.reduce((sum, puddle) => sum + puddleWeight(puddle, now), 0);
const styleOf = ({ recent }: Taste["puddles"][number]) => new Set(recent.map(({ image_id }) => imageOf.get(image_id)!.style));
const ofStyle = ({ puddles }: Taste, style: string) => puddles.filter((puddle) => styleOf(puddle).has(style));

describe("re-clustering", () => {
  it("leaves puddles that are right as they are: their ids, their weights, their places", () => {
    const log = viewerLog([0, 1, 2, 3], 15, again);
    const [before, after] = [fold(log.slice(0, -1)), fold(log)];
    const now = log.at(-1)!.at;
    expect(after.puddles.map(({ id }) => id)).toEqual(before.puddles.map(({ id }) => id));
    after.puddles.forEach((puddle, p) => {
      expect(puddleWeight(puddle, now)).toBeCloseTo(puddleWeight(before.puddles[p]!, now), 6);
      expect(cosineDistance(puddle.centroid, before.puddles[p]!.centroid)).toBeLessThan(0.02);
    });
  });

  it("joins what chance kept apart and parts what chance put together, and moves weight without making any", () => {
    const log = viewerLog([0, 1, 2], 15, again);
    const before = fold(log.slice(0, -1));
    const [a, b, c] = before.puddles;
    const twin = { ...a!, id: "p500", centroid: vectorOf(a!.recent[0]!.image_id)!, weight: 3, recent: a!.recent.slice(0, 1) };
    const blend = Float32Array.from(b!.centroid, (x, d) => (x + c!.centroid[d]!) / Math.SQRT2);
    const wide = { ...b!, centroid: blend.map((x) => x / Math.sqrt(dot(blend, blend))), spread: 0.55, weight: b!.weight + c!.weight };
    const muddled: Taste = { ...before, puddles: [a!, twin, wide] };
    const drawn = onTop(muddled, log);
    const now = log.at(-1)!.at;
    expect(drawn.puddles).toHaveLength(3);
    expect(drawn.puddles.map(styleOf).every((found) => found.size === 1)).toBe(true);
    expect(drawn.puddles.map(({ id }) => id)).toContain(`p${log.length}`);
    expect(totalWeight(drawn, now)).toBeCloseTo(totalWeight(muddled, now), 6);
  });

  it("brings nothing back that was forgotten", () => {
    const likes = viewerLog([0, 1, 2], 15);
    const forgotten = fold(likes).puddles[0]!;
    const log = viewerLog([0, 1, 2], 15, { kind: "forget_puddle", target: forgotten.id }, again);
    const after = fold(log);
    expect(after.puddles).toHaveLength(2);
    for (const puddle of after.puddles) expect(cosineDistance(puddle.centroid, forgotten.centroid)).toBeGreaterThan(0.4);
  });

  it("leaves a puddle alone that was last fed before the window, and one of a single like", () => {
    const old = viewerLog([0], 15).map((event) => ({ ...event, at: event.at - 100 * dayMs }));
    const fresh = [...viewerLog([1, 2], 15), ...viewerLog([3], 1)];
    const log = [...old, ...fresh, { kind: "recluster" as const, event_id: "r" }].map((event, i) => ({ at: simulationStart + 60 * minuteMs, ...event, viewer_seq: i + 1, event_id: `e${i}` }));
    const [before, after] = [fold(log.slice(0, -1)), fold(log)];
    for (const style of ["style0", "style3"]) {
      expect(ofStyle(before, style).length).toBeGreaterThan(0);
      expect(ofStyle(after, style)).toEqual(ofStyle(before, style));
    }
  });

  it("comes to clusters as good as Ward's (J. Ward 1963), cut at as many", () => {
    const noisy = simulateGallery({ styles: 12, perStyle: 20, dim: 64, noise: 1.6 });
    const vectors = new Map(noisy.images.map((image) => [image.image_id, image]));
    const points = shuffled(noisy.images.slice(0, 8 * 20), seededRandom(1));
    const log: TasteEvent[] = [...points.map(({ image_id }) => ({ kind: "like" as const, image_id })), again]
      .map((event, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, at: simulationStart, ...event }));
    const { puddles } = foldLog("v", noisy.calibration.space, log, (id) => vectors.get(id)?.vector, noisy.calibration);
    const ours = points.map(({ vector }) => puddles.indexOf(assignRegion(vector, puddles)!.region));
    const tree = agnes(points.map(({ vector }) => [...vector]), { method: "ward" }).group(puddles.length);
    const ward = new Array<number>(points.length);
    tree.children.forEach((child, c) => child.indices().forEach((i) => (ward[i] = c)));
    const truth = points.map(({ style }) => Number(style.slice(5)));
    expect(randIndex(ours, truth)).toBeGreaterThan(randIndex(ward, truth) - 0.05);
    expect(randIndex(ours, truth)).toBeGreaterThan(0.7);
  });

  it("says nothing of too few likes, and nothing when switched off", () => {
    const few = viewerLog([0, 1], 4, again);
    expect(fold(few)).toEqual({ ...fold(few.slice(0, -1)), offset: few.length });
    const log = viewerLog([0, 1], 15, again);
    const off = { ...tasteConfig, parts: { ...tasteConfig.parts, recluster: false } };
    expect(fold(log, off)).toEqual({ ...fold(log.slice(0, -1)), offset: log.length });
  });

  it("stands on acts alone: controls have no strength and pauses are left out", () => {
    expect(signalStrength(again)).toBe(0);
    const likes = viewerLog([0, 1], 15);
    const pauses = viewerLog([2], 15).map((event) => ({ ...event, kind: "dwell" as const, value: 20_000 }));
    const log = [...likes, ...pauses, again].map((event, i) => ({ event_id: `e${i}`, at: simulationStart, ...event, viewer_seq: i + 1 }));
    const [before, after] = [fold(log.slice(0, -1)), fold(log)];
    expect(ofStyle(before, "style2").length).toBeGreaterThan(0);
    expect(ofStyle(after, "style2")).toEqual(ofStyle(before, "style2"));
  });
});

/** How far two partitions agree beyond chance: 1 the same, 0 as by chance (L. Hubert & P. Arabie 1985, Comparing partitions). */
function randIndex(a: readonly number[], b: readonly number[]): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const count = (keys: readonly string[]) => [...Map.groupBy(keys, (key) => key).values()].reduce((sum, { length }) => sum + pairs(length), 0);
  const [both, left, right] = [count(a.map((x, i) => `${x} ${b[i]!}`)), count(a.map(String)), count(b.map(String))];
  const chance = (left * right) / pairs(a.length);
  return (both - chance) / ((left + right) / 2 - chance);
}
