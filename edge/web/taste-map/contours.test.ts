import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contours, fieldOf, type Hill, type Ring } from "./contours.ts";

function area(ring: Ring): number {
  return Math.abs(ring.reduce((sum, [x, y], index) => {
    const [nx, ny] = ring[(index + 1) % ring.length]!;
    return sum + x * ny - nx * y;
  }, 0)) / 2;
}

const hill = (x: number, y: number, deviation = 30): Hill => ({ x, y, deviation, height: 1 });

describe("contours", () => {
  it("draws one hill as a circle of the radius its Gaussian gives", () => {
    const [ring, ...others] = contours(fieldOf([hill(150, 140)], 300, 300, 4), 0.5);
    expect(others).toEqual([]);
    const radius = 30 * Math.sqrt(2 * Math.log(2));
    for (const [x, y] of ring!) expect(Math.hypot(x - 150, y - 140)).toBeCloseTo(radius, 0);
  });

  it("draws two hills apart as two puddles and lets them run together when they near", () => {
    expect(contours(fieldOf([hill(80, 100), hill(220, 100)], 300, 200, 4), 0.5)).toHaveLength(2);
    expect(contours(fieldOf([hill(120, 100), hill(170, 100)], 300, 200, 4), 0.5)).toHaveLength(1);
  });

  it("closes a puddle that the border cuts", () => {
    const rings = contours(fieldOf([hill(0, 0)], 200, 200, 4), 0.5);
    expect(rings).toHaveLength(1);
    expect(area(rings[0]!)).toBeGreaterThan(200);
  });

  it("never draws a higher line around more ground than a lower one", () => {
    const hills = fc.array(fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }), deviation: fc.integer({ min: 12, max: 60 }), height: fc.constant(1) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(hills, fc.double({ min: 0.1, max: 0.6, noNaN: true }), (all, low) => {
        const field = fieldOf(all, 300, 200, 6);
        const ground = (level: number) => contours(field, level).reduce((sum, ring) => sum + signed(ring), 0);
        expect(ground(low + 0.2)).toBeLessThanOrEqual(ground(low) + 1);
      }),
      { numRuns: 40 },
    );
  });
});

/** Outer lines and the lines around hollows run opposite ways, so their signed areas add up to the ground within. */
function signed(ring: Ring): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nx, ny] = ring[(index + 1) % ring.length]!;
    return sum + x * ny - nx * y;
  }, 0) / 2;
}
