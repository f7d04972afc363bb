import type { Redis } from "@upstash/redis/cloudflare";
import { minuteMs } from "#shared/kernel/clock.ts";

/**
 * Ids of the images removed within the last minute, by when. Whoever keeps something made from the database in Redis looks here in the
 * same script: it may have been read before an image was removed, and would be kept after the removal had looked for what to take away.
 */
export const latelyRemovedKey = "images:removed";

/** Longer than any request between reading an image's row and keeping what was made of it. */
const keptMs = minuteMs;

export interface LatelyRemoved {
  note(imageId: string, now: number): Promise<void>;
  /** The image may be kept again at once. */
  forget(imageId: string): Promise<void>;
}

export function latelyRemoved(redis: Redis): LatelyRemoved {
  return {
    async note(imageId, now) {
      await redis.pipeline()
        .zadd(latelyRemovedKey, { score: now, member: imageId })
        .zremrangebyscore(latelyRemovedKey, 0, now - keptMs)
        .pexpire(latelyRemovedKey, keptMs)
        .exec();
    },
    async forget(imageId) {
      await redis.zrem(latelyRemovedKey, imageId);
    },
  };
}
