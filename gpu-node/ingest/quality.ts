import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";

/** Shorter sides of 64 pixels or less count nothing, 1024 or more count fully. */
const sizeRange = { from: 64, to: 1024 } as const;

/** Mean absolute Laplacian (luma steps of 255, at a width of about 320) at which a picture is half as sharp as can be told. */
const halfSharp = 6;

/** Standard deviation of luma at which contrast is full: that of an even spread over black to white is 74. */
const fullContrast = 60;

/**
 * Technical quality in 0…1: `0.4·sharpness + 0.3·contrast + 0.3·size`. It knows nothing of taste; it lets the page prefer
 * a crisp picture to a blurred or postage-stamp copy. `image` is the smallest variant's pixels, `shortSide` the original's.
 */
export function measureQuality(image: DecodedImage, shortSide: number): number {
  const { edge, deviation } = lumaStatistics(image);
  const sharpness = edge / (edge + halfSharp);
  const contrast = Math.min(1, deviation / fullContrast);
  const { from, to } = sizeRange;
  const size = Math.min(1, Math.max(0, Math.log2(shortSide / from) / Math.log2(to / from)));
  return 0.4 * sharpness + 0.3 * contrast + 0.3 * size;
}

/** Mean absolute 4-neighbour Laplacian and standard deviation of luma (green-heavy mean `(r + 2g + b) / 4`). */
function lumaStatistics({ width, height, pixels }: DecodedImage): { edge: number; deviation: number } {
  const luma = new Float32Array(width * height);
  let sum = 0, squares = 0;
  for (let i = 0; i < luma.length; i++) {
    const value = (pixels[3 * i]! + 2 * pixels[3 * i + 1]! + pixels[3 * i + 2]!) / 4;
    luma[i] = value;
    sum += value;
    squares += value * value;
  }
  let edges = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      edges += Math.abs(4 * luma[i]! - luma[i - 1]! - luma[i + 1]! - luma[i - width]! - luma[i + width]!);
    }
  }
  const mean = sum / luma.length;
  return {
    edge: edges / Math.max(1, (width - 2) * (height - 2)),
    deviation: Math.sqrt(Math.max(0, squares / luma.length - mean * mean)),
  };
}
