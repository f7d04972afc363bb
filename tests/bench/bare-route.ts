import { Redis } from "@upstash/redis/cloudflare";
import { Hono } from "hono";

interface Bindings {
  UPSTASH_REDIS_REST_URL: string;
  UPSTASH_REDIS_REST_TOKEN: string;
}

/**
 * The least that could serve a page from Redis in a Worker: one Hono route, one Upstash call, the bytes sent on. The
 * client is set up as the edge sets up its own (edge/clients/redis.ts), so that the difference is the edge's work alone.
 */
const app = new Hono<{ Bindings: Bindings }>();

let redis: Redis | undefined;

app.get("/page/:key", async (c) => {
  redis ??= new Redis({
    url: c.env.UPSTASH_REDIS_REST_URL,
    token: c.env.UPSTASH_REDIS_REST_TOKEN,
    automaticDeserialization: false,
    responseEncoding: false,
    enableTelemetry: false,
    enableAutoPipelining: false,
    readYourWrites: false,
    retry: { retries: 1, backoff: () => 20 },
  });
  const body = await redis.get<string>(c.req.param("key"));
  return body === null ? c.notFound() : c.body(body, 200, { "content-type": "application/json" });
});

export default app;
