import type { DecodedImage } from "./decoded-image.ts";

/** Mean and standard deviation of the cosine distance between random image pairs; thresholds are counted in these. */
export interface Calibration {
  mean: number;
  sd: number;
}

/**
 * Turns images into vectors whose cosine distance says how alike they look.
 *
 * Promises every implementation keeps:
 * - a vector has `dim` finite entries and length one, for any image, a blank one included;
 * - the same pixels give the same vector: within one process to the bit, whatever else is in the batch and in whatever
 *   order; the answers come in the order of the images;
 * - images of any size are taken and brought to the encoder's own size; one picture at two sizes lies close together;
 * - nothing is written to the images handed in;
 * - another model, weight or preprocessing step is another `space`.
 */
export interface ImageEncoder {
  /** Name of model + version. Vectors of two spaces never compare. */
  readonly space: string;
  readonly dim: number;
  readonly calibration: Calibration;
  encode(images: readonly DecodedImage[]): Promise<Float32Array[]>;
}
