import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minuteMs } from "#shared/kernel/clock.ts";
import { unit } from "#shared/kernel/vector.ts";
import { countTransitions, nextAfter, nextRegions, regionGraph, sumTransitions, transitionConfig, type TransitionCounts, type Visit } from "./transitions.ts";

const asOf = 1_800_000_000_000;
const names = ["a", "b", "c", "d"];
const flat = new Map(names.map((name) => [name, 0.25]));

const anyCounts: fc.Arbitrary<TransitionCounts> = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names, "gone"), fc.double({ min: 0.01, max: 50, noNaN: true })), { maxLength: 12 })
  .map((moves) => sumTransitions(moves.map(([from, to, count]) => new Map([[from, new Map([[to, count]])]])), 1).counts);

const visit = (region_id: string, minute: number, image_id = `${region_id}${minute}`): Visit => ({ region_id, image_id, at: asOf + minute * minuteMs });

describe("counting moves", () => {
  it("takes consecutive visits of one session, staying included, and none across a pause of half an hour", () => {
    const counts = countTransitions([visit("a", 0), visit("b", 1), visit("b", 2), visit("c", 32), visit("a", 61.9)], asOf + 61.9 * minuteMs);
    expect([...counts].map(([from, row]) => [from, [...row.keys()]])).toEqual([["a", ["b"]], ["b", ["b"]], ["c", ["a"]]]);
  });

  it("takes no second signal about the same image for a move", () => {
    expect(countTransitions([visit("a", 0, "x"), visit("a", 1, "x")], asOf).size).toBe(0);
  });

  it("halves every half-life", () => {
    const visits = [visit("a", 0), visit("b", 0)];
    expect(countTransitions(visits, asOf + transitionConfig.halfLifeMs).get("a")?.get("b")).toBeCloseTo(0.5, 12);
  });

  it("keeps to itself what one viewer alone has done, however often", () => {
    const often = new Map([["a", new Map([["b", 100], ["c", 1]])]]);
    const other = new Map([["a", new Map([["c", 1]])]]);
    const { counts, makers } = sumTransitions([often, other]);
    expect(counts).toEqual(new Map([["a", new Map([["c", 2]])]]));
    expect(makers.get("a")?.get("c")).toBe(2);
  });
});

describe("the next region", () => {
  it("has probabilities that sum to one over the regions there are, whatever is known", () => {
    fc.assert(fc.property(anyCounts, anyCounts, anyCounts, fc.array(fc.constantFrom(...names, "gone"), { minLength: 1, maxLength: 4 }), (viewer, community, everyone, recent) => {
      fc.pre(recent.some((name) => name !== "gone"));
      const next = nextAfter(recent, { viewer, community, everyone }, (from) => (from === "gone" ? undefined : flat));
      expect([...next.keys()].sort()).toEqual(names);
      expect([...next.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      for (const p of next.values()) expect(p).toBeGreaterThan(0);
    }));
  });

  it("is told by the viewer first, then the community, then everyone, then the graph", () => {
    const moves = (to: string, count: number): TransitionCounts => new Map([["a", new Map([[to, count]])]]);
    const levels = { viewer: moves("b", 20), community: moves("c", 20), everyone: moves("d", 20) };
    const order = [...nextRegions("a", levels, flat)].sort((x, y) => y[1] - x[1]).map(([to]) => to);
    expect(order).toEqual(["b", "c", "d", "a"]);
    expect(nextRegions("b", levels, flat)).toEqual(flat);
  });

  it("comes to the viewer's own frequencies with evidence", () => {
    const viewer = new Map([["a", new Map([["b", 3_000], ["c", 1_000]])]]);
    expect(nextRegions("a", { viewer }, flat).get("b")).toBeCloseTo(0.75, 2);
  });
});

describe("the region graph", () => {
  it("prefers near regions and sums to one", () => {
    const regions = [[1, 0], [0.9, 0.1], [0, 1]].map((v, i) => ({ id: names[i]!, centroid: unit(v) }));
    const row = regionGraph(regions, { space: "s", dim: 2, distance: { mean: 0.8, sd: 0.2 } }).get("a")!;
    expect(row.get("b")).toBeGreaterThan(row.get("c")!);
    expect([...row.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });
});
