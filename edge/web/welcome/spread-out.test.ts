import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadOut } from "./spread-out.ts";

const places = fc.array(fc.record({ x: fc.double({ min: -1, max: 1, noNaN: true }), y: fc.double({ min: -1, max: 1, noNaN: true }) }), { maxLength: 40 });

describe("a dozen of many", () => {
  it("are as many as asked for where there are so many, each once, the first of all first", () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 15 }), (all, count) => {
        const taken = spreadOut(all, count);
        expect(taken).toHaveLength(Math.min(count, all.length));
        expect(new Set(taken).size).toBe(taken.length);
        if (all.length > 0) expect(taken[0]).toBe(all[0]);
      }),
    );
  });

  it("come from every corner before a second comes from one", () => {
    const corners = [[-1, -1], [1, 1], [-1, 1], [1, -1]] as const;
    const crowd = corners.flatMap(([x, y]) => [0, 0.05, 0.1].map((off) => ({ x: x * (1 - off), y: y * (1 - off) })));
    const taken = spreadOut(crowd, 4);
    expect(new Set(taken.map(({ x, y }) => `${Math.sign(x)},${Math.sign(y)}`)).size).toBe(4);
  });
});
