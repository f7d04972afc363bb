import fc from "fast-check";
import { expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import { affinity, calibrate, distanceAt, standardise } from "./calibration.ts";
import { centroidCalibration } from "./centroid.ts";
import { tasteShares } from "./shares.ts";
import type { Puddle } from "./taste.ts";

const space = { space: "s", dim: 8, distance: { mean: 0.5, sd: 0.08 } };

it("standardising and its inverse agree", () => {
  fc.assert(fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (z) => {
    expect(standardise(distanceAt(z, space), space)).toBeCloseTo(z, 9);
  }));
});

it("affinity falls with distance from near one to near nothing", () => {
  const values = [0.05, 0.2, 0.35, 0.5, 0.7].map((d) => affinity(d, space));
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  expect(values[0]!).toBeGreaterThan(0.95);
  expect(values[3]!).toBeLessThan(0.05);
});

it("measures a space from its vectors", () => {
  const random = seededRandom(3);
  const vectors = Array.from({ length: 400 }, () => unit(Array.from({ length: 64 }, () => drawNormal(random))));
  const { distance, dim } = calibrate("s", vectors, random);
  expect(dim).toBe(64);
  expect(distance.mean).toBeCloseTo(1, 2);
  expect(distance.sd).toBeCloseTo(1 / 8, 2);
  expect(() => calibrate("s", vectors.slice(0, 1), random)).toThrow(/two vectors/);
});

it("a random image lies at the centroid calibration's mean from a real centroid, also in a space of narrow band", () => {
  const random = seededRandom(5);
  const gaussian = () => Array.from({ length: 256 }, () => drawNormal(random));
  const common = gaussian();
  const style = gaussian();
  const image = (of: number) => unit(gaussian().map((x, d) => x + 1.2 * common[d]! + of * style[d]!));
  const members = Array.from({ length: 300 }, () => image(1));
  const others = Array.from({ length: 300 }, () => image(0));
  const centroid = unit(members[0]!.map((_, d) => members.reduce((sum, m) => sum + m[d]!, 0)));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = mean(members.map((m) => cosineDistance(centroid, m)));
  const between = mean(members.map((m, i) => cosineDistance(m, others[i]!)));
  const seen = centroidCalibration({ space: "s", dim: 256, distance: { mean: between, sd: 0.05 } }, spread);
  expect(mean(others.map((o) => cosineDistance(centroid, o)))).toBeCloseTo(seen.distance.mean, 2);
  expect(Math.abs(seen.distance.mean - between)).toBeGreaterThan(0.1);
});

it("shares of puddles sum to one, the largest first, as of now", () => {
  const puddle = (id: string, weight: number, last_updated: number) => ({ id, weight, last_updated }) as Puddle;
  const day = 86_400_000;
  const shares = tasteShares({ puddles: [puddle("old", 4, 0), puddle("new", 3, 30 * day)] }, 30 * day);
  expect(shares).toEqual([{ puddle_id: "new", share: 0.6 }, { puddle_id: "old", share: 0.4 }]);
  expect(tasteShares({ puddles: [] }, 0)).toEqual([]);
});
