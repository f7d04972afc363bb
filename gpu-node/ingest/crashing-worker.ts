import { setTimeout as sleep } from "node:timers/promises";

/** Stands in for the analysis in tests; the first byte says how it behaves. */
export default async function crashingWorker(bytes: Uint8Array): Promise<unknown> {
  if (bytes[0] === 1) process.exit(7);
  if (bytes[0] === 2) await sleep(600_000);
  if (bytes[0] === 3) for (;;);
  return { analysis: { width: bytes.length } };
}
