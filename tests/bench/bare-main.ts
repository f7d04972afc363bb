import { unstable_startWorker } from "wrangler";

/**
 * The bare route in workerd, in a process and process group of its own as the edge is. Its argument names the wrangler
 * configuration; UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN come by environment. Tells its parent its address,
 * and ends on SIGTERM or when the parent is gone.
 */
const secret = (name: string) => ({ type: "secret_text" as const, value: process.env[name] ?? "" });

const worker = await unstable_startWorker({
  config: process.argv[2]!,
  bindings: { UPSTASH_REDIS_REST_URL: secret("UPSTASH_REDIS_REST_URL"), UPSTASH_REDIS_REST_TOKEN: secret("UPSTASH_REDIS_REST_TOKEN") },
  dev: { server: { hostname: "127.0.0.1", port: 0 }, inspector: false, watch: false, persist: false, logLevel: "none", structuredLogsHandler: () => undefined },
});

async function end(): Promise<void> {
  await worker.dispose();
  process.exit(0);
}

process.once("SIGTERM", () => void end());
process.once("disconnect", () => void end());

await worker.ready;
const { origin } = await worker.url;
// Only an answer shows that its workerd runs: `ready` is the proxy's.
await (await fetch(`${origin}/page/none`)).body?.cancel();
if (process.connected) process.send!(origin);
else await end();
