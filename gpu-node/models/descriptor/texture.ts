import { addSoft, hellinger, position } from "./histogram.ts";
import type { LabImage } from "./lab.ts";

const orientations = 8;
const tones = 6;
/** Logarithm of gradient strength in L units a pixel, from e^−2.5 to e⁴ ≈ 55. */
const strengthAxis = { bins: 12, from: -2.5, to: 4 };
const measures = 8;

/** Place on the strength axis by strength, in steps of 1/32 up to 100; a table because a logarithm a pixel is dear. */
const strengthSteps = 32;
const strengthPosition = Float32Array.from({ length: 100 * strengthSteps + 1 }, (_, i) => position(Math.log(i / strengthSteps + 0.05), strengthAxis));

export interface Texture {
  /** Orientation of edges, weighted by their strength, `[8]`. */
  orientation: Float32Array;
  /** Strength of edges by the lightness they lie in, `[6, 12]`: dark outlines and bright highlights differ here. */
  edges: Float32Array;
  /** Logarithm of each measure's deviation `[8]` and the measures' correlations `[28]`. */
  spread: Float32Array;
  correlation: Float32Array;
}

/**
 * Statistics of one scale that do not ask where in the picture something is: they describe the hand and not the subject.
 * The correlations are those of a Gram matrix as in neural style transfer (Gatys et al. 2016), here over eight plain
 * measures a pixel: L, a, b, horizontal and vertical edge strength, Laplacian, and the edge strengths of a and b.
 */
export function textureOf(image: LabImage): Texture {
  const { width, height, l } = image;
  const orientation = new Float32Array(orientations + 1);
  const edges = new Float32Array(tones * strengthAxis.bins);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const gx = l[i + 1]! - l[i - 1]!, gy = l[i + width]! - l[i - width]!;
      const strength = Math.sqrt(gx * gx + gy * gy) / 2;
      if (strength > 0) addSoft(orientation, 0, orientations + 1, eighthTurns(gx, gy), strength);
      const tone = Math.min(tones - 1, ((l[i]! / 100) * tones) | 0);
      const at = strengthPosition[Math.min(strengthPosition.length - 1, (strength * strengthSteps) | 0)]!;
      addSoft(edges, tone * strengthAxis.bins, strengthAxis.bins, at, 1);
    }
  }
  orientation[0]! += orientation[orientations]!;
  return { orientation: hellinger(orientation.subarray(0, orientations)), edges: hellinger(edges), ...momentsOf(image) };
}

/**
 * Direction of a gradient without its sign, 0…8 for 0…180 degrees. The arc tangent is `z(π/4 + 0.273(1 − z))` (Rajan et
 * al. 2006), right to a fifth of a degree.
 */
function eighthTurns(gx: number, gy: number): number {
  const ax = Math.abs(gx), ay = Math.abs(gy);
  const z = Math.min(ax, ay) / Math.max(ax, ay);
  const tilt = z * (0.25 + 0.0869 * (1 - z)) * orientations;
  const fromAxis = ax >= ay ? tilt : orientations / 2 - tilt;
  return gx >= 0 === gy >= 0 ? fromAxis : orientations - fromAxis;
}

/** Second moments of the eight measures, over every other row: neighbours tell little more and cost as much. */
function momentsOf({ width, height, l, a, b }: LabImage): Pick<Texture, "spread" | "correlation"> {
  const sums = new Float64Array(measures), products = new Float64Array(measures * measures);
  const m = new Float64Array(measures);
  let n = 0;
  for (let y = 1; y < height - 1; y += 2) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const centre = l[i]!, left = l[i - 1]!, right = l[i + 1]!, above = l[i - width]!, below = l[i + width]!;
      const ax = a[i + 1]! - a[i - 1]!, ay = a[i + width]! - a[i - width]!;
      const bx = b[i + 1]! - b[i - 1]!, by = b[i + width]! - b[i - width]!;
      m[0] = centre;
      m[1] = a[i]!;
      m[2] = b[i]!;
      m[3] = Math.abs(right - left);
      m[4] = Math.abs(below - above);
      m[5] = Math.abs(4 * centre - left - right - above - below);
      m[6] = Math.sqrt(ax * ax + ay * ay) / 2;
      m[7] = Math.sqrt(bx * bx + by * by) / 2;
      for (let j = 0; j < measures; j++) {
        const value = m[j]!;
        sums[j]! += value;
        for (let k = 0; k <= j; k++) products[j * measures + k]! += value * m[k]!;
      }
      n++;
    }
  }
  const covariance = (j: number, k: number): number => products[j * measures + k]! / n - (sums[j]! / n) * (sums[k]! / n);
  const deviations = Float64Array.from({ length: measures }, (_, j) => Math.sqrt(Math.max(0, covariance(j, j)) + 1e-3));
  const correlation: number[] = [];
  for (let j = 1; j < measures; j++) {
    for (let k = 0; k < j; k++) correlation.push(covariance(j, k) / (deviations[j]! * deviations[k]!));
  }
  return { spread: Float32Array.from(deviations, (d) => Math.log(d)), correlation: Float32Array.from(correlation) };
}
