import type { Clock } from "#shared/kernel/clock.ts";
import type { FailureCode } from "#shared/contract/failures.ts";
import type { MemoryTier } from "#shared/contract/node.ts";

/** Everything the node ever logs. Fields hold names, counts and times: never a body, a key, a token or a prompt. */
export type LogEvent =
  | { event: "node.started"; port: number; tag: string }
  | { event: "node.stopping"; why: string; limitMs: number }
  | { event: "node.stopped"; cutOff: boolean }
  | { event: "keyring.loaded"; keyIds: string[] }
  | { event: "keyring.broken"; file: string; problem: string }
  | { event: "taste.caught_up"; viewers: number; ms: number }
  | { event: "taste.fault"; during: "save" | "catch_up"; error: string; stack: string[] }
  | { event: "job.started"; job: string }
  | { event: "job.progress"; job: string; progress: number; ms: number }
  | { event: "job.finished"; job: string; ms: number; report: Record<string, unknown> }
  | { event: "job.failed"; job: string; error: string; stack: string[] }
  | { event: "encoder.unavailable"; encoder: string; why: string }
  | { event: "space.serving"; space: string }
  | { event: "space.filling"; space: string; done: number; total: number; etaSeconds: number | null }
  | { event: "space.waiting"; space: string; why: string }
  | { event: "space.unseen"; space: string; image: string; why: string }
  | { event: "model.tier"; tier: MemoryTier; freeBytes: number }
  | { event: "model.loaded"; model: string; bytes: number; ms: number }
  | { event: "model.evicted"; model: string }
  | { event: "model.refused"; model: string; neededBytes: number; capacityBytes: number; freeBytes: number; evictableBytes: number }
  | { event: "model.failed"; model: string; error: string; stack: string[] }
  | { event: "onnx.opened"; model: string; provider: string; threads: number; ms: number; passedOver: string[] }
  | { event: "request.done"; route: string; status: number; ms: number; keyId: string }
  | { event: "request.refused"; route: string; status: number; code: FailureCode }
  | { event: "request.failed"; route: string; error: string; stack: string[] };

type Level = "debug" | "info" | "warn" | "error";

const order: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

const levels: Record<LogEvent["event"], Level> = {
  "node.started": "info",
  "node.stopping": "info",
  "node.stopped": "info",
  "keyring.loaded": "info",
  "keyring.broken": "error",
  "taste.caught_up": "info",
  "taste.fault": "warn",
  "job.started": "debug",
  "job.progress": "info",
  "job.finished": "info",
  "job.failed": "warn",
  "encoder.unavailable": "error",
  "space.serving": "info",
  "space.filling": "info",
  "space.waiting": "warn",
  "space.unseen": "warn",
  "model.tier": "info",
  "model.loaded": "info",
  "model.evicted": "info",
  "model.refused": "warn",
  "model.failed": "error",
  "onnx.opened": "info",
  "request.done": "info",
  // Strangers decide how often this happens; the metrics count it at every level.
  "request.refused": "debug",
  "request.failed": "error",
};

export type Log = (entry: LogEvent, requestId?: string) => void;

/** One JSON object a line: time, level, event, request id, then the event's own fields. */
export function openLog(parts: { write: (line: string) => void; clock: Clock; level: Level }): Log {
  return ({ event, ...fields }, requestId) => {
    const level = levels[event];
    if (order[level] < order[parts.level]) return;
    const at = new Date(parts.clock()).toISOString();
    const request = requestId === undefined ? {} : { request_id: requestId };
    parts.write(`${JSON.stringify({ at, level, event, ...request, ...fields })}\n`);
  };
}

/**
 * What may be logged of an error: its name and where it arose. Messages stay out, since parsers and drivers quote what
 * they were given; the operating system's (`ECONNREFUSED`, `ENOENT`) quote only addresses and paths and are kept.
 */
export function describeError(error: unknown): { error: string; stack: string[] } {
  if (!(error instanceof Error)) return { error: `a thrown ${typeof error}`, stack: [] };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const name = /^E[A-Z]+$/.test(code) ? error.message : [error.name, code].filter(Boolean).join(" ");
  const stack = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: name, stack: stack.slice(0, 8).map((line) => line.trim()) };
}
