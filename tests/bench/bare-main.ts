import { startWorker } from "#local/stack/workerd.ts";

/**
 * The bare route in workerd, in a process and process group of its own as the edge is. UPSTASH_REDIS_REST_URL and
 * UPSTASH_REDIS_REST_TOKEN come by environment. Tells its parent its address, and ends on SIGTERM or when the parent is gone.
 */
const { UPSTASH_REDIS_REST_URL = "", UPSTASH_REDIS_REST_TOKEN = "" } = process.env;

const worker = await startWorker({
  config: "tests/bench/bare-route.toml",
  port: 0,
  secrets: { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN },
  onLogLine: () => undefined,
});

async function end(): Promise<void> {
  await worker.close();
  process.exit(0);
}

process.once("SIGTERM", () => void end());
process.once("disconnect", () => void end());

if (process.connected) process.send!(`http://127.0.0.1:${worker.port}`);
else await end();
