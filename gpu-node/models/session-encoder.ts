import type { ImageEncoder } from "./image-encoder.ts";
import type { Preprocessing } from "./clip/preprocessing.ts";

/**
 * An image encoder in two halves: a picture is made fit for the network in any thread, and one network, which all share, makes
 * vectors of many at once.
 */
export interface SessionEncoder extends ImageEncoder {
  readonly preprocessing: Preprocessing;
  /** The vector of a picture that `fitPicture` made fit. Rejects with `BatcherFull` where too many wait. */
  encodeFitted(picture: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Float32Array>;
}

export const isSessionEncoder = (encoder: Pick<ImageEncoder, "space">): encoder is SessionEncoder => "encodeFitted" in encoder;
