import type { DecodedImage } from "../decoded-image.ts";
import { hellinger, position } from "./histogram.ts";
import type { LabImage } from "./lab.ts";

const lightnessAxis = { bins: 8, from: 0, to: 100 };
const greenRedAxis = { bins: 8, from: -64, to: 64 };
const blueYellowAxis = { bins: 8, from: -64, to: 64 };

/** Joint histogram of L, a and b, `[8, 8, 8]`, each pixel shared among the eight cells around it. */
export function labHistogram({ l, a, b }: LabImage): Float32Array {
  const out = new Float32Array(512);
  for (let i = 0; i < l.length; i++) {
    const pl = position(l[i]!, lightnessAxis), pa = position(a[i]!, greenRedAxis), pb = position(b[i]!, blueYellowAxis);
    const il = Math.min(6, pl | 0), ia = Math.min(6, pa | 0), ib = Math.min(6, pb | 0);
    const fl = pl - il, fa = pa - ia, fb = pb - ib;
    const cell = (il << 6) | (ia << 3) | ib;
    const low = (1 - fl) * (1 - fa), lowHigh = (1 - fl) * fa, highLow = fl * (1 - fa), high = fl * fa;
    out[cell]! += low * (1 - fb);
    out[cell + 1]! += low * fb;
    out[cell + 8]! += lowHigh * (1 - fb);
    out[cell + 9]! += lowHigh * fb;
    out[cell + 64]! += highLow * (1 - fb);
    out[cell + 65]! += highLow * fb;
    out[cell + 72]! += high * (1 - fb);
    out[cell + 73]! += high * fb;
  }
  return hellinger(out);
}

/** Histogram of hue, saturation and value, `[12, 4, 4]`, hue wrapping round. */
export function hsvHistogram({ pixels }: DecodedImage): Float32Array {
  const out = new Float32Array(192);
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i]!, g = pixels[i + 1]!, b = pixels[i + 2]!;
    const max = Math.max(r, g, b), range = max - Math.min(r, g, b);
    let hue = 0;
    if (range > 0) {
      if (max === r) hue = (g - b) / range + 6;
      else if (max === g) hue = (b - r) / range + 2;
      else hue = (r - g) / range + 4;
    }
    const at = 2 * hue, lower = Math.floor(at), share = at - lower;
    const saturation = max > 0 ? Math.min(3, ((4 * range) / max) | 0) : 0;
    const cell = saturation * 4 + (max >> 6);
    out[(lower % 12) * 16 + cell]! += 1 - share;
    out[((lower + 1) % 12) * 16 + cell]! += share;
  }
  return hellinger(out);
}
