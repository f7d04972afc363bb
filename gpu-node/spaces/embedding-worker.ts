import { setPriority } from "node:os";
import sharp from "sharp";
import { workerData } from "piscina";
import { see } from "#gpu-node/ingest/analyse.ts";
import { decodeImage } from "#gpu-node/ingest/decode.ts";
import { ImageRefused } from "#gpu-node/ingest/refusal.ts";
import { smallestOf } from "#gpu-node/ingest/variants.ts";
import { openEncoder } from "#gpu-node/models/node-encoder.ts";

/** A refusal is a value: an error would lose its code on the way between threads. */
export type Seen = { vector: Float32Array<ArrayBuffer> } | { refused: string };

/** On Linux a thread has a priority of its own: with this one it takes what the others leave. */
setPriority(19);
sharp.concurrency(1);
sharp.cache(false);

const { encoder: name } = workerData as { encoder: string };
const encoder = await openEncoder(name);

export default async function embeddingWorker(bytes: Uint8Array): Promise<Seen> {
  try {
    const { image } = await decodeImage(bytes);
    const { vector } = await see(await smallestOf(image), encoder);
    return { vector };
  } catch (error) {
    if (error instanceof ImageRefused) return { refused: error.code };
    throw error;
  }
}
