import fc from "fast-check";
import { expect, it } from "vitest";
import { dot, unit } from "#shared/kernel/vector.ts";
import { coarse, coarseBytes } from "./coarse.ts";

/** Numbers whose squares vanish have no direction. */
const number = fc.double({ min: -1, max: 1, noNaN: true }).map((value) => (Math.abs(value) < 1e-6 ? 0 : value));
const directions = fc.array(number, { minLength: 1, maxLength: 64 }).map(unit);

it("stays near the direction it stands for, is unit length, and coarse already gives the same again to the bit", () => {
  fc.assert(
    fc.property(directions, (direction) => {
      const once = coarse(direction);
      expect([...coarse(once)]).toEqual([...once]);
      expect([...unit(coarseBytes(once))]).toEqual([...once]);
      if (direction.some((value) => value !== 0)) {
        expect(dot(once, once)).toBeCloseTo(1, 5);
        expect(dot(once, direction)).toBeGreaterThan(0.999);
      }
    }),
  );
});
