/** Pixels of a still image: upright, opaque, sRGB. `pixels` is `[height, width, 3] uint8`, row by row. */
export interface DecodedImage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/**
 * A copy reduced to `width × height` by averaging the area each new pixel covers, so that nothing aliases.
 * Asking for more pixels than there are repeats them.
 */
export function reduceImage(image: DecodedImage, width: number, height: number): DecodedImage {
  if (width === image.width && height === image.height) return image;
  const source = image.pixels;
  const rows = new Float32Array(image.height * width * 3);
  const across = coverage(image.width, width);
  for (let y = 0; y < image.height; y++) {
    const from = y * image.width * 3;
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x]!;
      let r = 0, g = 0, b = 0;
      for (let k = 0, i = from + first * 3; k < weights.length; k++, i += 3) {
        const weight = weights[k]!;
        r += weight * source[i]!;
        g += weight * source[i + 1]!;
        b += weight * source[i + 2]!;
      }
      const out = (y * width + x) * 3;
      rows[out] = r;
      rows[out + 1] = g;
      rows[out + 2] = b;
    }
  }
  const pixels = new Uint8Array(width * height * 3);
  const sums = new Float32Array(width * 3);
  for (const [y, { first, weights }] of coverage(image.height, height).entries()) {
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!;
      const from = (first + k) * width * 3;
      for (let i = 0; i < sums.length; i++) sums[i]! += weight * rows[from + i]!;
    }
    for (let i = 0; i < sums.length; i++) pixels[y * width * 3 + i] = Math.round(sums[i]!);
  }
  return { width, height, pixels };
}

/** For each of `to` cells, the first of `from` cells under it and the share each contributes; shares sum to one. */
function coverage(from: number, to: number): { first: number; weights: Float32Array }[] {
  const step = from / to;
  return Array.from({ length: to }, (_, cell) => {
    const start = cell * step;
    const end = Math.min(from, start + step);
    const first = Math.min(from - 1, Math.floor(start));
    const last = Math.min(from - 1, Math.max(first, Math.ceil(end - 1e-9) - 1));
    const weights = new Float32Array(last - first + 1);
    for (let i = first; i <= last; i++) weights[i - first] = (Math.min(end, i + 1) - Math.max(start, i)) / (end - start);
    return { first, weights };
  });
}
