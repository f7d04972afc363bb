import { Redis } from "@upstash/redis/cloudflare";
import type { EdgeSettings } from "../settings.ts";

/** Upstash over REST, answering plain text: what we store is text already, so nothing is decoded that need not be. */
export function connectRedis(settings: EdgeSettings): Redis {
  return new Redis({
    url: settings.UPSTASH_REDIS_REST_URL,
    token: settings.UPSTASH_REDIS_REST_TOKEN,
    automaticDeserialization: false,
    responseEncoding: false,
    enableTelemetry: false,
    enableAutoPipelining: false,
    // What we read after writing is read by scripts, which Upstash runs where writes go; so no answer's headers need looking into.
    readYourWrites: false,
    retry: { retries: 1, backoff: () => 20 },
  });
}
