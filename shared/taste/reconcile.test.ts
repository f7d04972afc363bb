import fc from "fast-check";
import { expect, it } from "vitest";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import { reconcile } from "./reconcile.ts";

const cluster = (x: number, y: number) => ({ centroid: unit([x, y]) });

it("gives each new cluster the nearest old one, the nearer pair first where two would have the same", () => {
  const before = [cluster(1, 0), cluster(0, 1)];
  expect([...reconcile(before, [cluster(0.1, 1), cluster(0.9, 0.1), cluster(1, 0.3)], () => 0.5)]).toEqual([1, 0, -1]);
});

it("continues each old cluster at most once and none from farther than allowed, in whatever order they come", () => {
  const clusters = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })).map(([x, y]) => cluster(x, y)), { maxLength: 8 });
  fc.assert(
    fc.property(clusters, clusters, fc.double({ min: 0, max: 1, noNaN: true }), (before, after, within) => {
      const continued = [...reconcile(before, after, () => within)];
      const used = continued.filter((b) => b !== -1);
      expect(new Set(used).size).toBe(used.length);
      continued.forEach((b, a) => b === -1 || expect(cosineDistance(before[b]!.centroid, after[a]!.centroid)).toBeLessThanOrEqual(within));
    }),
  );
});
