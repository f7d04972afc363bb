import { Piscina } from "piscina";
import { secondMs } from "#shared/kernel/clock.ts";
import type { Seen } from "./embedding-worker.ts";

/**
 * Originals to vectors of one space, as ingestion makes them: the same bytes give the same bits, whoever sees them. Behind everything
 * else the machine has to do.
 */
export interface Embedder extends AsyncDisposable {
  embed(original: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Seen>;
}

const timeLimitMs = 60 * secondMs;

/** One thread of the lowest priority, which is there while there is something to do; an image that hangs or breaks it takes only itself with it. */
export function openEmbedder(encoder: string): Embedder {
  const pool = new Piscina<Uint8Array, Seen>({
    filename: new URL("./embedding-worker.ts", import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30 * secondMs,
    workerData: { encoder },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return {
    embed: (original, signal) => pool.run(original, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]), transferList: [original.buffer] }),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
