import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import { planarMap, projectOnMap } from "./planar-map.ts";
import { labelRegions } from "./region-labels.ts";
import { assignRegion, clusterRegions, clusterRegionsInSteps, keepRegionIds } from "./regions.ts";
import type { RegionPoint } from "./regions.ts";

const gaussian = (dim: number, random = seededRandom(1)) => Array.from({ length: dim }, () => drawNormal(random));

/** `groups` well separated groups of points, each tagged with its name and a tag all share. */
function grouped(groups: number, each: number, dim = 32): RegionPoint[] {
  const random = seededRandom(7);
  return Array.from({ length: groups }, (_, g) => {
    const centre = unit(gaussian(dim, random));
    return Array.from({ length: each }, () => ({ vector: unit(centre.map((x) => x + 0.08 * drawNormal(random))), weight: 1, tags: ["image", `group${g}`] }));
  }).flat();
}

describe("clustering regions", () => {
  const points = grouped(6, 40);

  it("finds well separated groups and labels each with what tells it apart", () => {
    const { regions, assignment } = clusterRegions(points, 6, seededRandom(2));
    expect(regions.map((r) => r.labels[0]).sort()).toEqual([0, 1, 2, 3, 4, 5].map((g) => `group${g}`));
    points.forEach((point, i) => expect(regions[assignment[i]!]!.labels[0]).toBe(point.tags[1]));
    expect(regions.reduce((sum, r) => sum + r.size, 0)).toBe(points.length);
  });

  it("gives the same regions for the same dice, in steps or at once", () => {
    const steps = clusterRegionsInSteps(points, 6, seededRandom(3));
    const progress: number[] = [];
    let step = steps.next();
    while (!step.done) {
      progress.push(step.value);
      step = steps.next();
    }
    expect(step.value).toEqual(clusterRegions(points, 6, seededRandom(3)));
    expect(progress.length).toBeGreaterThan(20);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)!).toBeLessThanOrEqual(1);
  });

  it("copes with fewer points than regions, with none, and with points of no weight", () => {
    expect(clusterRegions([], 5, seededRandom(1)).regions).toEqual([]);
    expect(clusterRegions(points.slice(0, 2), 5, seededRandom(1)).regions.length).toBeLessThanOrEqual(2);
    const weightless = clusterRegions(points.map((p) => ({ ...p, weight: 0 })), 3, seededRandom(1));
    for (const { centroid } of weightless.regions) expect(centroid.every(Number.isFinite)).toBe(true);
  });

  it("a heavier point draws its region's centroid toward itself", () => {
    const [a, b] = [unit([1, 0.2]), unit([1, -0.2])];
    const at = (weight: number) => clusterRegions([{ vector: a, weight, tags: [] }, { vector: b, weight: 1, tags: [] }], 1, seededRandom(1)).regions[0]!.centroid;
    expect(cosineDistance(at(5), a)).toBeLessThan(cosineDistance(at(1), a));
  });

  it("assigns a vector to the nearest region", () => {
    const { regions, assignment } = clusterRegions(points, 6, seededRandom(2));
    points.forEach((point, i) => expect(assignRegion(point.vector, regions)!.region.id).toBe(regions[assignment[i]!]!.id));
    expect(assignRegion(points[0]!.vector, [])).toBeUndefined();
  });

  it("keeps the ids of regions that continue, each once, and names new ones anew", () => {
    const before = clusterRegions(points.slice(0, 200), 5, seededRandom(2)).regions.map((r, i) => ({ ...r, id: `old${i}` }));
    const after = keepRegionIds(before, clusterRegions(points, 6, seededRandom(9)).regions, 0.2, (i) => `new${i}`);
    expect(after.filter((r) => r.id.startsWith("old"))).toHaveLength(5);
    expect(new Set(after.map((r) => r.id)).size).toBe(6);
    for (const region of after) {
      const old = before.find((r) => r.id === region.id);
      if (old) expect(old.labels[0]).toBe(region.labels[0]);
    }
  });
});

it("a tag that every region has labels none of them first", () => {
  const counts = [new Map([["image", 10], ["ink", 6]]), new Map([["image", 10], ["neon", 6]]), new Map([["image", 10]])];
  expect(labelRegions(counts, 1)).toEqual([["ink"], ["neon"], ["image"]]);
});

it("says no word twice that is only written in two ways", () => {
  const counts = [new Map([["Art Deco", 9], ["art-deco", 8], ["gold", 2]]), new Map([["neon", 9]])];
  expect(labelRegions(counts)).toEqual([["Art Deco", "gold"], ["neon"]]);
});

describe("the planar map", () => {
  const random = seededRandom(4);
  const [u, v] = [unit(gaussian(20, random)), unit(gaussian(20, random))];
  const vectors = Array.from({ length: 120 }, () => {
    const [a, b] = [3 * drawNormal(random), 1.5 * drawNormal(random)];
    return Float32Array.from(u, (x, d) => a * x + b * v[d]! + 0.05 * drawNormal(random));
  });

  it("keeps distances of what lies in a plane", () => {
    const map = planarMap(vectors);
    for (let i = 1; i < 60; i++) {
      const [p, q] = [projectOnMap(map, vectors[0]!), projectOnMap(map, vectors[i]!)];
      const real = Math.sqrt(vectors[0]!.reduce((sum, x, d) => sum + (x - vectors[i]![d]!) ** 2, 0));
      expect(Math.abs(Math.hypot(p.x - q.x, p.y - q.y) - real)).toBeLessThan(0.35);
    }
  });

  it("has unit axes at right angles, the first along the larger spread", () => {
    const map = planarMap(vectors);
    const inner = (a: number[], b: number[]) => a.reduce((sum, x, d) => sum + x * b[d]!, 0);
    const [x, y] = map.axes;
    expect(inner(x, x)).toBeCloseTo(1, 9);
    expect(inner(y, y)).toBeCloseTo(1, 9);
    expect(inner(x, y)).toBeCloseTo(0, 9);
    const spread = (axis: "x" | "y") => vectors.reduce((sum, w) => sum + projectOnMap(map, w)[axis] ** 2, 0);
    expect(spread("x")).toBeGreaterThan(spread("y"));
  });

  it("is the same picture for the same vectors and bears having none, one, or all alike", () => {
    expect(planarMap(vectors)).toEqual(planarMap(vectors));
    for (const few of [[], [vectors[0]!], [vectors[0]!, vectors[0]!]]) {
      const map = planarMap(few);
      const { x, y } = projectOnMap(map, few[0] ?? new Float32Array());
      expect(Math.hypot(x, y)).toBeCloseTo(0, 5);
    }
  });
});
