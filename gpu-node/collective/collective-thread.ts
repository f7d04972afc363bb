import { Piscina } from "piscina";
import { secondMs } from "#shared/kernel/clock.ts";
import type { LinkTable } from "#shared/taste/collective/link-table.ts";
import type { LinkedViewer, LinkOptions } from "#shared/taste/collective/neighbours.ts";
import type { CollectiveTask, Neighbourhood } from "./collective-worker.ts";
import type { PackedLikes } from "./packed-likes.ts";

/** One thread beside the event loop for what viewers tell about each other; it is gone while there is nothing to do. */
export interface CollectiveThread extends AsyncDisposable {
  fitTogether(likes: PackedLikes, asOf: number, signal: AbortSignal): Promise<LinkTable>;
  linkViewers(viewers: LinkedViewer[], options: LinkOptions, signal: AbortSignal): Promise<Neighbourhood>;
  close(): Promise<void>;
}

export function collectiveThread(): CollectiveThread {
  const pool = new Piscina<CollectiveTask, LinkTable | Neighbourhood>({
    filename: new URL("./collective-worker.ts", import.meta.url).href,
    minThreads: 0, maxThreads: 1, idleTimeout: 10 * secondMs,
    // Whoever waits for a page goes first.
    niceIncrement: 10,
    resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  });
  const close = (): Promise<void> => pool.destroy();
  return {
    fitTogether: async (likes, asOf, signal) => (await pool.run({ kind: "together", likes, asOf }, { signal })) as LinkTable,
    linkViewers: async (viewers, options, signal) => (await pool.run({ kind: "neighbours", viewers, options }, { signal })) as Neighbourhood,
    close,
    [Symbol.asyncDispose]: close,
  };
}
