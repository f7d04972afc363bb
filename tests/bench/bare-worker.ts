import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("bare-main.ts", import.meta.url));

/** The bare route, started as the embedded stack starts the edge, over the same Redis gateway. */
export async function startBareWorker(redis: { url: string; token: string }): Promise<{ url: string; close(): Promise<void> }> {
  const child = fork(entry, {
    env: { ...process.env, UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await Promise.race([
    once(child, "message").then(([origin]) => origin as string),
    ended.then(() => Promise.reject(new Error("the bare route did not start"))),
  ]);
  return {
    url,
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
