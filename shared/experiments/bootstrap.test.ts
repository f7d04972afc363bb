import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { bootstrap, bootstrapMean } from "./bootstrap.ts";

describe("bootstrap", () => {
  it("holds the true mean within its 95 % interval in most seeds, and not in all", () => {
    const held = Array.from({ length: 200 }, (_, seed) => {
      const random = seededRandom(seed);
      const { interval } = bootstrapMean(Array.from({ length: 60 }, () => Math.exp(0.5 * drawNormal(random))), random, { replicates: 400 });
      return interval.low <= Math.exp(0.125) && Math.exp(0.125) <= interval.high;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(176);
    expect(held).toBeLessThan(200);
  });

  it("is the same for the same dice, and narrows with more units", () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 7);
    const width = (count: number) => {
      const { low, high } = bootstrapMean(values.slice(0, count), seededRandom(1)).interval;
      return high - low;
    };
    expect(width(400)).toBe(width(400));
    expect(width(400)).toBeLessThan(width(25));
  });

  it("leaves out units to which the figure does not apply, and says nothing of nothing", () => {
    expect(bootstrapMean([1, NaN, 3], seededRandom(1)).mean).toBe(2);
    expect(bootstrap(0, () => 1, seededRandom(1))).toEqual({ low: NaN, high: NaN, level: 0.95 });
  });
});
