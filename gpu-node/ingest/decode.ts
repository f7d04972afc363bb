import sharp from "sharp";
import type { Sharp } from "sharp";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { sniffFormat, type ImageFormat } from "#shared/kernel/image-format.ts";
import { ImageRefused } from "./refusal.ts";

export const decodeLimits = {
  bytes: 32 * 1024 * 1024,
  pixels: 50_000_000,
  /** WebP, in which every variant is written, ends here (VP8 stores 14 bits a side). */
  longestSide: 16_383,
  shortestSide: 16,
  /** Wall time for the native decoder; a file built to be slow stops here. */
  seconds: 10,
} as const;

/** Wider originals are reduced while they are decoded; no variant and no measure needs more. */
export const workingWidth = 1280;

export interface Decoded {
  format: ImageFormat;
  /** Size of the original, in pixels, after its orientation is applied. */
  width: number;
  height: number;
  /** The picture at the original's size, or reduced to `workingWidth`. Carries no metadata: it is only pixels. */
  image: DecodedImage;
}

/**
 * Decodes untrusted bytes. Size is read from the header and checked before any pixel is allocated; EXIF orientation is
 * applied, colours become 8-bit sRGB (CMYK, grey, 16-bit and embedded profiles included) and transparency lies on white.
 * Of an animation the first frame is taken. Throws `ImageRefused`.
 */
export async function decodeImage(bytes: Uint8Array): Promise<Decoded> {
  const { open, format, width, height } = await checkImage(bytes);
  const { data, info } = await readPixels(() =>
    open().resize({ width: workingWidth, withoutEnlargement: true }).raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true }),
  );
  return { format, width, height, image: { width: info.width, height: info.height, pixels: data } };
}

/** An image whose header has passed. `open` reads its pixels from the beginning, as `decodeImage` does but at the original's size. */
export interface CheckedImage extends Pick<Decoded, "format" | "width" | "height"> {
  /** Whether it is stored with eight bits a value, or fewer. */
  eightBit: boolean;
  open: () => Sharp;
}

/** All that can be refused before a pixel is allocated. Whoever then reads the pixels does so through `readPixels`. */
export async function checkImage(bytes: Uint8Array): Promise<CheckedImage> {
  const format = checkedFormat(bytes);
  const { width, height, eightBit } = await checkedHeader(bytes, format);
  const opened = (): Sharp => open(bytes).flatten({ background: "#ffffff" }).toColourspace("srgb").timeout({ seconds: decodeLimits.seconds });
  return { format, width, height, eightBit, open: opened };
}

/** What fails while pixels are read is the image's fault. */
export async function readPixels<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw corrupt(error);
  }
}

/** One frame, upright, with the pixel limit enforced inside the decoder too. Damaged data is an error, oddities are not. */
const open = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { autoOrient: true, failOn: "error", limitInputPixels: decodeLimits.pixels, page: 0, pages: 1 });

function checkedFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new ImageRefused("image.empty", "The file has no bytes; send the image itself.");
  if (bytes.length > decodeLimits.bytes) {
    const limit = decodeLimits.bytes / 1024 / 1024;
    throw new ImageRefused("image.too_large", `The file is larger than ${limit} MiB; send a smaller one.`);
  }
  const format = sniffFormat(bytes);
  if (format) return format;
  throw new ImageRefused("image.not_an_image", "The file is not an image this accepts; send a JPEG, PNG, WebP, GIF or AVIF.");
}

async function checkedHeader(bytes: Uint8Array, format: ImageFormat): Promise<Pick<CheckedImage, "width" | "height" | "eightBit">> {
  const header = await open(bytes).metadata().catch((error: unknown) => {
    throw /pixel limit/i.test(String(error)) ? tooManyPixels() : corrupt(error);
  });
  if (header.format !== (format === "avif" ? "heif" : format)) {
    throw new ImageRefused("image.not_an_image", `The file starts like a ${format} but is none; export it again as JPEG or PNG.`);
  }
  const { width, height } = header.autoOrient;
  if (width * height > decodeLimits.pixels) throw tooManyPixels();
  const { shortestSide, longestSide } = decodeLimits;
  if (Math.min(width, height) < shortestSide) {
    throw new ImageRefused("image.too_small", `The image is ${width}×${height} pixels; each side needs at least ${shortestSide}.`);
  }
  if (Math.max(width, height) > longestSide) {
    throw new ImageRefused("image.too_large", `The image is ${width}×${height} pixels; no side may pass ${longestSide}.`);
  }
  return { width, height, eightBit: header.depth === "uchar" };
}

const tooManyPixels = (): ImageRefused =>
  new ImageRefused("image.too_many_pixels", `The image has more than ${decodeLimits.pixels / 1e6} megapixels; send a smaller one.`);

const corrupt = (cause: unknown): ImageRefused =>
  Object.assign(new ImageRefused("image.corrupt", "The image is damaged or incomplete; export it again and send the whole file."), { cause });
