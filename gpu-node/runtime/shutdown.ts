import type { Server } from "node:http";
import type { Log } from "./log.ts";

export interface ShutdownParts {
  server: Server;
  /** How long requests in flight may take to finish. */
  limitMs: number;
  log: Log;
  /** Runs after the last answer: close stores, free models. Counts against the limit. */
  release: () => Promise<void>;
}

/**
 * Stops the process in order: on SIGTERM, SIGINT, or when a parent that started it with an IPC channel is gone, it takes
 * no more connections, lets requests in flight finish up to the limit, releases what it holds, and exits. A second
 * signal, or the limit, ends it at once. Returns the stop itself, for tests and for callers with a reason of their own.
 */
export function stopGracefully(parts: ShutdownParts): (why: string) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = (why: string) => (stopping ??= stopOnce(parts, why));
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    void stop(signal);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  if (process.connected) process.on("disconnect", () => void stop("the parent is gone"));
  return stop;
}

async function stopOnce({ server, limitMs, log, release }: ShutdownParts, why: string): Promise<void> {
  log({ event: "node.stopping", why, limitMs });
  const limit = setTimeout(() => {
    log({ event: "node.stopped", cutOff: true });
    process.exit(1);
  }, limitMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose answer has just gone out would idle on until its keep-alive ends.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(idle);
  await release().catch(() => undefined);
  clearTimeout(limit);
  log({ event: "node.stopped", cutOff: false });
  process.exit(0);
}
