/** Everything the edge ever logs: one JSON line each, never a token, a key or a body. */
export type LogEvent =
  | { event: "edge.started" }
  | { event: "request.failed"; request_id: string; method: string; route: string; error: string }
  | { event: "store.away"; request_id: string; route: string; error: string }
  | { event: "node.away"; request_id: string; call: string; reason: string }
  | { event: "cache.away"; call: string; error: string }
  | { event: "background.failed"; request_id: string; work: string; error: string }
  | { event: "popular.refilled"; window: string; region: string | null };

export function log(entry: LogEvent): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), ...entry }));
}

/** An error's name and message, cut short; stacks stay out of the log lines people watch. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 300);
  const cause = error.cause instanceof Error ? ` (${error.cause.name}: ${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`.slice(0, 300);
}
