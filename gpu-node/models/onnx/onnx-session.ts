import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { Log } from "../../runtime/log.ts";
import type { Answer, Feeds } from "./feeds.ts";
import { providersHere, type Provider } from "./providers.ts";
import type { OpenedSession, SessionPlan, SessionTask } from "./session-thread.ts";

export interface OnnxParts extends Pick<SessionPlan, "file" | "output" | "warmUp"> {
  /** What the log calls it. */
  name: string;
  /** Threads that share one operation on the processor. */
  threads?: number | undefined;
  /** Tried in this order; what this machine has where not said. */
  providers?: readonly Provider[] | undefined;
  log: Log;
}

/**
 * An open network. It lives in a thread of its own, which does one run after another.
 *
 * Promises: `run` leaves the event loop free; a failed run leaves the session usable; after `close` nothing of it is left.
 */
export interface OnnxSession {
  readonly provider: Provider;
  /** Entries of one answer. */
  readonly width: number;
  /** What this process grew by when it was opened and warmed up. Of a GPU's memory it says nothing. */
  readonly processBytes: number;
  /** What goes in is copied and stays the caller's. */
  run(feeds: Feeds): Promise<Answer>;
  close(): Promise<void>;
}

/** One core is left to decode pictures on; beyond eight threads small networks gain nothing. */
export const usualThreads = (cores: number = availableParallelism()): number => Math.min(8, Math.max(1, cores - 1));

export async function openOnnxSession({ name, threads = usualThreads(), providers = providersHere(), log, ...plan }: OnnxParts): Promise<OnnxSession> {
  const startedAtMs = performance.now();
  const bytesBefore = process.memoryUsage.rss();
  const thread = new Piscina<SessionTask, OpenedSession | Answer | undefined>({
    filename: new URL("./session-thread.ts", import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // The next run waits in the thread, not behind whatever the event loop has in hand.
    concurrentTasksPerWorker: 2,
    idleTimeout: Infinity,
  });
  try {
    const { provider, passedOver, width } = (await thread.run({ do: "open", plan: { ...plan, providers, threads } })) as OpenedSession;
    const ms = Math.round(performance.now() - startedAtMs);
    log({ event: "onnx.opened", model: name, provider, threads, ms, passedOver: passedOver.map((one) => one.provider) });
    return {
      provider, width,
      processBytes: Math.max(0, process.memoryUsage.rss() - bytesBefore),
      run: async (feeds) => (await thread.run({ do: "run", feeds })) as Answer,
      async close() {
        await thread.run({ do: "close" });
        await thread.destroy();
      },
    };
  } catch (error) {
    await thread.destroy();
    throw error;
  }
}
