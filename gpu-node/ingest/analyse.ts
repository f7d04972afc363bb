import { reduceImage } from "#gpu-node/models/decoded-image.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import type { ClassShares } from "#gpu-node/models/safety/classes.ts";
import { builtinSafety, type SafetyClassifier } from "#gpu-node/models/safety/safety-classifier.ts";
import type { Swatch } from "#shared/contract/image.ts";
import type { ImageFormat } from "#shared/kernel/image-format.ts";
import { decodeImage } from "./decode.ts";
import { colourSide, dominantColour } from "./dominant-colour.ts";
import { paletteOf } from "./palette.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { measureQuality } from "./quality.ts";
import { fitFile, seerOf, seeSmallest, type Seer, type View } from "./see.ts";
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
  /** The colours it is made of, the largest share first. */
  palette: Swatch[];
  /** Technical quality, 0…1. */
  quality: number;
  /** What the safety classifier makes of it. */
  safety: ClassShares;
  /** As each of the encoders saw it. */
  views: View[];
}

/** Reads one untrusted image; throws `ImageRefused` where it is none or too much. The same bytes give the same analysis. */
export async function analyse(
  bytes: Uint8Array,
  seers: readonly Seer[] = [seerOf(nodeEncoder)],
  classifier: SafetyClassifier = builtinSafety,
): Promise<ImageAnalysis> {
  const { format, width, height, image } = await decodeImage(bytes);
  const { variants, smallest } = await drawVariants(image);
  const areas = reduceImage(smallest, Math.min(colourSide, smallest.width), Math.min(colourSide, smallest.height));
  return {
    format,
    width,
    height,
    variants,
    thumbhash: thumbhash(smallest),
    phash: perceptualHash(smallest),
    colour: dominantColour(areas),
    palette: paletteOf(areas),
    safety: await classifier.classify(image),
    quality: measureQuality(smallest, Math.min(width, height)),
    views: await Promise.all(seers.map((seer) => ("fit" in seer ? fitFile(bytes, seer) : seeSmallest(smallest, seer.encoder)))),
  };
}
