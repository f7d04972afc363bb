import { rgbaToThumbHash } from "thumbhash";
import { base64Encode } from "#shared/kernel/base64.ts";
import { reduceImage } from "#gpu-node/models/decoded-image.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";

/** The hash keeps at most 7 cosine waves a side, so 48 pixels hold all it can see (100 is its limit, and four times slower). */
const longestSide = 48;

/** A blurred placeholder of about 25 bytes, base64 (https://evanw.github.io/thumbhash/). */
export function thumbhash(image: DecodedImage): string {
  const scale = Math.min(1, longestSide / Math.max(image.width, image.height));
  const small = reduceImage(image, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
  const rgba = new Uint8Array(small.width * small.height * 4).fill(255);
  for (let from = 0, to = 0; from < small.pixels.length; from += 3, to += 4) {
    rgba.set(small.pixels.subarray(from, from + 3), to);
  }
  return base64Encode(rgbaToThumbHash(small.width, small.height, rgba));
}
