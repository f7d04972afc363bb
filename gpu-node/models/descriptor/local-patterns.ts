import { hellinger } from "./histogram.ts";

/** Differences (units of L*a*b*) below this are flat: grain of compression must not look like texture. */
const margin = 1.5;

/** Pattern → class: 58 uniform patterns (at most two changes round the circle) have their own, the rest share the last. */
const classes = 59;
const classOf = (() => {
  const table = new Uint8Array(256);
  let next = 0;
  for (let pattern = 0; pattern < 256; pattern++) {
    const turned = ((pattern << 1) | (pattern >> 7)) & 255;
    let changes = 0;
    for (let bits = pattern ^ turned; bits > 0; bits &= bits - 1) changes++;
    table[pattern] = changes <= 2 ? next++ : classes - 1;
  }
  return table;
})();

/**
 * Local ternary patterns (Tan & Triggs 2010) over uniform classes (Ojala et al. 2002), `[118]`: which of the eight
 * neighbours are clearly brighter, and which clearly darker, than the pixel. Strokes, hatching, grain and flat fills differ.
 */
export function localPatterns(plane: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(2 * classes);
  const around = [-width - 1, -width, -width + 1, 1, width + 1, width, width - 1, -1];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const high = plane[i]! + margin, low = plane[i]! - margin;
      let brighter = 0, darker = 0;
      for (let k = 0; k < 8; k++) {
        const value = plane[i + around[k]!]!;
        if (value > high) brighter |= 1 << k;
        else if (value < low) darker |= 1 << k;
      }
      out[classOf[brighter]!]!++;
      out[classes + classOf[darker]!]!++;
    }
  }
  return hellinger(out);
}
