import type { Redis } from "@upstash/redis/cloudflare";
import { Failure } from "#shared/contract/failures.ts";
import { PopularPage, type PopularQuery } from "#shared/contract/feed.ts";
import { mostUnsafe, type SafetyLevel } from "#shared/contract/safety.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import { secondMs, wait, type Clock } from "#shared/kernel/clock.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import { latelyRemovedKey } from "../clients/lately-removed.ts";
import { describe, log } from "../log.ts";
import type { RegionKnown } from "../regions/region-known.ts";

/**
 * The public feed of what many like. Three layers: the Cache API beside the visitor, Redis for all places, and the
 * query itself. A page older than `freshMs` is still served while one request anywhere makes it anew.
 */
export interface PopularFeed {
  page(query: LevelledQuery, background: (work: Promise<unknown>) => void): Promise<PopularPage>;
  /** Ids for a fallback page: popular images outside `barred`, falling through to the store when those run out. */
  forFallback(barred: ReadonlySet<string>, limit: number, safety: SafetyLevel, requestId: string): Promise<string[]>;
  /** Drops every page kept in Redis; copies beside visitors run out by themselves within half a second. */
  forget(): Promise<void>;
}

/** Pages differ by the level they suit. */
export type LevelledQuery = PopularQuery & { safety: SafetyLevel };

export interface PopularParts {
  redis: Redis;
  images: ImageStore;
  clock: Clock;
  regionKnown: RegionKnown;
  cache: () => Promise<Cache>;
}

/** Names of all pages kept in Redis, so that they can be dropped. */
const keptNames = "popular:kept";
const freshMs = 30 * secondMs;
/** A copy beside visitors cannot be taken away from afar, and a removed image must be gone within a second: long enough to bear a crowd. */
const nearbyMs = 500;
const readAtHeader = "x-read-at";
/** Keeps a page and its name in one step, so that dropping all of them misses none; not one that names what was removed a moment ago. */
const keepScript = `
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do if string.find(ARGV[2], id, 1, true) then return 0 end end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;
const keepAttempts = 3;
const keptSeconds = 24 * 3600;
/** Whoever refills and dies gives way to another after this long. */
const lockMs = 5 * secondMs;
/** A miss looks whether the one that refills is done: soon at first, then less often, so that many do not crowd Redis. */
const firstPollMs = 50;
const longestPollMs = 800;
const patienceMs = 8 * secondMs;

export function popularFeed({ redis, images, clock, regionKnown, cache }: PopularParts): PopularFeed {
  const nameOf = ({ window, region, limit, safety }: LevelledQuery) => `popular:${window}:${limit}:${region ?? ""}${safety === defaultSettings.safety ? "" : `:${safety}`}`;
  const cacheAddress = (query: LevelledQuery) => `https://popular.miraveja.internal/${encodeURIComponent(nameOf(query))}`;
  const keep = redis.createScript<number>(keepScript);
  const age = (page: PopularPage) => clock() - Date.parse(page.refreshed_at);

  const fromCache = async (query: LevelledQuery): Promise<PopularPage | undefined> => {
    const found = await (await cache()).match(cacheAddress(query));
    if (found === undefined) return undefined;
    const text = await found.text();
    return clock() - Number(found.headers.get(readAtHeader)) > nearbyMs ? undefined : PopularPage.parse(JSON.parse(text));
  };
  const fromRedis = async (query: LevelledQuery): Promise<PopularPage | undefined> => {
    const text = await redis.get<string>(nameOf(query));
    return text === null ? undefined : PopularPage.parse(JSON.parse(text));
  };
  const keepNearby = async (query: LevelledQuery, page: PopularPage, readAt: number): Promise<void> => {
    const body = new Response(JSON.stringify(page), { headers: { "cache-control": "public, max-age=1", [readAtHeader]: String(readAt) } });
    await (await cache()).put(cacheAddress(query), body);
  };

  const make = async (query: LevelledQuery): Promise<PopularPage> => {
    const items = await images.popular({ ...query, mostUnsafe: mostUnsafe[query.safety] });
    return { window: query.window, region: query.region ?? null, refreshed_at: new Date(clock()).toISOString(), items };
  };

  /** Makes the page anew where this request gets the lock; undefined where another one has it. */
  const refill = async (query: LevelledQuery): Promise<PopularPage | undefined> => {
    const lock = `${nameOf(query)}:refill`;
    if ((await redis.set(lock, "1", { nx: true, px: lockMs })) === null) return undefined;
    try {
      // Whoever had the lock before may have finished between this request's look and its lock.
      const justMade = await fromRedis(query);
      if (justMade !== undefined && age(justMade) <= freshMs) return justMade;
      let page = await make(query);
      for (let attempt = 1; (await keep.exec([nameOf(query), keptNames, latelyRemovedKey], [nameOf(query), JSON.stringify(page), String(keptSeconds)])) === 0; attempt++) {
        page = await make(query);
        if (attempt === keepAttempts) break;
      }
      log({ event: "popular.refilled", window: query.window, region: query.region ?? null });
      return page;
    } finally {
      await redis.del(lock);
    }
  };

  /** Waits for the page another request makes, and makes it after all when that one is lost. */
  const awaitRefill = async (query: LevelledQuery): Promise<PopularPage> => {
    const startedAt = clock();
    for (let pause = firstPollMs; clock() - startedAt < patienceMs; pause = Math.min(longestPollMs, 2 * pause)) {
      await wait(pause * (0.5 + Math.random()));
      const arrived = (await fromRedis(query)) ?? (clock() - startedAt > lockMs ? await refill(query) : undefined);
      if (arrived !== undefined) return arrived;
    }
    throw new Failure("store.away");
  };

  /** With Redis away the query itself answers; a miss waits for whoever is refilling. */
  const load = async (query: LevelledQuery, background: (work: Promise<unknown>) => void): Promise<PopularPage> => {
    try {
      const kept = await fromRedis(query);
      if (kept !== undefined) {
        if (age(kept) > freshMs) background(refill(query));
        return kept;
      }
      if (query.region !== undefined && !(await regionKnown(query.region))) throw new Failure("region.not_found");
      return (await refill(query)) ?? (await awaitRefill(query));
    } catch (error) {
      if (error instanceof Failure) throw error;
      log({ event: "cache.away", call: "popular", error: describe(error) });
      return make(query);
    }
  };

  return {
    async page(query, background) {
      const near = await fromCache(query).catch(() => undefined);
      if (near !== undefined) return near;
      const readAt = clock();
      const page = await load(query, background);
      background(keepNearby(query, page, readAt));
      return page;
    },

    async forFallback(barred, limit, safety, requestId) {
      const background = (work: Promise<unknown>) => {
        work.catch((error: unknown) => log({ event: "background.failed", request_id: requestId, work: "popular", error: describe(error) }));
      };
      const popular = await load({ window: "week", limit: 60, safety }, background);
      const ids = popular.items.map((item) => item.image.id).filter((id) => !barred.has(id));
      if (ids.length >= limit) return ids.slice(0, limit);
      const more = (await images.popular({ window: "all", limit: barred.size + 2 * limit, mostUnsafe: mostUnsafe[safety] })).map((item) => item.image.id);
      return [...new Set([...ids, ...more])].filter((id) => !barred.has(id)).slice(0, limit);
    },

    async forget() {
      const names = await redis.smembers(keptNames);
      if (names.length > 0) await redis.del(keptNames, ...names);
    },
  };
}
