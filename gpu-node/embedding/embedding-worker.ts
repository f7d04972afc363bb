import { setPriority } from "node:os";
import { move, transferableSymbol, valueSymbol, workerData } from "piscina";
import sharp from "sharp";
import { ImageRefused, type RefusalCode } from "../ingest/refusal.ts";
import { bufferOf, seeFile, type Seer, type View } from "../ingest/see.ts";

/** One untrusted file. */
export interface EmbeddingTask {
  bytes: Uint8Array;
  seer: Seer;
}

export interface EmbeddingThread {
  background: boolean;
}

/** What comes back. A refusal is a value: an error would lose its code on the way between threads. */
export type EmbeddingReport = { view: View } | { refused: { code: RefusalCode; message: string } };

/** Images are spread over workers, so each uses one thread of libvips; no image comes twice, so nothing is cached. */
sharp.concurrency(1);
sharp.cache(false);

/** On Linux a thread has a priority of its own: with this one it takes what the others leave. */
if ((workerData as EmbeddingThread).background) setPriority(19);

export default async function embeddingWorker({ bytes, seer }: EmbeddingTask): Promise<EmbeddingReport> {
  try {
    const view = await seeFile(bytes, seer);
    // Its buffer changes hands instead of being copied.
    return move({ [transferableSymbol]: [bufferOf(view)], [valueSymbol]: { view } }) as unknown as EmbeddingReport;
  } catch (error) {
    if (error instanceof ImageRefused) return { refused: { code: error.code, message: error.message } };
    throw error;
  }
}
