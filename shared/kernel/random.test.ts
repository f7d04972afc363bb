import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawIndex, drawNormal, seededRandom, shuffled } from "./random.ts";

const weights = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }).filter((list) => list.some((weight) => weight > 0));

describe("drawIndex", () => {
  it("never draws what has no weight, whatever the dice say", () => {
    fc.assert(
      fc.property(weights, fc.constantFrom(0, 0.5, 1 - Number.EPSILON, 0.999_999_999_999), (list, die) => {
        expect(list[drawIndex(list, () => die)]).toBeGreaterThan(0);
      }),
    );
  });

  it("draws in proportion to the weights", () => {
    const random = seededRandom("proportion");
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[drawIndex([1, 0, 3], random)]!++;
    expect(counts[1]).toBe(0);
    expect(counts[2]! / 30_000).toBeCloseTo(0.75, 1);
  });
});

describe("seeded dice", () => {
  it("repeat themselves for the same seed and differ for another", () => {
    const draw = (seed: string) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
  });

  it("give normals of mean 0 and deviation 1", () => {
    const random = seededRandom(7);
    const drawn = Array.from({ length: 20_000 }, () => drawNormal(random));
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.sqrt(drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length)).toBeCloseTo(1, 1);
  });

  it("shuffle without losing or doubling anything", () => {
    fc.assert(fc.property(fc.array(fc.integer()), fc.integer(), (list, seed) => {
      expect(shuffled(list, seededRandom(seed)).sort()).toEqual([...list].sort());
    }));
  });
});
