import type { Calibration } from "./image-encoder.ts";

/**
 * Turns words into vectors among the images of one space, so that a picture can be looked for by what it is called. (A
 * text encoder in the registry's words; the name `TextEncoder` belongs to the platform.)
 *
 * Promises every implementation keeps:
 * - a vector has `dim` finite entries and length one; the answers come in the order of the texts;
 * - the same text gives the same vector, whatever else is in the batch; capitals and spaces around it make no difference;
 * - a text of which nothing is understood has no vector: better no answer than one that means nothing;
 * - `space` is that of the image encoder it was made with, and changes with it.
 */
export interface TextTower {
  readonly space: string;
  readonly dim: number;
  /** Of the distances between texts and images. They lie in another band than those between two images. */
  readonly calibration: Calibration;
  encode(texts: readonly string[]): Promise<(Float32Array | undefined)[]>;
}
