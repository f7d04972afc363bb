import sharp from "sharp";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { analyse } from "./analyse.ts";
import type { ImageAnalysis } from "./analyse.ts";
import { ImageRefused } from "./refusal.ts";
import type { RefusalCode } from "./refusal.ts";
import { bufferOf, type Seer } from "./see.ts";

/** One image, and how it is to be seen. */
export interface Task {
  bytes: Uint8Array;
  seers: readonly Seer[];
}

/** What a worker sends back. A refusal is a value: an error would lose its code on the way between threads. */
export type Report = { analysis: ImageAnalysis } | { refused: { code: RefusalCode; message: string } };

/** Images are spread over workers, so each uses one thread of libvips; no image comes twice, so nothing is cached. */
sharp.concurrency(1);
sharp.cache(false);

export default async function analysisWorker({ bytes, seers }: Task): Promise<Report> {
  try {
    const analysis = await analyse(bytes, seers);
    return moved({ analysis }, [...analysis.variants.map((variant) => variant.bytes.buffer), ...analysis.views.map(bufferOf)]);
  } catch (error) {
    if (error instanceof ImageRefused) return { refused: { code: error.code, message: error.message } };
    throw error;
  }
}

/** Marks a report so that its buffers change hands instead of being copied. */
function moved(report: Report, buffers: ArrayBuffer[]): Report {
  const carrier = { [transferableSymbol]: buffers, [valueSymbol]: report };
  return move(carrier) as unknown as Report;
}
