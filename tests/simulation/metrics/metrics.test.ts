import { describe, expect, it } from "vitest";
import type { SimViewer } from "../viewer-model.ts";
import { viewerModel } from "../viewer-model.ts";
import type { LabelTaste } from "../world/taste-pool.ts";
import type { LoggedSlot } from "../world/warm-log.ts";
import { interval, pairedDifference } from "./bootstrap.ts";
import { divergence } from "./calibration.ts";
import { covered, evenness } from "./coverage.ts";
import { dcg } from "./ranking.ts";
import { intraListDiversity, labelDistance, novelty, repeats, serendipity } from "./variety.ts";
import { stepsToDrop, stepsToNotice, tastesFound } from "./windows.ts";

const size = 100;

function taste(index: number, members: readonly number[]): LabelTaste {
  const has = new Uint8Array(size);
  for (const member of members) has[member] = 1;
  return { index, name: `taste ${index}`, members: Int32Array.from(members), has };
}

const range = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => from + i);
/** Images 0–29 are abandoned, 30–59 stay, 60–89 appear, 90–99 are nothing. */
const viewer: SimViewer = {
  id: "v", seed: 1, focus: [], scene: { index: 0, has: new Uint8Array(size), pairs: [] }, abandoned: 0, appears: 2,
  tastes: [
    { taste: taste(0, range(0, 30)), weight: 0.4, from: 0, until: viewerModel.abandonedOnPage },
    { taste: taste(1, range(30, 60)), weight: 0.3, from: 0, until: Infinity },
    { taste: taste(2, range(60, 90)), weight: 0.3, from: viewerModel.appearsOnPage, until: Infinity },
  ],
};
const images = range(0, size).map((index) => ({
  index, id: String(index), appeal: 1, style: index < 50 ? "a" : "b", tags: [] as string[], mood: null, creator: "", phash: "0".repeat(16), quality: 1, created_at: 0, isNew: false,
}));

const slot = (image: number, page: number, liked = false): LoggedSlot => ({ image, page, position: 0, at: 0, reaction: liked ? [{ kind: "like" }] : [] });
const pageOf = (page: number, shown: readonly number[]) => shown.map((image) => slot(image, page));

describe("the steps of a changing taste", () => {
  it("counts from the page of its appearance to the slot that gives it a fifth of the last 24", () => {
    const { appearsOnPage } = viewerModel;
    const before = range(0, appearsOnPage).flatMap((page) => pageOf(page, range(90, 100).concat([30, 31])));
    const after = [...pageOf(appearsOnPage, [60, 61, 62, 63, 90]), slot(64, appearsOnPage, true), slot(65, appearsOnPage)];
    expect(stepsToNotice(viewer, [...before, ...after])?.fromAppearance).toEqual({ slots: 6, acted: 1, reached: true });
  });

  it("counts all that were left where it is never noticed", () => {
    const { appearsOnPage } = viewerModel;
    const slots = range(0, appearsOnPage + 2).flatMap((page) => pageOf(page, range(30, 42)));
    expect(stepsToNotice(viewer, slots)?.fromAppearance).toEqual({ slots: 24, acted: 0, reached: false });
  });

  it("drops a taste at the slot that leaves it less than a twentieth of the last 24, and counts nothing where there was nothing to drop", () => {
    const { abandonedOnPage } = viewerModel;
    const before = range(0, abandonedOnPage).flatMap((page) => pageOf(page, page === abandonedOnPage - 1 ? [0, 1, 2, ...range(30, 39)] : range(30, 42)));
    const after = range(abandonedOnPage, abandonedOnPage + 3).flatMap((page) => pageOf(page, range(30, 42)));
    // The three stand first on the page before; the second of them leaves the last 24 with the fourteenth slot after.
    expect(stepsToDrop(viewer, [...before, ...after], images)).toEqual({ slots: 14, acted: 0, reached: true });
    expect(stepsToDrop(viewer, [...pageOf(0, range(30, 42)), ...after], images)).toBeUndefined();
  });

  it("finds a taste only while it is held, by slots and a like", () => {
    const { appearsOnPage } = viewerModel;
    const early = [slot(60, 0, true), slot(61, 0), slot(30, 0, true)];
    expect(tastesFound(viewer, early, 1)).toBeCloseTo(1 / 3);
    expect(tastesFound(viewer, early, 2)).toBe(0);
    expect(tastesFound(viewer, [...early, slot(62, appearsOnPage, true)], 1)).toBeCloseTo(2 / 3);
  });
});

describe("figures against hand-worked examples", () => {
  it("discounts gains by the logarithm of rank", () => {
    expect(dcg([1, 1, 0, 2])).toBeCloseTo(1 + 1 / Math.log2(3) + 2 / Math.log2(5), 12);
  });

  it("is calibrated where the shown mix is the wanted one, and counts a taste never shown by the smoothing", () => {
    expect(divergence([0.5, 0.5], [3, 3])).toBeCloseTo(0, 12);
    expect(divergence([0.5, 0.5], [4, 0])).toBeCloseTo(0.5 * Math.log(0.5 / 0.995) + 0.5 * Math.log(0.5 / 0.005), 12);
  });

  it("spreads evenly over as much of the catalogue as e to the entropy", () => {
    expect(evenness([2, 2, 0, 0])).toBeCloseTo(0.5, 12);
    expect(covered([2, 2, 0, 0])).toBe(0.5);
    expect(evenness([3, 1, 0, 0])).toBeCloseTo(Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))) / 4, 12);
  });

  it("takes diversity within pages, never across them", () => {
    const distance = labelDistance(images);
    expect(distance(0, 1)).toBe(0);
    expect(distance(0, 60)).toBe(1);
    expect(intraListDiversity([...pageOf(0, [0, 1]), ...pageOf(1, [60, 61])], distance)).toBe(0);
    expect(intraListDiversity(pageOf(0, [0, 1, 60]), distance)).toBeCloseTo(2 / 3, 12);
  });

  it("counts surprises of a new style outside what everybody likes, and repeats", () => {
    const slots = [slot(0, 0, true), slot(1, 0, true), slot(60, 0, true), slot(60, 1)];
    expect(serendipity(slots, images, new Set([0]))).toBe(25);
    expect(repeats(slots)).toBe(1);
    expect(novelty([slot(0, 0)], [0], 2)).toBe(2);
  });

  it("gives the mean an interval that holds it, and none to a difference that is always the same", () => {
    const { mean, low, high } = interval([1, 2, 3, 4, undefined]);
    expect(mean).toBe(2.5);
    expect(low).toBeLessThan(2.5);
    expect(high).toBeGreaterThan(2.5);
    expect(pairedDifference([3, 4, undefined, 9], [1, 2, 5, 7])).toEqual({ mean: 2, low: 2, high: 2 });
  });
});
