import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import type { ImageEncoder } from "#gpu-node/models/image-encoder.ts";
import type { ImageFormat } from "#shared/kernel/image-format.ts";
import { decodeImage } from "./decode.ts";
import { dominantColour } from "./dominant-colour.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { measureQuality } from "./quality.ts";
import { thumbhash } from "./thumbhash.ts";
import { drawVariants } from "./variants.ts";
import type { Variant } from "./variants.ts";

/** All the node learns from an image's bytes. */
export interface ImageAnalysis {
  format: ImageFormat;
  /** Size of the original, in pixels, upright. */
  width: number;
  height: number;
  /** WebP, ascending by width, without metadata. */
  variants: Variant[];
  /** Base64. */
  thumbhash: string;
  /** 64 bits, 16 hexadecimal digits; compare with `hashDistance`. */
  phash: string;
  /** The colour that covers most of it, `#rrggbb`. */
  colour: string;
  /** Technical quality, 0…1. */
  quality: number;
  /** The space `vector` belongs to. */
  space: string;
  /** `[dim] float32`, length one. */
  vector: Float32Array<ArrayBuffer>;
}

/** Reads one untrusted image; throws `ImageRefused` where it is none or too much. The same bytes give the same analysis. */
export async function analyse(bytes: Uint8Array, encoder: ImageEncoder = nodeEncoder): Promise<ImageAnalysis> {
  const { format, width, height, image } = await decodeImage(bytes);
  const { variants, smallest } = await drawVariants(image);
  return {
    format,
    width,
    height,
    variants,
    thumbhash: thumbhash(smallest),
    phash: perceptualHash(smallest),
    colour: dominantColour(smallest),
    quality: measureQuality(smallest, Math.min(width, height)),
    space: encoder.space,
    vector: await vectorOf(smallest, encoder),
  };
}

async function vectorOf(image: DecodedImage, encoder: ImageEncoder): Promise<Float32Array<ArrayBuffer>> {
  const [vector] = await encoder.encode([image]);
  return Float32Array.from(vector!);
}
