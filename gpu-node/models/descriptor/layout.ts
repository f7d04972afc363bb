import type { LabImage } from "./lab.ts";

const cells = 3;

/** Mean and deviation of L, mean of a and b in a 3×3 grid, in units of 25, `[36]`: where light and colour sit. */
export function layoutOf({ width, height, l, a, b }: LabImage): Float32Array {
  const sums = new Float64Array(cells * cells * 5);
  for (let y = 0, i = 0; y < height; y++) {
    const row = ((y * cells) / height) | 0;
    for (let x = 0; x < width; x++, i++) {
      const at = (row * cells + (((x * cells) / width) | 0)) * 5;
      sums[at]! += l[i]!;
      sums[at + 1]! += l[i]! * l[i]!;
      sums[at + 2]! += a[i]!;
      sums[at + 3]! += b[i]!;
      sums[at + 4]!++;
    }
  }
  const out = new Float32Array(cells * cells * 4);
  for (let cell = 0; cell < cells * cells; cell++) {
    const [sum = 0, squares = 0, aSum = 0, bSum = 0, n = 1] = sums.subarray(cell * 5, cell * 5 + 5);
    out.set([sum / n - 50, Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)), aSum / n, bSum / n].map((v) => v / 25), cell * 4);
  }
  return out;
}
