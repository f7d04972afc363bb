import fc from "fast-check";
import { expect, it } from "vitest";
import type { RegionSketch } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { digamma, rewardDraws, trigamma } from "./rewards.ts";

const region = (id: string, alpha: number, beta: number): RegionSketch => ({ id, centroid: new Float32Array(1), reward: { alpha, beta } });
const draws = (regions: RegionSketch[]) => rewardDraws(regions, feedConfig);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

it("draws lie about the Beta's mean and scatter as it does", () => {
  for (const [alpha, beta] of [[1, 9], [3, 3], [20, 80], [0.5, 4]] as const) {
    const drawn = draws([region("r1", alpha, beta)]).map(([reward]) => reward!);
    const expected = alpha / (alpha + beta);
    const deviation = Math.sqrt((expected * (1 - expected)) / (alpha + beta + 1));
    expect(Math.abs(mean(drawn) - expected)).toBeLessThan(0.35 * deviation);
    expect(Math.sqrt(mean(drawn.map((one) => (one - expected) ** 2))) / deviation).toBeGreaterThan(0.7);
  }
});

it("are the same at every call, and between 0 and 1 for any record", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ alpha: fc.double({ min: 0.01, max: 1e4, noNaN: true }), beta: fc.double({ min: 0.01, max: 1e4, noNaN: true }) }), { maxLength: 20 }), (records) => {
      const regions = records.map(({ alpha, beta }, r) => region(`r${r}`, alpha, beta));
      expect(draws(regions)).toEqual(draws(regions));
      for (const rewards of draws(regions)) for (const reward of rewards) expect(reward >= 0 && reward <= 1).toBe(true);
    }),
  );
});

it("lead two regions by turns where little is known of them, and the better one always where much is", () => {
  const wins = (scale: number) => draws([region("good", 3 * scale, 7 * scale), region("poor", scale, 9 * scale)]).filter(([good, poor]) => good! > poor!).length;
  expect(wins(0.5)).toBeLessThan(16);
  expect(wins(0.5)).toBeGreaterThan(8);
  expect(wins(100)).toBe(16);
});

it("digamma and trigamma agree with known values", () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649, 8);
  expect(digamma(10.5)).toBeCloseTo(2.303001034, 8);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 8);
  expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 7);
});
