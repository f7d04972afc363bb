import { dirname, resolve } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, NoOpLog, type V4WorkerOptionsShape } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

export interface WorkerParts {
  /** Describes the Worker, as for a deployment. */
  config: string;
  /** 0 takes a free one. */
  port: number;
  /** Secrets, which a deployment has beside its configuration. */
  secrets: Record<string, string>;
  /** Where R2 and the Cache API keep things; nothing outlives the Worker where there is none. */
  dataDir?: string;
  onLogLine: (line: string) => void;
}

export interface RunningWorker {
  port: number;
  close(): Promise<void>;
}

const hostname = "127.0.0.1";

/**
 * Collecting garbage ends the native halves of all requests, responses and streams since the last time, and stops the Worker for as long: a
 * young generation of two megabytes and a heap whose first limit is 16 keep each stop short. Miniflare takes V8's flags from the environment alone.
 */
process.env["MINIFLARE_WORKERD_V8_FLAGS"] ??= "--max-semi-space-size=2 --initial-heap-size=16";

/**
 * A Worker in workerd, listening on a socket of its own. Wrangler's development server would put two more Workers before
 * it and rebuild it on every change; both cost more than what they are put before.
 */
export async function startWorker({ config, port, secrets, dataDir, onLogLine }: WorkerParts): Promise<RunningWorker> {
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(config);
  const { modulesRules: _rules, ...options } = workerOptions as V4WorkerOptionsShape;
  const { assets } = options;
  const entrypoint = assets === undefined ? "default" : "front";
  const workerd = new Miniflare(convertV4MiniflareOptions({
    workers: [{
      ...options,
      name: "worker",
      modules: [{ type: "ESModule", path: "worker.js", contents: await bundle(resolve(dirname(config), main!), assets !== undefined) }],
      bindings: { ...options.bindings, ...secrets, WORKER_FIRST: assets?.run_worker_first ?? [] },
      serviceBindings: { NETWORK: { network: { allow: ["public", "private"], tlsOptions: { trustBrowserCas: true } } } },
      unsafeDirectSockets: [{ host: hostname, port, entrypoint }],
      stripCfConnectingIp: false,
    }],
    host: hostname,
    port: 0,
    cf: false,
    log: new NoOpLog(),
    handleStructuredLogs: ({ message }) => onLogLine(message),
    // Where wrangler's development server keeps it, below the folder it is given.
    ...(dataDir === undefined ? {} : { resourcePersistencePath: resolve(dataDir, "v3") }),
  }));
  const url = await workerd.unsafeGetDirectURL("worker", entrypoint);
  return { port: Number(url.port), close: () => workerd.dispose() };
}

/**
 * `fetch` straight to the network, as Cloudflare's goes. Miniflare leads it through a Worker of its own, for what cannot be had locally; that
 * costs half of what a cached page does, and collecting its garbage stops the Worker that is meant for 100 ms and more.
 */
const straightOut = `
    import { env } from "cloudflare:workers";
    globalThis.fetch = (input, init) => env.NETWORK.fetch(input, init);`;

/** The Worker and all it imports as one module, as `wrangler deploy` makes it. */
async function bundle(main: string, behindAssets: boolean): Promise<string> {
  const front = `
    import { inFrontOf } from "#local/stack/front.ts";
    export const front = inFrontOf(worker);`;
  const { outputFiles } = await build({
    stdin: { contents: `${straightOut} import worker from ${JSON.stringify(main)}; export default worker;${behindAssets ? front : ""}`, resolveDir: "." },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    mainFields: ["browser", "module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}
