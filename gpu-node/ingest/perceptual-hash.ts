import { reduceImage } from "#gpu-node/models/decoded-image.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";

const side = 32;
const kept = 8;

/** `cosines[k][x]`: the k-th wave of the DCT-II over `side` samples, k = 1…8. */
const cosines = Array.from({ length: kept }, (_, k) =>
  Float64Array.from({ length: side }, (_, x) => Math.cos((Math.PI / side) * (x + 0.5) * (k + 1))),
);

/**
 * The 64-bit DCT hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), §3.2:
 * luma at 32×32, DCT-II, the 8×8 lowest frequencies without the constant row and column, one bit for each coefficient
 * above their median. 16 hexadecimal digits. Resizing and re-encoding move few bits; other pictures differ in about 32.
 */
export function perceptualHash(image: DecodedImage): string {
  const luma = lumaOf(reduceImage(image, side, side).pixels);
  const coefficients = lowFrequencies(luma);
  const sorted = Float64Array.from(coefficients).sort();
  const median = (sorted[31]! + sorted[32]!) / 2;
  let hash = 0n;
  for (const value of coefficients) hash = (hash << 1n) | (value > median ? 1n : 0n);
  return hash.toString(16).padStart(16, "0");
}

/** Bits in which two hashes differ, 0…64. */
export function hashDistance(a: string, b: string): number {
  let bits = 0;
  for (let left = BigInt(`0x${a}`) ^ BigInt(`0x${b}`); left > 0n; left &= left - 1n) bits++;
  return bits;
}

/** Rec. 601 luma of RGB pixels, 0…255. */
function lumaOf(pixels: Uint8Array): Float64Array {
  const luma = new Float64Array(pixels.length / 3);
  for (let i = 0; i < luma.length; i++) luma[i] = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!;
  return luma;
}

/** Row by row, rounded to a thousandth so that the coefficients of a blank picture are equal and not rounding noise. */
function lowFrequencies(luma: Float64Array): Float64Array {
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y++) {
    for (let k = 0; k < kept; k++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += cosines[k]![x]! * luma[y * side + x]!;
      rows[y * kept + k] = sum;
    }
  }
  const out = new Float64Array(kept * kept);
  for (let k = 0; k < kept; k++) {
    for (let l = 0; l < kept; l++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += cosines[k]![y]! * rows[y * kept + l]!;
      out[k * kept + l] = Math.round(sum * 1000) / 1000;
    }
  }
  return out;
}
