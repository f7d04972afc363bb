import { startPostgresGateway, type PostgresGateway } from "./gateway.ts";

/**
 * The embedded Postgres as a process of its own: a long query blocks this event loop and nobody else's. Settings come from
 * the environment, where other users of the machine do not see the password as they would among the arguments:
 * POSTGRES_DATA_DIR, POSTGRES_PORT (0 takes any free one) and POSTGRES_PASSWORD.
 */
export type PostgresReport = { type: "ready"; port: number } | { type: "failed"; code: string; message: string };

const closeDeadlineMs = 10_000;
let gateway: PostgresGateway | undefined;
let leaving = false;

process.once("SIGTERM", () => void leave());
process.once("SIGINT", () => void leave());
// The parent is gone: nobody can stop this process any more, so it stops itself.
process.once("disconnect", () => void leave());

try {
  gateway = await startPostgresGateway({
    dataDir: setting("POSTGRES_DATA_DIR"),
    port: portSetting(),
    password: setting("POSTGRES_PASSWORD"),
    onEngineStopped: fail,
  });
  if (leaving) await end();
  else report({ type: "ready", port: gateway.port });
} catch (error) {
  fail(error);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

function portSetting(): number {
  const port = Number(setting("POSTGRES_PORT"));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("POSTGRES_PORT has to be a number from 0 to 65535");
  return port;
}

function fail(error: unknown): void {
  const { code = "failed", message } = error as { code?: string; message: string };
  report({ type: "failed", code: code === "EADDRINUSE" ? "port_taken" : code, message }, () => process.exit(1));
}

function report(message: PostgresReport, sent: () => void = () => undefined): void {
  if (process.connected) {
    process.send!(message, sent);
    return;
  }
  if (message.type === "failed") console.error(JSON.stringify({ level: "error", event: "postgres.failed", code: message.code, message: message.message }));
  sent();
}

/** Before the gateway stands, only notes the wish: a folder half opened is better finished than abandoned. */
async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  if (gateway !== undefined) await end();
}

async function end(): Promise<void> {
  setTimeout(() => process.exit(1), closeDeadlineMs).unref();
  await gateway!.close();
  process.exit(0);
}
