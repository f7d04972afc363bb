import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignColumns, gridFor, layOut, tileHeight } from "./masonry.ts";

const shape = fc.record({ width: fc.integer({ min: 50, max: 4_000 }), height: fc.integer({ min: 50, max: 4_000 }) });
const shapes = fc.array(shape, { minLength: 1, maxLength: 80 });
const pageWidth = fc.integer({ min: 300, max: 3_840 });
const none = new Set<number>();

describe("the masonry", () => {
  it("never moves a placed tile when more arrive", () => {
    fc.assert(
      fc.property(shapes, shapes, pageWidth, (first, more, width) => {
        const grid = gridFor(width, 0);
        const before = layOut(first, assignColumns(first, grid), none, grid).placed;
        const all = [...first, ...more];
        const after = layOut(all, assignColumns(all, grid), none, grid).placed;
        expect(after.slice(0, first.length)).toEqual(before);
      }),
    );
  });

  it("never lets two tiles overlap, nor one leave the page", () => {
    fc.assert(
      fc.property(shapes, pageWidth, (tiles, width) => {
        const grid = gridFor(width, 36);
        const { placed, height } = layOut(tiles, assignColumns(tiles, grid), none, grid);
        for (const [i, a] of placed.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(0);
          expect(a.x + a.width).toBeLessThanOrEqual(width + 0.01);
          expect(a.y + a.height).toBeLessThanOrEqual(height);
          for (const b of placed.slice(i + 1)) {
            const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it("keeps the columns even to within one tile", () => {
    fc.assert(
      fc.property(shapes, pageWidth, (tiles, width) => {
        const grid = gridFor(width, 0);
        const { bottoms } = layOut(tiles, assignColumns(tiles, grid), none, grid);
        const tallest = Math.max(...tiles.map((tile) => tileHeight(tile, grid))) + grid.gap;
        expect(Math.max(...bottoms) - Math.min(...bottoms)).toBeLessThanOrEqual(tallest + 1);
      }),
    );
  });

  it("moves only what lies below a hidden tile in its own column, and puts it back on undo", () => {
    fc.assert(
      fc.property(shapes, fc.nat(), pageWidth, (tiles, pick, width) => {
        const grid = gridFor(width, 0);
        const columns = assignColumns(tiles, grid);
        const hidden = pick % tiles.length;
        const before = layOut(tiles, columns, none, grid).placed;
        const after = layOut(tiles, columns, new Set([hidden]), grid).placed;
        const shift = before[hidden]!.height + grid.gap;
        for (const [index, tile] of after.entries()) {
          const below = tile.column === before[hidden]!.column && index > hidden;
          expect(tile).toEqual(below ? { ...before[index]!, y: before[index]!.y - shift } : before[index]!);
        }
      }),
    );
  });

  it("gives a phone two columns and a wide wall many", () => {
    expect(gridFor(336, 0).columns).toBe(2);
    expect(gridFor(1_392, 0).columns).toBe(5);
    expect(gridFor(3_760, 0).columns).toBeGreaterThanOrEqual(9);
  });
});
