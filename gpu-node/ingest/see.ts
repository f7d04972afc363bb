import { fitPicture, rawSharp, type Preprocessing } from "#gpu-node/models/clip/preprocessing.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import type { ImageEncoder } from "#gpu-node/models/image-encoder.ts";
import { encoderOfSpace, openEncoder } from "#gpu-node/models/node-encoder.ts";
import { BatcherFull } from "#gpu-node/models/onnx/batcher.ts";
import { isSessionEncoder } from "#gpu-node/models/session-encoder.ts";
import { checkImage, decodeImage, readPixels } from "./decode.ts";
import { ImageWorkFailed } from "./image-work.ts";
import { smallestOf } from "./variants.ts";

/**
 * How a worker thread sees an image: with an encoder that it opens by the name of `openEncoder`, or it only makes the picture fit for a
 * network that all threads share. Plain data.
 */
export type Seer = { encoder: string } | { space: string; fit: Preprocessing };

/** What a worker sends back: the vector, or the picture as the network takes it. */
export type View = SeenVector | { space: string; fitted: Uint8Array<ArrayBuffer> };

export interface SeenVector {
  space: string;
  /** `[dim] float32`, length one. */
  vector: Float32Array<ArrayBuffer>;
}

/** Throws `RangeError` for an encoder that is neither one of the project's nor one whose network all threads share. */
export function seerOf(encoder: Pick<ImageEncoder, "space">): Seer {
  if (isSessionEncoder(encoder)) return { space: encoder.space, fit: encoder.preprocessing };
  const name = encoderOfSpace(encoder.space);
  if (name === undefined) throw new RangeError(`no encoder of this build writes the space ${encoder.space}`);
  return { encoder: name };
}

/** What `analyse` sees in the same bytes, to the bit, and nothing else; throws as it does. */
export async function seeFile(bytes: Uint8Array, seer: Seer): Promise<View> {
  if ("fit" in seer) return fitFile(bytes, seer);
  const { image } = await decodeImage(bytes);
  return seeSmallest(await smallestOf(image), seer.encoder);
}

/** An encoder of the project is shown the pixels of an image's smallest variant. */
export async function seeSmallest(smallest: DecodedImage, name: string): Promise<SeenVector> {
  const encoder = await openEncoder(name);
  const [vector] = await encoder.encode([smallest]);
  return { space: encoder.space, vector: Float32Array.from(vector!) };
}

/**
 * From the file itself, so that a large picture is reduced once. Sixteen bits a value are brought to eight first, as other readers do: reduced
 * with all of them, a picture would differ from its own copy.
 */
export async function fitFile(bytes: Uint8Array, { space, fit }: Extract<Seer, { fit: Preprocessing }>): Promise<View> {
  const image = await checkImage(bytes);
  const fitted = await readPixels(async () => {
    if (image.eightBit) return fitPicture(image.open, image, fit);
    const whole = await image.open().raw({ depth: "uchar" }).toBuffer();
    return fitPicture(() => rawSharp(whole, image), image, fit);
  });
  return { space, fitted };
}

/** The vector at last, by the network of `encoder` where a worker only made the picture fit for it. Rejects with `ImageWorkFailed` where too many wait. */
export async function vectorIn(view: View, encoder: Pick<ImageEncoder, "space">, signal: AbortSignal): Promise<SeenVector> {
  if ("vector" in view) return view;
  if (!isSessionEncoder(encoder)) throw new RangeError(`${encoder.space} has no network that takes fitted pictures`);
  const vector = await encoder.encodeFitted(view.fitted, signal).catch((error: unknown) => {
    throw error instanceof BatcherFull ? new ImageWorkFailed("busy", error.message, { cause: error }) : error;
  });
  return { space: view.space, vector: Float32Array.from(vector) };
}

/** What of a view changes hands between threads. */
export const bufferOf = (view: View): ArrayBuffer => ("vector" in view ? view.vector.buffer : view.fitted.buffer);
