import { Piscina } from "piscina";

export interface Asked {
  path: string;
  headers: Record<string, string>;
  /** What must come back, byte for byte. */
  expected: Uint8Array;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  seconds: number;
  latenciesMs: number[];
}

/** What the thread asks, and of whom. */
export interface LoadThread {
  url: string;
  asked: readonly Asked[];
  connections: number;
}

export type LoadTask = { width: number } | { perSecond: number; settleSeconds: number };

/**
 * Asks the same requests again and again over kept-alive connections; an answer other than the one expected ends the run. It asks from
 * a thread that holds nothing else: collecting the garbage of a whole bench would count as latency of what is measured.
 */
export class LoadGenerator {
  readonly #pool: Piscina<LoadTask, LoadResult>;

  constructor(workerData: LoadThread) {
    this.#pool = new Piscina({ filename: new URL("./load-thread.ts", import.meta.url).href, minThreads: 1, maxThreads: 1, workerData });
  }

  /** Closed loop: `width` requests are always under way. Measures what the service can do at most. */
  async asFastAsPossible(width: number): Promise<LoadResult> {
    return this.#pool.run({ width });
  }

  /**
   * Open loop: requests leave at a fixed rate whether or not earlier ones were answered, and each is timed from when it
   * should have left, so that a stall counts against everyone it would have kept waiting (no coordinated omission). The
   * first `settleSeconds` of it open connections and are not counted: what is asked for is a service under steady load.
   */
  async atRate(perSecond: number, settleSeconds: number): Promise<LoadResult> {
    return this.#pool.run({ perSecond, settleSeconds });
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
