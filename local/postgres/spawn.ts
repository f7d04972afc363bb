import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PostgresReport } from "./main.ts";

export interface PostgresProcess extends AsyncDisposable {
  port: number;
  /** What Neon's client takes as its connection string. */
  url: string;
  pid: number;
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<void>;
  /** Asks it to close its files and end. */
  close(): Promise<void>;
}

/** Why the process did not start; `code` is `data_locked`, `port_taken` or `failed`. */
export class PostgresStartError extends Error {
  override name = "PostgresStartError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts the embedded Postgres in its own process, which ends with this one however this one ends. */
export async function spawnPostgres(settings: { dataDir: string; port: number; password: string }): Promise<PostgresProcess> {
  const child = fork(fileURLToPath(new URL("main.ts", import.meta.url)), {
    execArgv: [],
    env: {
      ...process.env,
      POSTGRES_DATA_DIR: settings.dataDir,
      POSTGRES_PORT: String(settings.port),
      POSTGRES_PASSWORD: settings.password,
    },
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const report = await Promise.race([
    once(child, "message").then(([message]) => message as PostgresReport),
    exited.then((): PostgresReport => ({ type: "failed", code: "failed", message: "the embedded Postgres ended before it was ready" })),
  ]);
  if (report.type === "failed") throw new PostgresStartError(report.code, report.message);
  const close = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  const url = `postgresql://postgres:${encodeURIComponent(settings.password)}@127.0.0.1:${report.port}/postgres`;
  return { port: report.port, url, pid: child.pid!, exited, close, [Symbol.asyncDispose]: close };
}
