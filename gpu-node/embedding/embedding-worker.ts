import { move, transferableSymbol, valueSymbol } from "piscina";
import sharp from "sharp";
import { fitPicture, rawSharp, type Preprocessing } from "#gpu-node/models/clip/preprocessing.ts";
import { openEncoder } from "#gpu-node/models/node-encoder.ts";
import { checkImage, decodeImage, readPixels } from "../ingest/decode.ts";
import { ImageRefused, type RefusalCode } from "../ingest/refusal.ts";
import { smallestOf } from "../ingest/variants.ts";

/** One untrusted file; with `fit`, it is only made fit for a network that runs elsewhere. */
export interface EmbeddingTask {
  bytes: Uint8Array;
  /** By the name of `openEncoder`. */
  encoder: string;
  fit?: Preprocessing | undefined;
}

/** What comes back. A refusal is a value: an error would lose its code on the way between threads. */
export type EmbeddingReport =
  | { vector: Float32Array<ArrayBuffer> }
  | { fitted: Uint8Array<ArrayBuffer> }
  | { refused: { code: RefusalCode; message: string } };

/** Images are spread over workers, so each uses one thread of libvips; no image comes twice, so nothing is cached. */
sharp.concurrency(1);
sharp.cache(false);

export default async function embeddingWorker({ bytes, encoder, fit }: EmbeddingTask): Promise<EmbeddingReport> {
  try {
    if (fit === undefined) {
      const vector = await see(bytes, encoder);
      return moved({ vector }, vector.buffer);
    }
    const fitted = await fitFile(bytes, fit);
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

/** The vector that ingestion stores for the same file. */
async function see(bytes: Uint8Array, encoder: string): Promise<Float32Array<ArrayBuffer>> {
  const { image } = await decodeImage(bytes);
  const [vector] = await (await openEncoder(encoder)).encode([await smallestOf(image)]);
  return Float32Array.from(vector!);
}

/** Marks a report so that its buffer changes hands instead of being copied. */
function moved(report: EmbeddingReport, buffer: ArrayBuffer): EmbeddingReport {
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: report }) as unknown as EmbeddingReport;
}
