/** A soft hill: height 1 at its centre, falling as a Gaussian with this deviation, in pixels. */
export interface Hill {
  x: number;
  y: number;
  deviation: number;
  height: number;
}

export type Ring = [number, number][];

/** Heights on a square lattice of `columns × rows` points, `step` pixels apart, row by row. */
export interface Field {
  heights: Float32Array;
  columns: number;
  rows: number;
  step: number;
}

/** The sum of all hills. Each is added only within four deviations, so the cost is that of the ground it covers. */
export function fieldOf(hills: readonly Hill[], width: number, height: number, step: number): Field {
  const columns = Math.ceil(width / step) + 1;
  const rows = Math.ceil(height / step) + 1;
  const heights = new Float32Array(columns * rows);
  for (const hill of hills) {
    const reach = hill.deviation * 4;
    const scale = -1 / (2 * hill.deviation ** 2);
    const lastRow = Math.min(rows - 1, Math.ceil((hill.y + reach) / step));
    const lastColumn = Math.min(columns - 1, Math.ceil((hill.x + reach) / step));
    for (let row = Math.max(0, Math.floor((hill.y - reach) / step)); row <= lastRow; row++) {
      const dy = (row * step - hill.y) ** 2;
      for (let column = Math.max(0, Math.floor((hill.x - reach) / step)); column <= lastColumn; column++) {
        heights[row * columns + column]! += hill.height * Math.exp(((column * step - hill.x) ** 2 + dy) * scale);
      }
    }
  }
  return { heights, columns, rows, step };
}

/**
 * The closed lines at `level`, by marching squares with linear interpolation. Ground beyond the lattice counts as 0, so a
 * hill cut by the border still closes. Saddles are parted, so that two puddles join only where they truly touch.
 */
export function contours({ heights, columns, rows, step }: Field, level: number): Ring[] {
  const at = (column: number, row: number) => (column < 0 || row < 0 || column >= columns || row >= rows ? 0 : heights[row * columns + column]!);
  const next = new Map<string, { to: string; point: [number, number] }>();
  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const;
      const shape = corners.reduce((bits, height, corner) => bits | (height >= level ? 1 << corner : 0), 0);
      for (const [from, to] of segments[shape]!) {
        const start = crossing(column, row, from, corners, level);
        const end = crossing(column, row, to, corners, level);
        next.set(start.key, { to: end.key, point: [start.x * step, start.y * step] });
      }
    }
  }
  const rings: Ring[] = [];
  for (const first of next.keys()) {
    const ring: Ring = [];
    for (let link = next.get(first), key = first; link !== undefined; link = next.get(key)) {
      next.delete(key);
      ring.push(link.point);
      key = link.to;
    }
    if (ring.length > 2) rings.push(ring);
  }
  return rings;
}

/** Edges of a cell: 0 top, 1 right, 2 bottom, 3 left. For each set of high corners (bits: top left, top right, bottom right, bottom left), the lines through it, high ground on the right. */
const segments: readonly (readonly (readonly [number, number])[])[] = [
  [], [[0, 3]], [[1, 0]], [[1, 3]], [[2, 1]], [[0, 3], [2, 1]], [[2, 0]], [[2, 3]],
  [[3, 2]], [[0, 2]], [[1, 0], [3, 2]], [[1, 2]], [[3, 1]], [[0, 1]], [[3, 0]], [],
];

function crossing(column: number, row: number, edge: number, corners: readonly [number, number, number, number], level: number): { key: string; x: number; y: number } {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const part = (a: number, b: number) => (level - a) / (b - a);
  switch (edge) {
    case 0:
      return { key: `h${column},${row}`, x: column + part(topLeft, topRight), y: row };
    case 1:
      return { key: `v${column + 1},${row}`, x: column + 1, y: row + part(topRight, bottomRight) };
    case 2:
      return { key: `h${column},${row + 1}`, x: column + part(bottomLeft, bottomRight), y: row + 1 };
    default:
      return { key: `v${column},${row}`, x: column, y: row + part(topLeft, bottomLeft) };
  }
}
