import type { DecodedImage } from "../decoded-image.ts";

/** The classifier looks at `side × side` pixels, whatever the picture's shape. */
export const side = 224;

/**
 * `[side, side, 3] float32` of 0…1, as nsfwjs makes it: bilinear with the corners aligned, from the pixels as they are, nothing averaged
 * (TensorFlow's `resizeBilinear(image / 255, [224, 224], true)`). Another reduction is another picture to it.
 */
export function classifierInput({ width, height, pixels }: DecodedImage): Float32Array {
  const out = new Float32Array(side * side * 3);
  const across = samples(width, 3);
  const down = samples(height, 3 * width);
  for (let y = 0, at = 0; y < side; y++) {
    const [top, bottom, share] = [down.first[y]!, down.second[y]!, down.share[y]!];
    for (let x = 0; x < side; x++) {
      const left = across.first[x]!, right = across.second[x]!, along = across.share[x]!;
      for (let c = 0; c < 3; c++, at++) {
        const upper = pixels[top + left + c]! + (pixels[top + right + c]! - pixels[top + left + c]!) * along;
        const lower = pixels[bottom + left + c]! + (pixels[bottom + right + c]! - pixels[bottom + left + c]!) * along;
        out[at] = (upper + (lower - upper) * share) / 255;
      }
    }
  }
  return out;
}

/** Per new pixel where the two old ones begin that it lies between, and how far it is from the first; `step` numbers lie between two old ones. */
function samples(size: number, step: number): { first: Int32Array; second: Int32Array; share: Float64Array } {
  const first = new Int32Array(side), second = new Int32Array(side), share = new Float64Array(side);
  for (let i = 0; i < side; i++) {
    const at = (i * (size - 1)) / (side - 1);
    first[i] = Math.floor(at) * step;
    second[i] = Math.min(size - 1, Math.ceil(at)) * step;
    share[i] = at - Math.floor(at);
  }
  return { first, second, share };
}
