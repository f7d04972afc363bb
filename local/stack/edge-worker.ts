import { unstable_startWorker } from "wrangler";
import { StartFailed } from "./child.ts";

export interface EdgeParts {
  port: number;
  dataDir: string;
  settings: Record<string, string>;
}

/** The Worker in workerd, as wrangler.toml describes it, with R2 kept under the data folder. Nothing leaves the machine. */
export async function startEdgeWorker({ port, dataDir, settings }: EdgeParts): Promise<{ url: string; close(): Promise<void> }> {
  const worker = await unstable_startWorker({
    config: "wrangler.toml",
    bindings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { type: "plain_text" as const, value }])),
    dev: {
      server: { hostname: "127.0.0.1", port },
      inspector: false,
      watch: false,
      persist: dataDir,
      logLevel: "warn",
    },
  });
  await worker.ready;
  const url = await worker.url;
  // The first request builds the services: a setting that is wrong shows here, not at a visitor's first page.
  const health = await fetch(new URL("/readyz", url));
  if (!health.ok) throw new StartFailed("edge", "not_ready", `its first health check answered ${health.status}: ${await health.text()}`);
  return { url: url.origin, close: () => worker.dispose() };
}
