import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import type { ImageEncoder } from "#gpu-node/models/image-encoder.ts";
import type { ImageFormat } from "#shared/kernel/image-format.ts";
import { decodeImage } from "./decode.ts";
import { dominantColour } from "./dominant-colour.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { measureQuality } from "./quality.ts";
import { thumbhash } from "./thumbhash.ts";
import { drawVariants, smallestOf } from "./variants.ts";
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
  /** The same picture in other spaces: while one of them is being filled. */
  others: SeenVector[];
}

export interface SeenVector {
  space: string;
  vector: Float32Array<ArrayBuffer>;
}

/** Reads one untrusted image; throws `ImageRefused` where it is none or too much. The same bytes give the same analysis. */
export async function analyse(bytes: Uint8Array, [encoder = nodeEncoder, ...more]: readonly ImageEncoder[] = []): Promise<ImageAnalysis> {
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
    ...(await see(smallest, encoder)),
    others: await Promise.all(more.map((one) => see(smallest, one))),
  };
}

/** The vector that `analyse` gives the same bytes, to the bit, and nothing else; throws as it does. */
export async function seeFile(bytes: Uint8Array, encoder: ImageEncoder): Promise<SeenVector> {
  const { image } = await decodeImage(bytes);
  return see(await smallestOf(image), encoder);
}

/** An encoder is shown the pixels of an image's smallest variant. */
async function see(smallest: DecodedImage, encoder: ImageEncoder): Promise<SeenVector> {
  const [vector] = await encoder.encode([smallest]);
  return { space: encoder.space, vector: Float32Array.from(vector!) };
}
