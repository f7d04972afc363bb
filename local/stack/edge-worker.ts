import { createWriteStream } from "node:fs";
import { unstable_startWorker } from "wrangler";

export interface EdgeParts {
  port: number;
  dataDir: string;
  settings: Record<string, string>;
  logFile: string;
}

/** The Worker in workerd, as wrangler.toml describes it, with R2 kept under the data folder. Nothing leaves the machine. */
export async function startEdgeWorker(parts: EdgeParts): Promise<{ port: number; close(): Promise<void> }> {
  const { port, dataDir, settings } = parts;
  const logFile = createWriteStream(parts.logFile, { flags: "a" });
  const worker = await unstable_startWorker({
    config: "wrangler.toml",
    bindings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { type: "secret_text" as const, value }])),
    dev: {
      server: { hostname: "127.0.0.1", port },
      inspector: false,
      watch: false,
      persist: dataDir,
      // Wrangler's own lines would show the settings; the Worker's go to its log file.
      logLevel: "none",
      structuredLogsHandler: ({ message }: { message: string }) => logFile.write(`${message}\n`),
    },
  });
  await worker.ready;
  const url = await worker.url;
  // The first request builds the services: what is wrong with them shows here, not at a visitor's first page.
  const health = await fetch(new URL("/readyz", url));
  if (!health.ok) throw new Error(`its first health check answered ${health.status}; see ${parts.logFile}`);
  await health.body?.cancel();
  return {
    port: Number(url.port),
    close: async () => {
      await worker.dispose();
      logFile.end();
    },
  };
}
