import { unstable_startWorker } from "wrangler";

/** The bare route in workerd, started as the embedded stack starts the edge, over the same Redis gateway. */
export async function startBareWorker(redis: { url: string; token: string }): Promise<{ url: string; close(): Promise<void> }> {
  const worker = await unstable_startWorker({
    config: "tests/bench/bare-route.toml",
    bindings: {
      UPSTASH_REDIS_REST_URL: { type: "secret_text", value: redis.url },
      UPSTASH_REDIS_REST_TOKEN: { type: "secret_text", value: redis.token },
    },
    dev: { server: { hostname: "127.0.0.1", port: 0 }, inspector: false, watch: false, persist: false, logLevel: "none", structuredLogsHandler: () => undefined },
  });
  await worker.ready;
  return { url: (await worker.url).origin, close: () => worker.dispose() };
}
