/** Width and height in any unit; only the ratio matters. */
export interface Shape {
  width: number;
  height: number;
}

export interface Placed {
  column: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Grid {
  columns: number;
  columnWidth: number;
  gap: number;
  /** Pixels below every picture for its caption row. */
  footer: number;
}

/** As many columns as hold tiles of a comfortable width; two at least, so that a phone still shows a wall and not a list. */
export function gridFor(width: number, footer: number): Grid {
  const gap = width < 560 ? 10 : width < 1_000 ? 14 : width < 2_000 ? 20 : 24;
  const wanted = width < 560 ? 170 : width < 1_000 ? 220 : width < 2_000 ? 272 : 320;
  const columns = Math.max(2, Math.round((width + gap) / (wanted + gap)));
  return { columns, columnWidth: (width - gap * (columns - 1)) / columns, gap, footer };
}

/**
 * The column of each tile: always the shortest so far, the leftmost among equals. A tile's column depends on those
 * before it alone, so appending tiles never moves one that is placed, and hiding one never sends another to a new column.
 */
export function assignColumns(shapes: readonly Shape[], grid: Grid): number[] {
  const heights = new Array<number>(grid.columns).fill(0);
  return shapes.map((shape) => {
    const column = shortest(heights);
    heights[column]! += tileHeight(shape, grid) + grid.gap;
    return column;
  });
}

/** Where every tile lies. A hidden tile keeps its column and takes no room; only those below it in its column move up. */
export function layOut(shapes: readonly Shape[], columns: readonly number[], hidden: ReadonlySet<number>, grid: Grid): { placed: Placed[]; height: number; bottoms: number[] } {
  const bottoms = new Array<number>(grid.columns).fill(0);
  const placed = shapes.map((shape, index) => {
    const column = columns[index]!;
    const height = tileHeight(shape, grid);
    const tile = { column, x: column * (grid.columnWidth + grid.gap), y: bottoms[column]!, width: grid.columnWidth, height };
    if (!hidden.has(index)) bottoms[column]! += height + grid.gap;
    return tile;
  });
  return { placed, height: Math.max(0, ...bottoms.map((bottom) => bottom - grid.gap)), bottoms };
}

/** Very tall or very wide pictures are cropped to a ratio that leaves room for their neighbours. */
export function tileHeight({ width, height }: Shape, grid: Grid): number {
  const ratio = Math.min(2.1, Math.max(0.5, height / width));
  return Math.round(grid.columnWidth * ratio) + grid.footer;
}

function shortest(heights: readonly number[]): number {
  let best = 0;
  for (let column = 1; column < heights.length; column++) if (heights[column]! < heights[best]! - 0.5) best = column;
  return best;
}
