import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import type { ImageAnalysis } from "./analyse.ts";
import type { Report, Task } from "./analysis-worker.ts";
import { ImageRefused } from "./refusal.ts";

export type AnalystFault = "busy" | "too_slow" | "crashed";

/** The analyst could not answer; the image itself may be fine. */
export class AnalystFailed extends Error {
  override readonly name = "AnalystFailed";
  readonly code: AnalystFault;

  constructor(code: AnalystFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface AnalystOptions {
  /** Worker threads, each with one image in hand. */
  threads?: number;
  /** Images that may wait beyond those; the next is refused as busy. */
  queue?: number;
  /** Longest time for one image, waiting included; a worker that passes it is ended and replaced. */
  timeLimitMs?: number;
  /** For tests: another module in the place of `analysis-worker.ts`. */
  workerFile?: URL;
}

export interface AnalyseOptions {
  signal?: AbortSignal;
  /** Moves the bytes to the worker and leaves the caller's array empty; without it they are copied. */
  handOver?: boolean;
  /** What to see it with, by the names IMAGE_ENCODER takes; the first gives `vector`. The node's usual one where nothing is said. */
  encoders?: readonly string[];
}

/**
 * Analyses images in worker threads, so that the node's event loop is never held.
 *
 * Promises: rejects with `ImageRefused` for the image's fault, `AnalystFailed` for its own and the signal's reason when
 * aborted; holds at most `threads + queue` images; a worker that crashes or hangs takes only its own image with it.
 */
export interface Analyst extends AsyncDisposable {
  analyse(bytes: Uint8Array<ArrayBuffer>, options?: AnalyseOptions): Promise<ImageAnalysis>;
  /** Images in hand or waiting. */
  readonly load: number;
  /** Ends the workers; what is in hand is rejected as crashed. */
  close(): Promise<void>;
}

export function createAnalyst(options: AnalystOptions = {}): Analyst {
  const { threads = availableParallelism(), queue = 4 * threads, timeLimitMs = 30_000 } = options;
  const pool = new Piscina<Task, Report>({
    filename: (options.workerFile ?? new URL("./analysis-worker.ts", import.meta.url)).href,
    minThreads: Math.min(1, threads),
    maxThreads: threads,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let load = 0;

  async function analyse(bytes: Uint8Array<ArrayBuffer>, { signal, handOver = false, encoders = [nodeEncoder.space] }: AnalyseOptions = {}): Promise<ImageAnalysis> {
    signal?.throwIfAborted();
    if (load >= threads + queue) throw new AnalystFailed("busy", "Too many images are waiting to be analysed; try again in a moment.");
    const deadline = AbortSignal.timeout(timeLimitMs);
    load++;
    try {
      const report = await pool.run({ bytes, encoders }, {
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        transferList: handOver ? [bytes.buffer] : [],
      });
      if ("refused" in report) throw new ImageRefused(report.refused.code, report.refused.message);
      return report.analysis;
    } catch (error) {
      if (error instanceof ImageRefused) throw error;
      signal?.throwIfAborted();
      if (deadline.aborted) throw new AnalystFailed("too_slow", `The image took longer than ${timeLimitMs} ms to analyse; send a simpler one.`);
      throw new AnalystFailed("crashed", "The analysis of the image broke off; it may be tried once more.", { cause: error });
    } finally {
      load--;
    }
  }

  const close = (): Promise<void> => pool.destroy();
  return {
    analyse,
    close,
    [Symbol.asyncDispose]: close,
    get load() {
      return load;
    },
  };
}
