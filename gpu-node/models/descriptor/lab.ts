import type { DecodedImage } from "../decoded-image.ts";

/** A picture as planes of CIE L*a*b* (D65): L 0…100, a and b about −100…100. Each plane is `[height, width] float32`. */
export interface LabImage {
  width: number;
  height: number;
  l: Float32Array;
  a: Float32Array;
  b: Float32Array;
}

/** sRGB byte → linear light 0…1 (IEC 61966-2-1). */
const linear = Float32Array.from({ length: 256 }, (_, i) => {
  const c = i / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/** The CIE function f(t) in 4,096 steps of t in 0…1; the error stays under a tenth of a unit of L. */
const steps = 4096;
const lightness = Float32Array.from({ length: steps + 1 }, (_, i) => {
  const t = i / steps;
  return t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116;
});

export function toLab({ width, height, pixels }: DecodedImage): LabImage {
  const n = width * height;
  const l = new Float32Array(n), a = new Float32Array(n), b = new Float32Array(n);
  for (let i = 0, p = 0; i < n; i++, p += 3) {
    const red = linear[pixels[p]!]!, green = linear[pixels[p + 1]!]!, blue = linear[pixels[p + 2]!]!;
    const x = lightness[Math.round(steps * (0.4339 * red + 0.3763 * green + 0.1898 * blue))]!;
    const y = lightness[Math.round(steps * (0.2126 * red + 0.7152 * green + 0.0722 * blue))]!;
    const z = lightness[Math.round(steps * (0.0178 * red + 0.1095 * green + 0.8727 * blue))]!;
    l[i] = 116 * y - 16;
    a[i] = 500 * (x - y);
    b[i] = 200 * (y - z);
  }
  return { width, height, l, a, b };
}

/** Half the size each way, every pixel the mean of four; an odd last row or column is dropped. */
export function halve(image: LabImage): LabImage {
  const width = image.width >> 1, height = image.height >> 1;
  return { width, height, l: halvePlane(image.l), a: halvePlane(image.a), b: halvePlane(image.b) };

  function halvePlane(plane: Float32Array): Float32Array {
    const out = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0, i = 2 * y * image.width; x < width; x++, i += 2) {
        out[y * width + x] = (plane[i]! + plane[i + 1]! + plane[i + image.width]! + plane[i + image.width + 1]!) / 4;
      }
    }
    return out;
  }
}
