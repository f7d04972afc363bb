import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { ImageRefused } from "../ingest/refusal.ts";
import type { ImageEncoder } from "../models/image-encoder.ts";
import { BatcherFull } from "../models/onnx/batcher.ts";
import { encoderOfSpace, nodeEncoder } from "../models/node-encoder.ts";
import type { SessionEncoder } from "../models/session-encoder.ts";
import type { EmbeddingReport, EmbeddingTask } from "./embedding-worker.ts";

export type EmbedderFault = "busy" | "too_slow" | "crashed";

/** The embedder could not answer; the image itself may be fine. */
export class EmbedderFailed extends Error {
  override readonly name = "EmbedderFailed";
  readonly code: EmbedderFault;

  constructor(code: EmbedderFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface EmbedderOptions {
  /** Worker threads that decode, each with one image in hand; one less than there are cores where not said. */
  threads?: number | undefined;
  /** Images in hand or waiting; one more is refused as busy. */
  most?: number;
  /** Longest time for one image, waiting included. */
  timeLimitMs?: number;
}

/**
 * Vectors of untrusted files in an encoder's space: decoded and made fit in worker threads, so that the event loop is never held, and
 * seen by the encoder there, or in batches where it has a network that all share.
 *
 * Promises: a vector is the one ingestion would store, or lies within 1e-4 of it; rejects with `ImageRefused` for the image's fault,
 * `EmbedderFailed` for its own and the signal's reason when aborted; threads are started when the first image comes.
 */
export interface Embedder extends AsyncDisposable {
  readonly space: string;
  readonly dim: number;
  /** The bytes are handed over: the caller's array is empty afterwards. */
  embed(bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

export function createEmbedder(encoder: Pick<ImageEncoder, "space" | "dim"> | SessionEncoder, options: EmbedderOptions = {}): Embedder {
  const { threads = Math.max(1, availableParallelism() - 1), most = 512, timeLimitMs = 30_000 } = options;
  const session = "encodeFitted" in encoder ? encoder : undefined;
  const name = encoderOfSpace(encoder.space) ?? nodeEncoder.space;
  let pool: Piscina<EmbeddingTask, EmbeddingReport> | undefined;
  let load = 0;

  const started = (): Piscina<EmbeddingTask, EmbeddingReport> =>
    (pool ??= new Piscina({
      filename: new URL("./embedding-worker.ts", import.meta.url).href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    }));

  async function vectorOf(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Float32Array> {
    const report = await started().run({ bytes, encoder: name, fit: session?.preprocessing }, { signal, transferList: [bytes.buffer] });
    if ("refused" in report) throw new ImageRefused(report.refused.code, report.refused.message);
    return "vector" in report ? report.vector : session!.encodeFitted(report.fitted, signal);
  }

  async function embed(bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    if (load >= most) throw new EmbedderFailed("busy", "Too many images are waiting to be embedded; try again in a moment.");
    const deadline = AbortSignal.timeout(timeLimitMs);
    load++;
    try {
      return await vectorOf(bytes, signal ? AbortSignal.any([signal, deadline]) : deadline);
    } catch (error) {
      if (error instanceof ImageRefused) throw error;
      signal?.throwIfAborted();
      if (error instanceof BatcherFull) throw new EmbedderFailed("busy", error.message, { cause: error });
      if (deadline.aborted) throw new EmbedderFailed("too_slow", `The image took longer than ${timeLimitMs} ms to embed; send a simpler one.`);
      throw new EmbedderFailed("crashed", "The embedding of the image broke off; it may be tried once more.", { cause: error });
    } finally {
      load--;
    }
  }

  const close = async (): Promise<void> => {
    await pool?.destroy();
    pool = undefined;
  };
  return { space: encoder.space, dim: encoder.dim, embed, close, [Symbol.asyncDispose]: close };
}
