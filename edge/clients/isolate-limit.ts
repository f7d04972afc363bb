import { minuteMs, type Clock } from "#shared/kernel/clock.ts";

/** What the edge asks of a rate limiter; Cloudflare's binding is one. */
export interface Limiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/**
 * Counts in this isolate's memory, by the minute: exact where there is one isolate, as in the embedded stack. The
 * binding's local stand-in writes each count to a SQLite database, which costs more than all else a cached page does;
 * Cloudflare's own counts in memory beside the isolate, as this does.
 */
export function isolateLimit(perMinute: number, clock: Clock): Limiter {
  let minute = Number.NaN;
  const counts = new Map<string, number>();
  return {
    limit({ key }) {
      const now = Math.floor(clock() / minuteMs);
      // Forgetting everyone at once keeps the map as small as one minute's callers.
      if (now !== minute) counts.clear();
      minute = now;
      const count = counts.get(key) ?? 0;
      if (count < perMinute) counts.set(key, count + 1);
      return Promise.resolve({ success: count < perMinute });
    },
  };
}
