import { randomUUID } from "node:crypto";
import { Redis } from "@upstash/redis/cloudflare";
import { pageCache, type PageCache } from "#edge/clients/page-cache.ts";
import { feedPlaces } from "#edge/feed/feed-place.ts";
import { buildPages } from "#edge/feed/page-body.ts";
import type { ComposedPage } from "#shared/contract/node.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import type { ApiViewer } from "#tests/harness/viewer.ts";
import type { Asked } from "./load.ts";
import type { World } from "./world.ts";

const limit = 12;
const pagesAtOnce = 5;
/** The last pages of a stream are left waiting, so that no refill falls due. */
const leftWaiting = 2;

interface WaitingStream {
  viewer: ApiViewer;
  streamId: string;
  generation: number;
  tasteOffset: number;
  pages: { position: number; body: string }[];
  asked: Asked[];
}

/**
 * Streams whose pages wait in Redis, composed by the node and made whole by the edge's own code. `restore` puts them all
 * back unserved; then `asked` takes each of them once, in the order of the stream.
 */
export class WaitingPages {
  /** Every request with its one answer: page by page, each viewer in turn. */
  readonly asked: Asked[];
  /** The same bytes under plain keys, for the bare route. */
  readonly bareAsked: Asked[];
  readonly #streams: WaitingStream[];
  readonly #cache: PageCache;

  private constructor(streams: WaitingStream[], cache: PageCache) {
    this.#streams = streams;
    this.#cache = cache;
    const longest = Math.max(...streams.map((stream) => stream.asked.length));
    this.asked = Array.from({ length: longest }, (_, turn) => streams.flatMap((stream) => stream.asked.slice(turn, turn + 1))).flat();
    this.bareAsked = this.asked.map(({ expected }, index) => ({ path: `/page/${bareKey(index)}`, headers: {}, expected }));
  }

  static async prepare(world: World, viewers: readonly ApiViewer[], pagesEach: number): Promise<WaitingPages> {
    const { stack, database } = world;
    const redis = new Redis({ ...stack.connections.redis, automaticDeserialization: false, responseEncoding: false, enableTelemetry: false });
    const places = feedPlaces([{ keyId: "local", secret: stack.secrets.cursorSecret }], Date.now);
    const images = imageStore(database);
    const streams: WaitingStream[] = [];
    for (const viewer of viewers) {
      const place = { stream_id: randomUUID(), position: 0, limit, mood: null, with: [], openedAt: Date.now() };
      const composed: ComposedPage[] = [];
      let generation = 0;
      let tasteOffset = 0;
      while (composed.length < pagesEach) {
        const answer = await world.compose({
          viewer_id: viewer.id, stream_id: place.stream_id, position: composed.length, pages: pagesAtOnce,
          limit, mood: null, mode: composed.length === 0 ? "replace" : "extend", served_through: -1,
        });
        composed.push(...answer.pages);
        ({ generation, taste_offset: tasteOffset } = answer);
      }
      const answer = { composed_at: new Date().toISOString(), taste_offset: tasteOffset, safety: defaultSettings.safety, pages: composed };
      const pages = (await buildPages({ images, places }, viewer.id, place, answer, "cache")).map(({ position, page }) => ({ position, body: JSON.stringify(page) }));
      const headers = { authorization: `Bearer ${viewer.token}` };
      const asked = pages.slice(0, -leftWaiting).map(({ position, body }) => {
        const cursor = places.cursor(viewer.id, { ...place, position });
        return { path: `/v1/feed?cursor=${cursor}`, headers, expected: Buffer.from(body) };
      });
      streams.push({ viewer, streamId: place.stream_id, generation, tasteOffset, pages, asked });
    }
    const waiting = new WaitingPages(streams, pageCache(redis));
    for (const [index, { expected }] of waiting.bareAsked.entries()) await redis.set(bareKey(index), expected.toString());
    return waiting;
  }

  get bytesEach(): number {
    return Math.round(this.asked.reduce((sum, { expected }) => sum + expected.length, 0) / this.asked.length);
  }

  /** All pages wait again, none served: forgotten first, since a stream takes only newer generations. */
  async restore(): Promise<void> {
    for (const { viewer, streamId, generation, tasteOffset, pages } of this.#streams) {
      await this.#cache.forget(viewer.id, [streamId]);
      await this.#cache.store(viewer.id, streamId, { generation, tasteOffset, pages, servingFirst: false, end: false });
    }
  }
}

function bareKey(index: number): string {
  return `bench-page-${index}`;
}
