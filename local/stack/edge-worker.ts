import { createWriteStream } from "node:fs";
import { startWorker, type RunningWorker } from "./workerd.ts";

export interface EdgeParts {
  port: number;
  dataDir: string;
  settings: Record<string, string>;
  logFile: string;
}

/** The Worker as wrangler.toml describes it, with R2 kept under the data folder. Nothing leaves the machine. */
export async function startEdgeWorker({ port, dataDir, settings, logFile }: EdgeParts): Promise<RunningWorker> {
  const log = createWriteStream(logFile, { flags: "a" });
  const worker = await startWorker({ config: "wrangler.toml", port, secrets: settings, dataDir, onLogLine: (line) => log.write(`${line}\n`) });
  // The first request builds the services: what is wrong with them shows here, not at a visitor's first page.
  const health = await fetch(`http://127.0.0.1:${worker.port}/readyz`);
  if (!health.ok) throw new Error(`its first health check answered ${health.status}; see ${logFile}`);
  await health.body?.cancel();
  return {
    port: worker.port,
    close: async () => {
      await worker.close();
      log.end();
    },
  };
}
