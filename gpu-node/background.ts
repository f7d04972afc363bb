import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "./runtime/log.ts";

/**
 * Does a job now and then `everyMs` after each end of it, until the signal aborts. A job that fails is logged and done
 * again in its turn. Resolves when the last run has ended.
 */
export async function repeatedly(
  job: string,
  everyMs: number,
  run: (signal: AbortSignal) => Promise<void>,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run(signal);
    } catch (error) {
      log({ event: "job.failed", job, ...describeError(error) });
    }
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
