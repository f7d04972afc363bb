import type { Redis } from "@upstash/redis/cloudflare";
import { hourMs } from "#shared/kernel/clock.ts";
import { withoutImages } from "../feed/without-images.ts";
import { latelyRemovedKey } from "./lately-removed.ts";

/**
 * Composed pages that wait for their viewer, in Redis.
 *
 * A stream is one hash: `p<n>` the page's body, `o<n>` the place in the viewer's log its taste reached, `served` the
 * last position given out, `generation` of the newest write, `end` the stream's last position once it is known. Beside
 * it stands one number per viewer: the place of their last event that changes what they should see. A page whose taste
 * ends before it is stale and is not served. A cursor sent again gets its page again; only the last page given out is made
 * anew once it is stale, for a client that fetched it ahead and has not shown it. Earlier pages stay what they were.
 */
export interface PageCache {
  /** One round trip. */
  take(viewerId: string, streamId: string, position: number, now: number): Promise<Taken>;
  /** Keeps the pages, unless a newer generation was stored meanwhile, and without what was removed a moment ago. */
  store(viewerId: string, streamId: string, pages: PagesToKeep): Promise<void>;
  /** From now on pages composed before this place in the viewer's log are stale. */
  changed(viewerId: string, offset: number): Promise<void>;
  /** From now on nothing more is kept of the viewer: a page still being composed is dropped when it arrives. */
  bar(viewerId: string): Promise<void>;
  forget(viewerId: string, streamIds: readonly string[]): Promise<void>;
}

export interface Taken {
  /** The page's body, ready to send. */
  page: string | null;
  /** A page that was there but is stale: better than none when the node is away. */
  stalePage: string | null;
  /** Where to compose from, when this request is the one to refill; null otherwise. */
  refillFrom: number | null;
  /** The last position given out, −1 when none is known. */
  servedThrough: number;
  /** Another request is composing this very page: a cursor sent twice gets one page, so look again in a moment. */
  underWay: boolean;
  /** The viewer has acted since the page before was composed. Whoever does so once will do so again, and pages in waiting would be stale. */
  turned: boolean;
}

export interface PagesToKeep {
  generation: number;
  tasteOffset: number;
  /** Positions follow one another. */
  pages: { position: number; body: string }[];
  /** The first of them is being served right now. */
  servingFirst: boolean;
  /** No page follows the last one. */
  end: boolean;
}

const timeToLiveSeconds = (12 * hourMs) / 1000;
/** Longer than any request that was under way when its viewer was erased. */
const barredSeconds = 60;
/** Fewer fresh pages than this in waiting, and a refill starts. */
const lowWater = 2;
/** A refill that has not reported back by then is taken for lost. */
const refillPatienceMs = 3_000;
/** Longer than composing a page takes, fallback included; then whoever looks next composes it. */
const composePatienceMs = 1_500;
/** Served pages kept for clients that retry a cursor; older ones are dropped when the next are stored, which is sooner than in eight pages. */
export const keptPages = 5;
/** Pages that name what was removed a moment ago are mended and stored again; those of a stream on which removals rain are composed anew. */
const storeAttempts = 3;

const takeScript = `
local stream, position, now = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local field = redis.call('HMGET', stream, 'served', 'refilling', 'end', 'p' .. position,
  'o' .. position, 'o' .. position + 1, 'o' .. position + 2, 'o' .. position - 1)
local changed = tonumber(redis.call('GET', KEYS[2]) or '0')
local served = tonumber(field[1] or '-1')
local page = position > served - ${keptPages} and field[4]
local function fresh(offset) return offset and tonumber(offset) >= changed end
if not page or (position >= served and not fresh(field[5])) then
  local composing = redis.call('HMGET', stream, 'composing', 'composing_since')
  local at_it = composing[1] == tostring(position) and now - tonumber(composing[2]) < ${composePatienceMs}
  if not at_it and redis.call('EXISTS', KEYS[3]) == 0 then
    redis.call('HSET', stream, 'composing', tostring(position), 'composing_since', ARGV[2])
    redis.call('EXPIRE', stream, ${timeToLiveSeconds})
  end
  return {false, page, -1, served, at_it and 1 or 0, (not field[8] or fresh(field[8])) and 0 or 1}
end
if position > served then redis.call('HSET', stream, 'served', position) end
local ready = 0
while ready < ${lowWater} and fresh(field[6 + ready]) do ready = ready + 1 end
local refill = -1
if ready < ${lowWater} and not field[3] and now - tonumber(field[2] or '0') > ${refillPatienceMs} then
  redis.call('HSET', stream, 'refilling', now)
  refill = position + ready + 1
end
return {page, false, refill, math.max(served, position), 0, 0}`;

const storeScript = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local named = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  for place = 7, #ARGV do if string.find(ARGV[place], id, 1, true) then named[#named + 1] = id break end end
end
if #named > 0 then return named end
local stream, generation, first, serving, ended, ttl, offset = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if tonumber(redis.call('HGET', stream, 'generation') or '0') >= generation then return 0 end
local last = first + #ARGV - 7
local set = {'generation', generation}
for position = first, last do
  set[#set + 1] = 'p' .. position
  set[#set + 1] = ARGV[7 + position - first]
  set[#set + 1] = 'o' .. position
  set[#set + 1] = offset
end
local served = tonumber(redis.call('HGET', stream, 'served') or '-1')
if serving == '1' then
  served = math.max(first, served)
  set[#set + 1] = 'served'
  set[#set + 1] = served
end
redis.call('HSET', stream, unpack(set))
local gone = {'refilling', 'composing', 'composing_since', 'end'}
local function drop(from)
  for position = from, from + 7 do
    gone[#gone + 1] = 'p' .. position
    gone[#gone + 1] = 'o' .. position
  end
end
drop(last + 1)
drop(served - ${keptPages} - 7)
redis.call('HDEL', stream, unpack(gone))
if ended == '1' then redis.call('HSET', stream, 'end', last) end
redis.call('EXPIRE', stream, ttl)
return 1`;

/** The later change wins, whatever order two writers come in. */
const changedScript = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return 1`;

export const streamKey = (viewerId: string, streamId: string) => `stream:{${viewerId}}:${streamId}`;
const changedKey = (viewerId: string) => `changed:{${viewerId}}`;
const barredKey = (viewerId: string) => `barred:{${viewerId}}`;

export function pageCache(redis: Redis): PageCache {
  const take = redis.createScript<[string | null, string | null, number, number, number, number]>(takeScript);
  const store = redis.createScript<number | string[]>(storeScript);
  const changed = redis.createScript<number>(changedScript);
  return {
    async take(viewerId, streamId, position, now) {
      const [page, stalePage, refill, servedThrough, underWay, turned] = await take.exec(
        [streamKey(viewerId, streamId), changedKey(viewerId), barredKey(viewerId)],
        [String(position), String(now)],
      );
      return { page, stalePage, refillFrom: refill < 0 ? null : refill, servedThrough, underWay: underWay === 1, turned: turned === 1 };
    },

    async store(viewerId, streamId, { generation, tasteOffset, pages, servingFirst, end }) {
      const first = pages[0];
      if (first === undefined) return;
      let bodies = pages.map((page) => page.body);
      for (let attempt = 0; attempt < storeAttempts; attempt++) {
        const named = await store.exec(
          [streamKey(viewerId, streamId), barredKey(viewerId), latelyRemovedKey],
          [
            String(generation), String(first.position), servingFirst ? "1" : "0", end ? "1" : "0",
            String(timeToLiveSeconds), String(tasteOffset), ...bodies,
          ],
        );
        if (!Array.isArray(named)) return;
        bodies = bodies.map((body) => withoutImages(body, new Set(named)));
      }
    },

    async changed(viewerId, offset) {
      await changed.exec([changedKey(viewerId), barredKey(viewerId)], [String(offset), String(timeToLiveSeconds * 2)]);
    },

    async bar(viewerId) {
      await redis.set(barredKey(viewerId), "1", { ex: barredSeconds });
    },

    async forget(viewerId, streamIds) {
      await redis.del(changedKey(viewerId), ...streamIds.map((id) => streamKey(viewerId, id)));
    },
  };
}
