import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { Failure } from "#shared/contract/failures.ts";
import type { ComposeAnswer, ComposedPage } from "#shared/contract/node.ts";
import { mostUnsafe, strictestOf, type SafetyLevel } from "#shared/contract/safety.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { InteractionLog } from "#shared/stores/interaction-log.ts";
import type { PageStore, StreamState } from "#shared/stores/page-store.ts";
import type { TasteStore } from "#shared/stores/taste-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { ViewerStore } from "#shared/stores/viewer-store.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";
import type { FeedPlace } from "./feed-place.ts";
import type { PopularFeed } from "./popular-feed.ts";

/** Puddles asked for when the node is away; the heaviest first. */
const puddlesAsked = 4;
const attempts = 3;

/** A page without the node: images nearest to the viewer's last known puddles, then the popular ones. */
export type FallbackFeed = (viewerId: string, place: FeedPlace, company: readonly string[], servedThrough: number, requestId: string) => Promise<ComposeAnswer>;

export interface FallbackParts {
  pages: PageStore;
  tastes: TasteStore;
  vectors: VectorStore;
  popular: PopularFeed;
  images: Pick<ImageStore, "inMood" | "byIds" | "originalsOf">;
  viewers: Pick<ViewerStore, "settings">;
  log: Pick<InteractionLog, "refusedBy">;
  currentSpace: CurrentSpace;
  clock: Clock;
}

export function fallbackFeed({ pages, tastes, vectors, popular, images, viewers, log, currentSpace, clock }: FallbackParts): FallbackFeed {
  /** Of several viewers, each has their heaviest puddles asked for. */
  const nearPuddles = async (viewers: readonly string[], barred: ReadonlySet<string>, limit: number) => {
    const space = await currentSpace();
    const known = space === undefined ? [] : await Promise.all(viewers.map((id) => tastes.load(id, space)));
    const offset = known[0]?.offset ?? 0;
    const heaviest = known.flatMap((taste) => [...(taste?.puddles ?? [])].sort((a, b) => b.weight - a.weight).slice(0, Math.ceil(puddlesAsked / viewers.length)));
    if (space === undefined || heaviest.length === 0) return { offset, ids: [] };
    const found = await vectors.search(
      space,
      heaviest.map((puddle) => puddle.centroid),
      { limit, exclude: [...barred] },
    );
    return { offset, ids: interleave(found.map((list) => list.map((one) => one.image_id))) };
  };

  /** The level that suits everyone who looks on. */
  const levelFor = async (those: readonly string[]): Promise<SafetyLevel> =>
    strictestOf((await Promise.all(those.map((id) => viewers.settings(id)))).map(({ safety }) => safety));

  /** Those of them that may be shown at the level, copies of others left out. */
  const showable = async (ids: readonly string[], safety: SafetyLevel): Promise<string[]> => {
    const [shown, originals] = await Promise.all([images.byIds(ids, mostUnsafe[safety]), images.originalsOf(ids)]);
    return shown.map(({ id }) => id).filter((id) => !originals.has(id));
  };

  const compose = async (viewerId: string, place: FeedPlace, company: readonly string[], stream: StreamState, requestId: string): Promise<{ offset: number; safety: SafetyLevel; page: ComposedPage }> => {
    const barred = new Set([...stream.shown, ...stream.settled, ...(company.length === 0 ? [] : await log.refusedBy(company))]);
    const safety = await levelFor([viewerId, ...company]);
    const found = await nearPuddles([viewerId, ...company], barred, place.limit);
    const near = { offset: found.offset, ids: await showable(found.ids, safety) };
    const wantedPopular = Math.min(60, place.limit);
    const liked = new Set(near.ids);
    // Half of the page stays with what many like, so that the fallback does not narrow.
    const popularPage = await popular.forFallback(barred, wantedPopular, safety, requestId);
    const ofMood = place.mood === null ? [] : (await images.inMood(place.mood, place.limit + barred.size)).filter((id) => !barred.has(id));
    const moody = await showable(ofMood, safety);
    const inMood = new Set(moody);
    // As on a composed page, images of another mood come when those of the one asked for are used up.
    const ids = [...new Set([...moody, ...interleave([near.ids, popularPage])])].slice(0, place.limit);
    const page = {
      page_id: crypto.randomUUID(),
      position: place.position,
      slots: ids.map((image_id) => {
        if (inMood.has(image_id)) return { image_id, source: "explore" as const, propensity: 1, terms: {}, why: { term: "mood", text: "In the mood you asked for" } };
        const source = liked.has(image_id) ? ("puddle" as const) : ("popular" as const);
        const text = source === "popular" ? "Liked by many" : company.length === 0 ? "Near what you liked before" : "Near what one of you liked before";
        return { image_id, source, propensity: 1, terms: {}, why: { term: source, text } };
      }),
    };
    return { offset: near.offset, safety, page };
  };

  return async (viewerId, place, company, servedThrough, requestId) => {
    const digest = await digestOfViewer(viewerId);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const stream = await pages.begin(viewerId, place.stream_id, place.position, servedThrough, digest);
      if (stream === undefined) throw new Failure("viewer.erased");
      const { offset, safety, page } = await compose(viewerId, place, company, stream, requestId);
      const generation = await pages.commit({
        viewer_id: viewerId,
        stream_id: place.stream_id,
        generation: stream.generation,
        taste_offset: offset,
        adventure: 0,
        composed_by: "edge",
        pages: [page],
      });
      if (generation === null) continue;
      return { generation, current: true, taste_offset: offset, composed_at: new Date(clock()).toISOString(), safety, pages: [page] };
    }
    throw new Failure("store.away", { detail: "This stream is being written by several requests at once." });
  };
}

/** First of each, then second of each, and so on; each value once. */
function interleave(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const rows = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1)));
  return [...new Set(rows.flat())];
}
