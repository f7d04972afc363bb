import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { ImageWork } from "../ingest/image-work.ts";
import { ImageRefused } from "../ingest/refusal.ts";
import { seerOf, vectorIn } from "../ingest/see.ts";
import type { ImageEncoder } from "../models/image-encoder.ts";
import type { EmbeddingReport, EmbeddingTask, EmbeddingThread } from "./embedding-worker.ts";

export interface EmbedderOptions {
  /** Worker threads that decode, each with one image in hand; one less than there are cores where not said. */
  threads?: number | undefined;
  /** Images in hand or waiting; one more is refused as busy. */
  most?: number;
  /** Longest time for one image, waiting included. */
  timeLimitMs?: number;
  /** Behind everything else the machine has to do. */
  background?: boolean;
}

/**
 * Vectors of untrusted files in an encoder's space: decoded and made fit in worker threads, so that the event loop is never held, and
 * seen by the encoder there, or in batches where it has a network that all share.
 *
 * Promises: a vector is the one ingestion would store, or lies within 1e-4 of it; rejects with `ImageRefused` for the image's fault,
 * `ImageWorkFailed` for its own and the signal's reason when aborted; threads are started when the first image comes.
 */
export interface Embedder extends AsyncDisposable {
  readonly space: string;
  readonly dim: number;
  /** The bytes are handed over: the caller's array is empty afterwards. */
  embed(bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Of an encoder that `openEncoder` knows, or of one whose network all threads share; throws `RangeError` for another. */
export function createEmbedder(encoder: Pick<ImageEncoder, "space" | "dim">, options: EmbedderOptions = {}): Embedder {
  const { threads = Math.max(1, availableParallelism() - 1), most = 512, timeLimitMs = 30_000, background = false } = options;
  const seer = seerOf(encoder);
  const work = new ImageWork({ most, timeLimitMs, words: { verb: "embed", done: "embedded", noun: "embedding" } });
  let pool: Piscina<EmbeddingTask, EmbeddingReport> | undefined;

  const started = (): Piscina<EmbeddingTask, EmbeddingReport> =>
    (pool ??= new Piscina({
      filename: new URL("./embedding-worker.ts", import.meta.url).href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
      workerData: { background } satisfies EmbeddingThread,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    }));

  const embed: Embedder["embed"] = (bytes, signal) =>
    work.run(async (within) => {
      const report = await started().run({ bytes, seer }, { signal: within, transferList: [bytes.buffer] });
      if ("refused" in report) throw new ImageRefused(report.refused.code, report.refused.message);
      return (await vectorIn(report.view, encoder, within)).vector;
    }, signal);

  const close = async (): Promise<void> => {
    await pool?.destroy();
    pool = undefined;
  };
  return { space: encoder.space, dim: encoder.dim, embed, close, [Symbol.asyncDispose]: close };
}
