import type { Redis } from "@upstash/redis/cloudflare";
import type { PagePlace } from "#shared/stores/removal-store.ts";
import { withoutImages } from "../feed/without-images.ts";
import { streamKey } from "./page-cache.ts";

/** Pages in Redis, composed already: taking an image out of those that name it. */
export interface WaitingPages {
  /** When it is done, none of these pages names the image. */
  withdraw(imageId: string, places: readonly PagePlace[]): Promise<void>;
}

/** Pages read in one request: at some 12 KB each about a megabyte. */
const atOnce = 80;
/** Requests under way at a time: a Worker may hold six open. */
const lanes = 4;

/** Replaces a page only where it is still the one that was read: a newer one was made without the image, or is found by its own store. */
const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`;

/**
 * Pages stay where they are and lose one item: what comes after them keeps its place, and nobody waits for a page to be composed
 * because an image was removed.
 */
export function waitingPages(redis: Redis): WaitingPages {
  return {
    async withdraw(imageId, places) {
      const withdrawFrom = async (stretch: readonly PagePlace[]): Promise<void> => {
        const reading = redis.pipeline();
        for (const { viewer_id, stream_id, position } of stretch) reading.hget(streamKey(viewer_id, stream_id), `p${position}`);
        const bodies = await reading.exec<(string | null)[]>();
        const replacing = redis.pipeline();
        for (const [index, { viewer_id, stream_id, position }] of stretch.entries()) {
          const body = bodies[index];
          if (typeof body !== "string" || !body.includes(imageId)) continue;
          replacing.eval(replaceScript, [streamKey(viewer_id, stream_id)], [`p${position}`, body, withoutImages(body, new Set([imageId]))]);
        }
        if (replacing.length() > 0) await replacing.exec();
      };
      const stretches = Array.from({ length: Math.ceil(places.length / atOnce) }, (_, n) => places.slice(n * atOnce, (n + 1) * atOnce));
      const next = stretches.values();
      await Promise.all(Array.from({ length: lanes }, async () => {
        for (const stretch of next) await withdrawFrom(stretch);
      }));
    },
  };
}
