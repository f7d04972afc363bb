import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { ImageEncoder } from "#gpu-node/models/image-encoder.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import type { ImageAnalysis } from "./analyse.ts";
import type { Report, Task } from "./analysis-worker.ts";
import { ImageWork } from "./image-work.ts";
import { ImageRefused } from "./refusal.ts";
import { seerOf, vectorIn, type SeenVector } from "./see.ts";

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
  /** What to see it with; the node's usual one where nothing is said. */
  encoders?: readonly Pick<ImageEncoder, "space">[];
}

/** An analysis, each view of which has become a vector, in the order of the encoders. */
export type AnalysedImage = Omit<ImageAnalysis, "views"> & { seen: SeenVector[] };

/**
 * Analyses images in worker threads, so that the node's event loop is never held.
 *
 * Promises: rejects with `ImageRefused` for the image's fault, `ImageWorkFailed` for its own and the signal's reason when
 * aborted; holds at most `threads + queue` images; a worker that crashes or hangs takes only its own image with it.
 */
export interface Analyst extends AsyncDisposable {
  analyse(bytes: Uint8Array<ArrayBuffer>, options?: AnalyseOptions): Promise<AnalysedImage>;
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
  const work = new ImageWork({ most: threads + queue, timeLimitMs, words: { verb: "analyse", done: "analysed", noun: "analysis" } });

  const analyse: Analyst["analyse"] = (bytes, { signal, handOver = false, encoders = [nodeEncoder] } = {}) =>
    work.run(async (within) => {
      const report = await pool.run({ bytes, seers: encoders.map(seerOf) }, { signal: within, transferList: handOver ? [bytes.buffer] : [] });
      if ("refused" in report) throw new ImageRefused(report.refused.code, report.refused.message);
      const { views, ...analysis } = report.analysis;
      const seen = await Promise.all(views.map((view, i) => vectorIn(view, encoders[i]!, within)));
      return { ...analysis, seen };
    }, signal);

  const close = (): Promise<void> => pool.destroy();
  return {
    analyse,
    close,
    [Symbol.asyncDispose]: close,
    get load() {
      return work.load;
    },
  };
}
