import { Failure } from "#shared/contract/failures.ts";
import type { FeedQuery } from "#shared/contract/feed.ts";
import type { ComposeAnswer } from "#shared/contract/node.ts";
import { wait, type Clock } from "#shared/kernel/clock.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import { keptPages, type PageCache, type Taken } from "../clients/page-cache.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { describe, log } from "../log.ts";
import type { Asking } from "../asking.ts";
import type { Companions } from "../social/invitations.ts";
import type { FallbackFeed } from "./fallback-feed.ts";
import type { FeedPlace, FeedPlaces } from "./feed-place.ts";
import { buildPages, type PageBody } from "./page-body.ts";

/**
 * Pages composed in one go: one to serve and two in waiting. None waits for a viewer who acts on what they see, and in company, where
 * each page asks anew who is in it: an invitation taken back, and what a companion hides, count on the very next one.
 */
const pagesAtOnce = { lookingOn: 3, acting: 1, inCompany: 1 };

/** How often, and how long in all, a request looks for a page that another one is composing. */
const pollMs = 40;
const awaitMs = 3_000;

/** The body of a page, ready to send. */
export type ServeFeed = (viewerId: string, query: FeedQuery, asking: Asking) => Promise<string>;

export interface ServeFeedParts {
  places: FeedPlaces;
  pageCache: PageCache;
  node: Pick<NodeClient, "compose">;
  fallback: FallbackFeed;
  images: Pick<ImageStore, "byIds">;
  companions: Companions;
  clock: Clock;
}

type Place = FeedPlace & { openedAt: number };

const nothingTaken: Taken = { page: null, stalePage: null, refillFrom: null, servedThrough: -1, underWay: false, turned: false };

/**
 * A page of the feed: the one waiting in the cache, else one composed now, else the fallback.
 * One Redis round trip when a page is waiting; refilling happens after the answer.
 */
export function serveFeed(parts: ServeFeedParts): ServeFeed {
  const { places, pageCache, node, fallback, images, companions, clock } = parts;

  const take = async (viewerId: string, place: Place): Promise<Taken> => {
    try {
      return await pageCache.take(viewerId, place.stream_id, place.position, clock());
    } catch (error) {
      log({ event: "cache.away", call: "take", error: describe(error) });
      return { ...nothingTaken, servedThrough: place.position - 1 };
    }
  };

  /** Waits where another request composes the same page, so that both get the one that is written. */
  const takeOrAwait = async (viewerId: string, place: Place): Promise<Taken> => {
    let taken = await take(viewerId, place);
    for (const startedAt = clock(); taken.underWay && clock() - startedAt < awaitMs; taken = await take(viewerId, place)) await wait(pollMs);
    return taken;
  };

  const keep = async (viewerId: string, place: Place, answer: ComposeAnswer, bodies: PageBody[], servingFirst: boolean): Promise<void> => {
    try {
      await pageCache.store(viewerId, place.stream_id, {
        generation: answer.generation,
        tasteOffset: answer.taste_offset,
        pages: bodies.map(({ position, page }) => ({ position, body: JSON.stringify({ ...page, served_by: "cache" }) })),
        servingFirst,
        end: bodies.at(-1)?.page.cursor === null,
      });
    } catch (error) {
      log({ event: "cache.away", call: "store", error: describe(error) });
    }
  };

  const compose = (viewerId: string, place: Place, company: readonly string[], mode: "replace" | "extend", pages: number, servedThrough: number, requestId: string) =>
    node.compose(
      {
        viewer_id: viewerId,
        stream_id: place.stream_id,
        position: place.position,
        pages,
        limit: place.limit,
        mood: place.mood,
        mode,
        served_through: servedThrough,
        ...(company.length === 0 ? {} : { with_viewers: [...company] }),
      },
      requestId,
    );

  const refill = async (viewerId: string, place: Place, servedThrough: number, requestId: string): Promise<void> => {
    const answer = await compose(viewerId, place, [], "extend", pagesAtOnce.lookingOn, servedThrough, requestId);
    if (!answer.current) return;
    const bodies = await buildPages({ images, places }, viewerId, place, answer, "cache");
    await keep(viewerId, place, answer, bodies, false);
  };

  const composeNow = async (viewerId: string, place: Place, company: readonly string[], { servedThrough, turned }: Taken, asking: Asking): Promise<string> => {
    const pages = company.length > 0 ? pagesAtOnce.inCompany : turned ? pagesAtOnce.acting : pagesAtOnce.lookingOn;
    const answer = await compose(viewerId, place, company, "replace", pages, Math.min(servedThrough, place.position - 1), asking.requestId);
    const bodies = await buildPages({ images, places }, viewerId, place, answer, "composed");
    // Kept before it is served: a client that asks for the next page at once must find this stream's newest generation.
    await keep(viewerId, place, answer, bodies, true);
    return JSON.stringify(bodies[0]!.page);
  };

  const serveFallback = async (viewerId: string, place: Place, company: readonly string[], taken: Taken, asking: Asking): Promise<string> => {
    if (taken.stalePage !== null) return taken.stalePage;
    const answer = await fallback(viewerId, place, company, taken.servedThrough, asking.requestId);
    const bodies = await buildPages({ images, places }, viewerId, place, answer, "fallback");
    await keep(viewerId, place, answer, bodies, true);
    return JSON.stringify(bodies[0]!.page);
  };

  return async (viewerId, query, asking) => {
    const place = places.read(viewerId, query);
    const taken = place.isNew ? nothingTaken : await takeOrAwait(viewerId, place);
    if (taken.page !== null) {
      if (taken.refillFrom !== null && place.with.length === 0) {
        const from = { ...place, position: taken.refillFrom };
        asking.background("refill", refill(viewerId, from, taken.servedThrough, asking.requestId));
      }
      return taken.page;
    }
    if (taken.servedThrough >= place.position + keptPages) throw new Failure("feed.cursor_expired");
    const company = place.with.length === 0 ? [] : await companions(viewerId, place.with);
    try {
      return await composeNow(viewerId, place, company, taken, asking);
    } catch (error) {
      if (!isAway(error)) throw error;
      return serveFallback(viewerId, place, company, taken, asking);
    }
  };
}

function isAway(error: unknown): boolean {
  return error instanceof NodeAway || (error instanceof Failure && error.code === "gpu.busy");
}
