import sharp, { type Sharp } from "sharp";
import { z } from "zod";

/** How a picture is made fit for a network. Plain data, so that it can be told to a worker. */
export interface Preprocessing {
  /** Pixels a side of what the network takes. */
  side: number;
  /** The shorter side before the middle is cut out; undefined where the picture is brought to the square whatever its shape. */
  shortest: number | undefined;
  filter: "bicubic" | "bilinear";
  /**
   * `pillow` averages over the area a new pixel covers, as the networks were trained with; `interpolate` looks only at the nearest
   * pixels, as transformers.js does, and lets a large picture flicker.
   */
  reduction: "pillow" | "interpolate";
  /** What each of the 256 values of red, green and blue stands for: `[3, 256] float32`. */
  values: Float32Array<ArrayBuffer>;
}

const Edge = z.union([z.int(), z.looseObject({ shortest_edge: z.int() }), z.looseObject({ height: z.int(), width: z.int() })]);

/** `preprocessor_config.json` as the model hub has it; what it does not say, its readers assume. */
const PreprocessorConfig = z.looseObject({
  size: Edge,
  crop_size: z.union([z.int(), z.looseObject({ height: z.int(), width: z.int() })]).optional(),
  do_center_crop: z.boolean().default(false),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).length(3).default([0, 0, 0]),
  image_std: z.array(z.number()).length(3).default([1, 1, 1]),
  rescale_factor: z.number().default(1 / 255),
  /** Pillow's numbers. */
  resample: z.union([z.literal(2), z.literal(3)]).default(2),
});

export function readPreprocessing(stored: unknown, reduction: Preprocessing["reduction"] = "pillow"): Preprocessing {
  const config = PreprocessorConfig.parse(stored);
  const { size, crop_size: crop = size } = config;
  const shortest = typeof size === "number" ? size : "shortest_edge" in size ? (size.shortest_edge as number) : undefined;
  const side = config.do_center_crop ? squareOf(crop) : squareOf(size);
  if (shortest !== undefined && !config.do_center_crop) throw new TypeError("preprocessor_config.json: pictures of any shape are of no use here; do_center_crop has to be true");
  const [mean, deviation] = config.do_normalize ? [config.image_mean, config.image_std] : [[0, 0, 0], [1, 1, 1]];
  return { side, shortest, filter: config.resample === 3 ? "bicubic" : "bilinear", reduction, values: valueTable(config.rescale_factor, mean, deviation) };
}

function squareOf(size: z.output<typeof Edge>): number {
  if (typeof size === "number") return size;
  if ("shortest_edge" in size) return size.shortest_edge as number;
  if (size.height !== size.width) throw new TypeError("preprocessor_config.json: only square inputs are known");
  return size.width;
}

/** `(value · factor − mean) / deviation`, rounded to float32 after each step as arrays of float32 are. */
function valueTable(factor: number, mean: readonly number[], deviation: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 768 }, (_, i) => (Math.fround(factor * (i % 256)) - mean[i >> 8]!) / deviation[i >> 8]!);
}

/** The size before the middle is cut out, rounded down as Hugging Face's processors do. */
function fittedSize({ width, height }: Size, { side, shortest }: Preprocessing): Size {
  if (shortest === undefined) return { width: side, height: side };
  const scale = Math.max(shortest / width, shortest / height);
  const fitted = (length: number): number => Math.max(side, Math.floor(Number((length * scale).toFixed(2))));
  return { width: fitted(width), height: fitted(height) };
}

interface Size {
  width: number;
  height: number;
}

/** A picture of `size` as the network takes it, but for the values: `[side, side, 3] uint8`. `open` gives it upright and without transparency. */
export async function fitPicture(open: () => Sharp, size: Size, how: Preprocessing): Promise<Uint8Array<ArrayBuffer>> {
  const { side, filter } = how;
  const fitted = fittedSize(size, how);
  const middle = { left: Math.floor((fitted.width - side) / 2), top: Math.floor((fitted.height - side) / 2), width: side, height: side };
  if (how.reduction === "pillow") {
    // libvips' cubic is Pillow's (a = −½), widened by the reduction like it. Beyond a fourfold reduction it first averages whole blocks.
    const kernel = filter === "bicubic" ? "cubic" : "linear";
    return bytes(open().resize({ ...fitted, fit: "fill", kernel, fastShrinkOnLoad: false }).extract(middle));
  }
  const whole = await bytes(open());
  const matrix: [number, number, number, number] = [fitted.width / size.width, 0, 0, fitted.height / size.height];
  const moved = await rawSharp(whole, size).affine(matrix, { interpolator: filter }).raw().toBuffer({ resolveWithObject: true });
  return bytes(rawSharp(moved.data, moved.info).extract(middle));
}

export const rawSharp = (pixels: Uint8Array, { width, height }: Size): Sharp => sharp(pixels, { raw: { width, height, channels: 3 } });

/** libvips' own memory cannot change hands between threads; a copy in a plain array can. */
const bytes = async (picture: Sharp): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await picture.raw({ depth: "uchar" }).toBuffer());
