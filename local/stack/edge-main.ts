import { parseSettings } from "#edge/settings.ts";
import type { Report } from "./child.ts";

/**
 * The edge as a process of its own: workerd is in its process group, so that Ctrl-C in a terminal does not reach it and it
 * can be ended whole. Settings come from the environment: EDGE_PORT (0 takes any free one), EDGE_DATA_DIR, EDGE_LOG_FILE
 * and EDGE_SETTINGS, a JSON object of what the Worker is given.
 */
let close: (() => Promise<void>) | undefined;
let leaving = false;

process.once("SIGTERM", () => void leave());
process.once("SIGINT", () => void leave());
process.once("disconnect", () => void leave());

try {
  const settings = JSON.parse(setting("EDGE_SETTINGS")) as Record<string, string>;
  parseSettings(settings);
  // Loaded only now: it takes a second, and what is wrong with the settings should show at once.
  const { startEdgeWorker } = await import("./edge-worker.ts");
  const edge = await startEdgeWorker({
    port: Number(setting("EDGE_PORT")),
    dataDir: setting("EDGE_DATA_DIR"),
    logFile: setting("EDGE_LOG_FILE"),
    settings,
  });
  close = () => edge.close();
  // A parent that went while this was starting could not be heard going.
  if (leaving || (process.send !== undefined && !process.connected)) await end();
  else report({ type: "ready", port: edge.port });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`edge cannot start: ${message}\n`);
  report({ type: "failed", code: "failed", message }, () => process.exit(1));
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

function report(message: Report, sent: () => void = () => undefined): void {
  if (process.connected) process.send!(message, sent);
  else sent();
}

async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  if (close !== undefined) await end();
}

async function end(): Promise<void> {
  await close!();
  process.exit(0);
}
