import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignColumns, gridFor, layOut } from "./masonry.ts";
import { step, type Direction } from "./spatial-focus.ts";

const box = (x: number, y: number) => ({ x, y, width: 10, height: 10 });
/** 0 1 2
 *  3 4 5 */
const wall = [box(0, 0), box(20, 0), box(40, 0), box(0, 20), box(20, 20), box(40, 20)];

describe("moving focus over the wall", () => {
  it("goes to the neighbour a viewer would point at", () => {
    expect(step(wall, 4, "left")).toBe(3);
    expect(step(wall, 4, "right")).toBe(5);
    expect(step(wall, 4, "up")).toBe(1);
    expect(step(wall, 1, "down")).toBe(4);
  });

  it("stays put at the edge", () => {
    expect(step(wall, 0, "up")).toBeNull();
    expect(step(wall, 0, "left")).toBeNull();
    expect(step(wall, 5, "down")).toBeNull();
  });

  it("steps over tiles that are hidden", () => {
    const withHole = wall.map((tile, index) => (index === 4 ? null : tile));
    expect(step(withHole, 3, "right")).toBe(5);
  });

  it("always moves the way it was asked, so that no key can walk in a circle", () => {
    const shape = fc.record({ width: fc.integer({ min: 50, max: 900 }), height: fc.integer({ min: 50, max: 900 }) });
    fc.assert(
      fc.property(fc.array(shape, { minLength: 2, maxLength: 40 }), fc.nat(), fc.constantFrom<Direction>("up", "down", "left", "right"), (shapes, pick, direction) => {
        const grid = gridFor(1_200, 0);
        const tiles = layOut(shapes, assignColumns(shapes, grid), new Set(), grid).placed;
        const from = pick % tiles.length;
        const to = step(tiles, from, direction);
        if (to === null) return;
        const [a, b] = [tiles[from]!, tiles[to]!];
        const dx = b.x - a.x;
        const dy = b.y + b.height / 2 - (a.y + a.height / 2);
        expect({ up: -dy, down: dy, left: -dx, right: dx }[direction]).toBeGreaterThan(0);
      }),
    );
  });

  it("reaches every column's foot by going down alone", () => {
    let at: number | null = 0;
    for (let n = 0; n < 5 && step(wall, at, "down") !== null; n++) at = step(wall, at, "down")!;
    expect(at).toBe(3);
  });
});
