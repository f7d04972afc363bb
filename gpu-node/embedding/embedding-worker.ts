import { setPriority } from "node:os";
import { move, transferableSymbol, valueSymbol, workerData } from "piscina";
import sharp from "sharp";
import { fitPicture, rawSharp, type Preprocessing } from "#gpu-node/models/clip/preprocessing.ts";
import { openEncoder } from "#gpu-node/models/node-encoder.ts";
import { seeFile } from "../ingest/analyse.ts";
import { checkImage, readPixels } from "../ingest/decode.ts";
import { ImageRefused, type RefusalCode } from "../ingest/refusal.ts";

/** How a file is seen: by an encoder here, by the name of `openEncoder`, or it is only made fit for a network that runs elsewhere. */
export type Seer = { encoder: string } | { fit: Preprocessing };

/** One untrusted file. */
export interface EmbeddingTask {
  bytes: Uint8Array;
  seer: Seer;
}

export interface EmbeddingThread {
  background: boolean;
}

/** What comes back. A refusal is a value: an error would lose its code on the way between threads. */
export type EmbeddingReport =
  | { vector: Float32Array<ArrayBuffer> }
  | { fitted: Uint8Array<ArrayBuffer> }
  | { refused: { code: RefusalCode; message: string } };

/** Images are spread over workers, so each uses one thread of libvips; no image comes twice, so nothing is cached. */
sharp.concurrency(1);
sharp.cache(false);

/** On Linux a thread has a priority of its own: with this one it takes what the others leave. */
if ((workerData as EmbeddingThread).background) setPriority(19);

export default async function embeddingWorker({ bytes, seer }: EmbeddingTask): Promise<EmbeddingReport> {
  try {
    if ("encoder" in seer) {
      const { vector } = await seeFile(bytes, await openEncoder(seer.encoder));
      return moved({ vector }, vector.buffer);
    }
    const fitted = await fitFile(bytes, seer.fit);
    return moved({ fitted }, fitted.buffer);
  } catch (error) {
    if (error instanceof ImageRefused) return { refused: { code: error.code, message: error.message } };
    throw error;
  }
}

/** Sixteen bits a value are brought to eight first, as other readers do: reduced with all of them, a picture would differ from its own copy. */
async function fitFile(bytes: Uint8Array, fit: Preprocessing): Promise<Uint8Array<ArrayBuffer>> {
  const image = await checkImage(bytes);
  return readPixels(async () => {
    if (image.eightBit) return fitPicture(image.open, image, fit);
    const whole = await image.open().raw({ depth: "uchar" }).toBuffer();
    return fitPicture(() => rawSharp(whole, image), image, fit);
  });
}

/** Marks a report so that its buffer changes hands instead of being copied. */
function moved(report: EmbeddingReport, buffer: ArrayBuffer): EmbeddingReport {
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: report }) as unknown as EmbeddingReport;
}
