import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "./analysis-worker.ts";

/** Stands in for the analysis in tests; the first byte says how it behaves. */
export default async function crashingWorker({ bytes }: Task): Promise<unknown> {
  if (bytes[0] === 1) process.exit(7);
  if (bytes[0] === 2) await sleep(600_000);
  if (bytes[0] === 3) for (;;);
  return { analysis: { width: bytes.length, views: [] } };
}
