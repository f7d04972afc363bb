import { unstable_startWorker } from "wrangler";

/** The bare route in workerd, started as the embedded stack starts the edge, over the same Redis gateway. */
export async function startBareWorker(config: "bare-route" | "bare-route-with-assets", redis: { url: string; token: string }): Promise<{ url: string; close(): Promise<void> }> {
  const worker = await unstable_startWorker({
    config: `tests/bench/${config}.toml`,
    bindings: {
      UPSTASH_REDIS_REST_URL: { type: "secret_text", value: redis.url },
      UPSTASH_REDIS_REST_TOKEN: { type: "secret_text", value: redis.token },
    },
    dev: { server: { hostname: "127.0.0.1", port: 0 }, inspector: false, watch: false, persist: false, logLevel: "none", structuredLogsHandler: () => undefined },
  });
  await worker.ready;
  const { origin } = await worker.url;
  // Only an answer shows that its workerd runs: `ready` is the proxy's.
  await (await fetch(`${origin}/page/none`)).body?.cancel();
  return { url: origin, close: () => worker.dispose() };
}
