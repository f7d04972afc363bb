import { reduceImage } from "#gpu-node/models/decoded-image.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";

/** Pictures are brought to so many areas a side before their colours are counted. */
export const colourSide = 48;

/**
 * The colour that covers most of the picture, `#rrggbb`: the mean of the pixels in the fullest of 8×8×8 RGB cells. Unlike
 * the mean of everything it is a colour that can be seen in the picture.
 */
export function dominantColour(image: DecodedImage): string {
  const { pixels } = reduceImage(image, Math.min(colourSide, image.width), Math.min(colourSide, image.height));
  const counts = new Uint32Array(512);
  const sums = new Uint32Array(512 * 3);
  for (let i = 0; i < pixels.length; i += 3) {
    const cell = ((pixels[i]! >> 5) << 6) | ((pixels[i + 1]! >> 5) << 3) | (pixels[i + 2]! >> 5);
    counts[cell]!++;
    for (let c = 0; c < 3; c++) sums[cell * 3 + c]! += pixels[i + c]!;
  }
  const fullest = counts.indexOf(Math.max(...counts));
  const channel = (c: number): string => Math.round(sums[fullest * 3 + c]! / counts[fullest]!).toString(16).padStart(2, "0");
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
