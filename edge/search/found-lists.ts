import type { Redis } from "@upstash/redis/cloudflare";
import { z } from "zod";
import type { SafetyLevel } from "#shared/contract/safety.ts";
import { SearchWay } from "#shared/contract/search.ts";
import { describe, log } from "../log.ts";

/** What one search found: ids, best first, each with the ways that found it. */
export const FoundList = z.object({
  id: z.uuid(),
  by: z.array(SearchWay),
  degraded: z.boolean(),
  entries: z.array(z.tuple([z.string(), z.array(SearchWay)])),
});
export type FoundList = z.infer<typeof FoundList>;

/**
 * Lists in Redis, for two uses: pages after the first go on in the very list of the first, so that none repeats an image; and a search
 * many make at once is worked out once. Keys hold digests; what was asked for is not in Redis.
 */
export interface FoundLists {
  /** The list a cursor goes on in. */
  byId(id: string): Promise<FoundList | undefined>;
  /** A fresh list of the same search for the same level. */
  fresh(digest: string, safety: SafetyLevel): Promise<FoundList | undefined>;
  keep(digest: string, safety: SafetyLevel, list: FoundList): Promise<void>;
}

/** Renewed with every page. */
const keptSeconds = 900;
const freshSeconds = 30;
/** As long as words alone had to do, it is soon tried again. */
const degradedSeconds = 3;

export function foundLists(redis: Redis): FoundLists {
  const byId = (id: string) => `search:list:${id}`;
  const first = (digest: string, safety: SafetyLevel) => `search:first:${safety}:${digest}`;

  const orNothing = async <T>(call: string, work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      log({ event: "cache.away", call, error: describe(error) });
      return undefined;
    });
  const read = (text: string | null | undefined): FoundList | undefined => (typeof text === "string" ? FoundList.parse(JSON.parse(text)) : undefined);

  return {
    byId: async (id) => read(await orNothing("search-list", redis.getex<string>(byId(id), { ex: keptSeconds }))),
    fresh: async (digest, safety) => read(await orNothing("search-first", redis.get<string>(first(digest, safety)))),
    async keep(digest, safety, list) {
      const text = JSON.stringify(list);
      await orNothing("search-keep", Promise.all([
        redis.set(byId(list.id), text, { ex: keptSeconds }),
        redis.set(first(digest, safety), text, { ex: list.degraded ? degradedSeconds : freshSeconds }),
      ]));
    },
  };
}
