import type { Image } from "#shared/contract/image.ts";
import { mostUnsafe, type SafetyLevel } from "#shared/contract/safety.ts";
import { searchWays, type SearchPage, type SearchQuery, type SearchWay } from "#shared/contract/search.ts";
import type { ImageSearch } from "#shared/stores/image-search.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { InteractionLog } from "#shared/stores/interaction-log.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";
import { askedFor, type AskedFor } from "./asked-for.ts";
import type { FoundList, FoundLists } from "./found-lists.ts";
import { fuseRanks, type Scored } from "./fuse-ranks.ts";
import type { SearchPlaces } from "./search-place.ts";
import type { TextVectors } from "./text-vectors.ts";

/** A page of what a text finds, as far as the level goes; a known viewer is not shown what they hid. */
export type SearchImages = (viewerId: string | null, safety: SafetyLevel, query: SearchQuery, requestId: string) => Promise<SearchPage>;

export interface SearchParts {
  search: ImageSearch;
  images: Pick<ImageStore, "byIds">;
  vectors: Pick<VectorStore, "search">;
  log: Pick<InteractionLog, "refusedBy">;
  textVectors: TextVectors;
  lists: FoundLists;
  places: SearchPlaces;
  currentSpace: CurrentSpace;
}

/** Images each way may propose. */
const mostByWords = 240;
const mostByVectors = 96;
/** The vector store knows no filters, nor levels of safety: with a filter so many are asked for and most left out. */
const mostBeforeFilters = 1_000;
const mostBeforeLevel = 2 * mostByVectors;

type Ranked = (Scored & { way: SearchWay; whole: boolean })[];

export function searchImages(parts: SearchParts): SearchImages {
  const { search, images, vectors, log, textVectors, lists, places, currentSpace } = parts;

  const byWords = async ({ text, words, filters }: AskedFor, safety: SafetyLevel): Promise<Ranked> =>
    (await search.byWords(text, words, filters, mostUnsafe[safety], mostByWords)).map(({ spelled, ...match }) => ({ ...match, way: spelled ? "spelling" : "words" }));

  /** Who writes quotes or minus signs wants what has those very words; how it looks cannot answer that. */
  const byVectors = async ({ text, words, filters, textDigest }: AskedFor, safety: SafetyLevel, requestId: string): Promise<Ranked | "away"> => {
    const space = words.length === 0 ? undefined : await currentSpace();
    if (space === undefined) return [];
    const read = await textVectors(space, text, textDigest, requestId);
    if (read === "away") return "away";
    if (read === "unread") return [];
    const filtered = Object.values(filters).some((value) => value !== undefined);
    const [found = []] = await vectors.search(space, [read.vector], { limit: filtered ? mostBeforeFilters : mostBeforeLevel });
    const near = found.filter(({ distance }) => distance <= read.farthest);
    const passed = await search.among(near.map(({ image_id }) => image_id), filters, mostUnsafe[safety]);
    return near
      .filter(({ image_id }) => passed.has(image_id))
      .slice(0, mostByVectors)
      .map(({ image_id, distance }) => ({ image_id, score: -distance, way: "vectors", whole: false }));
  };

  const find = async (asked: AskedFor, safety: SafetyLevel, requestId: string): Promise<FoundList> => {
    const [named, near] = await Promise.all([byWords(asked, safety), byVectors(asked, safety, requestId)]);
    const ranked = [named, near === "away" ? [] : near];
    const waysOf = Map.groupBy(ranked.flat(), ({ image_id }) => image_id);
    // What is called by all that was asked for comes first, whatever else looks like it.
    const whole = new Set(named.filter((one) => one.whole).map(({ image_id }) => image_id));
    const fused = fuseRanks(ranked);
    const entries = [...fused.filter((id) => whole.has(id)), ...fused.filter((id) => !whole.has(id))].map((id): FoundList["entries"][number] => [id, waysOf.get(id)!.map(({ way }) => way)]);
    const used = new Set(entries.flatMap(([, ways]) => ways));
    return { id: crypto.randomUUID(), by: searchWays.filter((way) => used.has(way)), degraded: near === "away", entries };
  };

  /** The list is kept even where it fits one page: many ask for the same. */
  const findAndKeep = async (asked: AskedFor, safety: SafetyLevel, requestId: string): Promise<FoundList> => {
    const list = await find(asked, safety, requestId);
    await lists.keep(asked.digest, safety, list);
    return list;
  };

  return async (viewerId, safety, query, requestId) => {
    const asked = await askedFor(query);
    const place = query.cursor === undefined ? undefined : places.read(asked.digest, query.cursor);
    // A list that is no longer kept is worked out anew and gone on in at the same place.
    const kept = await (place === undefined ? lists.fresh(asked.digest, safety) : lists.byId(place.listId));
    const [list, refused] = await Promise.all([kept ?? findAndKeep(asked, safety, requestId), viewerId === null ? [] : log.refusedBy([viewerId])]);
    const barred = new Set(refused);
    const { items, next } = await pageOf(images, list, { barred, mostUnsafe: mostUnsafe[safety] }, place?.position ?? 0, query.limit);
    return {
      by: list.by,
      degraded: list.degraded,
      found: list.entries.filter(([id]) => !barred.has(id)).length,
      items,
      cursor: next === null ? null : places.cursor(asked.digest, { listId: list.id, position: next }),
    };
  };
}

/** Images from a place of the list on that may be shown, and where to go on; null after the last. */
async function pageOf(
  images: SearchParts["images"],
  { entries }: FoundList,
  not: { barred: ReadonlySet<string>; mostUnsafe: number },
  from: number,
  limit: number,
): Promise<{ items: SearchPage["items"]; next: number | null }> {
  const items: SearchPage["items"] = [];
  let position = from;
  while (items.length < limit && position < entries.length) {
    const stretch = entries.slice(position, position + limit - items.length);
    // By the level of today: it may have changed, or the image's score, since the list was made.
    const found = await images.byIds(stretch.map(([id]) => id).filter((id) => !not.barred.has(id)), not.mostUnsafe);
    const shown = new Map(found.map((image): [string, Image] => [image.id, image]));
    for (const [id, by] of stretch) {
      const image = shown.get(id);
      if (image !== undefined) items.push({ image, by });
    }
    position += stretch.length;
  }
  return { items, next: position < entries.length ? position : null };
}
