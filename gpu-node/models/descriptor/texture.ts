import { addSoft, hellinger, position } from "./histogram.ts";
import type { LabImage } from "./lab.ts";

const orientations = 8;
/** Gradient strength in L units a pixel, on a logarithmic axis from a hundredth to e⁴ ≈ 55. */
const strengthAxis = { bins: 12, from: -2.5, to: 4 };
const contrastAxis = { bins: 6, from: 0, to: 100 };
const measures = 8;

export interface Texture {
  /** Orientation of gradients, weighted by strength, `[8]`. */
  orientation: Float32Array;
  /** Strength of lightness edges `[12]` and of colour edges `[12]`. */
  strength: Float32Array;
  colourStrength: Float32Array;
  /** Strength of edges by the lightness they lie in, `[6, 12]`: dark outlines and bright highlights differ here. */
  strengthByTone: Float32Array;
  /** Logarithm of each measure's deviation `[8]` and their correlations `[28]`. */
  spread: Float32Array;
  correlation: Float32Array;
}

/**
 * Statistics of one scale that do not ask where in the picture something is: they describe the hand and not the subject.
 * The correlations are those of a Gram matrix as in neural style transfer (Gatys et al. 2016), here over eight plain
 * measures a pixel: L, a, b, horizontal and vertical edge strength, Laplacian, and the edge strengths of a and b.
 */
export function textureOf({ width, height, l, a, b }: LabImage): Texture {
  const orientation = new Float32Array(orientations + 1);
  const strength = new Float32Array(strengthAxis.bins), colourStrength = new Float32Array(strengthAxis.bins);
  const strengthByTone = new Float32Array(contrastAxis.bins * strengthAxis.bins);
  const sums = new Float64Array(measures), products = new Float64Array(measures * measures);
  const m = new Float64Array(measures);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const gx = l[i + 1]! - l[i - 1]!, gy = l[i + width]! - l[i - width]!;
      const edge = Math.sqrt(gx * gx + gy * gy) / 2;
      const ax = a[i + 1]! - a[i - 1]!, ay = a[i + width]! - a[i - width]!;
      const bx = b[i + 1]! - b[i - 1]!, by = b[i + width]! - b[i - width]!;
      const aEdge = Math.sqrt(ax * ax + ay * ay) / 2, bEdge = Math.sqrt(bx * bx + by * by) / 2;
      const angle = ((Math.atan2(gy, gx) / Math.PI + 2) % 1) * orientations;
      addSoft(orientation, 0, orientations + 1, angle, edge);
      const at = position(Math.log(edge + 0.05), strengthAxis);
      addSoft(strength, 0, strengthAxis.bins, at, 1);
      addSoft(colourStrength, 0, strengthAxis.bins, position(Math.log(Math.hypot(aEdge, bEdge) + 0.05), strengthAxis), 1);
      const tone = Math.min(contrastAxis.bins - 1, ((l[i]! / 100) * contrastAxis.bins) | 0);
      addSoft(strengthByTone, tone * strengthAxis.bins, strengthAxis.bins, at, 1);
      m[0] = l[i]!;
      m[1] = a[i]!;
      m[2] = b[i]!;
      m[3] = Math.abs(gx);
      m[4] = Math.abs(gy);
      m[5] = Math.abs(4 * l[i]! - l[i - 1]! - l[i + 1]! - l[i - width]! - l[i + width]!);
      m[6] = aEdge;
      m[7] = bEdge;
      for (let j = 0; j < measures; j++) {
        sums[j]! += m[j]!;
        for (let k = 0; k <= j; k++) products[j * measures + k]! += m[j]! * m[k]!;
      }
    }
  }
  orientation[0]! += orientation[orientations]!;
  const { spread, correlation } = moments(sums, products, Math.max(1, (width - 2) * (height - 2)));
  return {
    orientation: hellinger(orientation.subarray(0, orientations)),
    strength: hellinger(strength),
    colourStrength: hellinger(colourStrength),
    strengthByTone: hellinger(strengthByTone),
    spread,
    correlation,
  };
}

function moments(sums: Float64Array, products: Float64Array, n: number): Pick<Texture, "spread" | "correlation"> {
  const covariance = (j: number, k: number): number => products[j * measures + k]! / n - (sums[j]! / n) * (sums[k]! / n);
  const deviations = Float64Array.from({ length: measures }, (_, j) => Math.sqrt(Math.max(0, covariance(j, j)) + 1e-3));
  const correlation: number[] = [];
  for (let j = 1; j < measures; j++) {
    for (let k = 0; k < j; k++) correlation.push(covariance(j, k) / (deviations[j]! * deviations[k]!));
  }
  return { spread: Float32Array.from(deviations, (d) => Math.log(d)), correlation: Float32Array.from(correlation) };
}
