import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom, shuffled } from "#shared/kernel/random.ts";
import { unit, type Vector } from "#shared/kernel/vector.ts";
import { linkViewers, neighbourConfig, type LinkedViewer } from "./neighbours.ts";

const dim = 24;
const random = seededRandom("neighbours");
const centres = Array.from({ length: 6 }, (_, c) => unit(Float32Array.from({ length: dim }, (_x, d) => (d === c ? 1 : 0))));
const regions = centres.map((centroid, i) => ({ id: `r${i}`, centroid }));
const calibration = { space: "s", dim, distance: { mean: 1, sd: 0.2 } };

const near = (style: number, noise: number): Vector => unit(centres[style]!.map((x) => x + (noise * drawNormal(random)) / Math.sqrt(dim)));

function viewer(id: string, styles: readonly number[], noise = 0.4): LinkedViewer {
  return { viewer_id: id, puddles: styles.map((style) => ({ centroid: near(style, noise), spread: 0.05, share: 1 / styles.length })) };
}

const anyViewers = fc
  .array(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 14 })
  .map((all) => all.map((styles, i) => viewer(`v${String(i).padStart(2, "0")}`, styles)));

describe("linked viewers", () => {
  it("are linked alike from both sides, whoever is named first", () => {
    fc.assert(fc.property(anyViewers, fc.nat(), (viewers, seed) => {
      const links = linkViewers(shuffled(viewers, seededRandom(seed)), { calibration, regions });
      expect(links).toEqual(linkViewers(viewers, { calibration, regions }));
      for (const { viewer_id, neighbour_id, weight, shared } of links) {
        const back = links.find((link) => link.viewer_id === neighbour_id && link.neighbour_id === viewer_id);
        expect(back?.weight).toBe(weight);
        expect(back?.shared).toEqual(shared);
      }
    }), { numRuns: 50 });
  });

  it("have weights within 0 and 1 that their shared regions add up to, and nobody is their own neighbour", () => {
    fc.assert(fc.property(anyViewers, (viewers) => {
      for (const { viewer_id, neighbour_id, weight, shared } of linkViewers(viewers, { calibration, regions })) {
        expect(neighbour_id).not.toBe(viewer_id);
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThanOrEqual(1 + 1e-9);
        expect(shared.reduce((sum, part) => sum + part.weight, 0)).toBeCloseTo(weight, 9);
      }
    }), { numRuns: 50 });
  });

  it("share tastes: more of them is a stronger link, none is no link", () => {
    const links = linkViewers([viewer("a", [0, 1]), viewer("b", [0, 1], 0.1), viewer("c", [0, 3], 0.1), viewer("d", [4, 5])], { calibration, regions });
    const weight = (from: string, to: string) => links.find((link) => link.viewer_id === from && link.neighbour_id === to)?.weight ?? 0;
    expect(weight("a", "b")).toBeGreaterThan(weight("a", "c"));
    expect(weight("a", "c")).toBeGreaterThan(0);
    expect(links.filter(({ viewer_id, neighbour_id }) => viewer_id === "d" || neighbour_id === "d")).toEqual([]);
  });

  it("keep the strongest links alone, and still find neighbours where a region is crowded", () => {
    const crowd = Array.from({ length: 2 * neighbourConfig.group + 50 }, (_, i) => viewer(`v${i}`, [i % 2], 0.2));
    const links = linkViewers(crowd, { calibration, regions, keep: 10 });
    const byViewer = Map.groupBy(links, (link) => link.viewer_id);
    expect(byViewer.size).toBe(crowd.length);
    for (const mine of byViewer.values()) expect(mine.length).toBe(10);
  });
});
