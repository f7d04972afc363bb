import type { Mood } from "#shared/contract/image.ts";
import { shuffled, drawIndex, type Random } from "#shared/kernel/random.ts";
import type { Candidate, Source } from "#shared/feed/candidate.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import { puddleWeight } from "#shared/taste/puddle.ts";
import type { Puddle, Taste } from "#shared/taste/taste.ts";
import type { GalleryNow } from "./gallery-now.ts";
import type { ImageMemory } from "./image-memory.ts";
import type { RegionsNow } from "./region-memory.ts";

export interface GatherParts {
  images: Pick<ImageStore, "newestBut">;
  memory: ImageMemory;
  vectors: Pick<VectorStore, "search">;
  gallery: GalleryNow;
}

export interface Wanted {
  taste: Taste;
  regions: RegionsNow;
  /** Slots to fill. */
  slots: number;
  mood: Mood | null;
  /** Never shown again in this stream, or settled. */
  barred: ReadonlySet<string>;
  /** Seen in other streams: shown again only when little else is left. */
  avoided: ReadonlySet<string>;
  now: number;
  random: Random;
}

/** Puddles whose surroundings are searched for one composition. */
const puddlesSearched = 6;
/** Images explored regions put up together. */
const explorePool = 240;
/** Candidates for every slot below which images seen elsewhere are let in. */
const sparse = 2;

/** Images that may stand on the coming pages, each with all that composing asks of it. */
export async function gatherCandidates(parts: GatherParts, wanted: Wanted): Promise<Candidate[]> {
  const others = await gather(parts, wanted, new Set([...wanted.barred, ...wanted.avoided]));
  if (others.length >= sparse * wanted.slots) return others;
  return gather(parts, wanted, wanted.barred);
}

async function gather(parts: GatherParts, wanted: Wanted, exclude: ReadonlySet<string>): Promise<Candidate[]> {
  const { gallery, images } = parts;
  const proposed = new Map<string, Source[]>();
  const propose = (ids: Iterable<string>, ...sources: Source[]): void => {
    for (const id of ids) if (!exclude.has(id)) proposed.set(id, [...(proposed.get(id) ?? []), ...sources]);
  };

  const [near, fresh, popular, inMood] = await Promise.all([
    nearPuddles(parts, wanted, exclude),
    gallery.fresh(),
    gallery.popular(),
    wanted.mood === null ? [] : gallery.inMood(wanted.mood),
  ]);
  // What lies beyond a puddle's reach is close-by exploration; composition sorts the two apart.
  propose(near, "puddle", "explore");
  propose(exploreMembers(wanted, exclude), "explore");
  propose(fresh, "fresh");
  propose(popular.keys(), "popular");
  propose(inMood, "puddle", "explore");

  let candidates = await describe(parts, proposed, popular);
  if (candidates.length < sparse * wanted.slots) {
    propose(await images.newestBut([...exclude, ...proposed.keys()], sparse * wanted.slots), "fresh", "explore");
    candidates = await describe(parts, proposed, popular);
  }
  return candidates;
}

async function nearPuddles({ vectors }: GatherParts, { taste, slots, now, random }: Wanted, exclude: ReadonlySet<string>): Promise<string[]> {
  const puddles = drawPuddles(taste.puddles, now, random);
  const queries = [...puddles.map((puddle) => puddle.centroid), ...(taste.user_vector === null ? [] : [taste.user_vector])];
  const limit = Math.min(100, 12 + Math.ceil((2 * slots) / Math.max(1, queries.length)));
  const found = await vectors.search(taste.space, queries, { limit, exclude: [...exclude] });
  return found.flat().map((neighbour) => neighbour.image_id);
}

/** A handful of the puddles, drawn without replacement by the weight they have on a page. */
function drawPuddles(puddles: readonly Puddle[], now: number, random: Random): readonly Puddle[] {
  if (puddles.length <= puddlesSearched) return puddles;
  const weights = puddles.map((puddle) => puddleWeight(puddle, now) ** feedConfig.puddleFlattening);
  return Array.from({ length: puddlesSearched }, () => {
    const drawn = drawIndex(weights, random);
    weights[drawn] = 0;
    return puddles[drawn]!;
  });
}

/** The same number of each region's images: which regions are explored is for composition to draw. */
function exploreMembers({ regions: { regions, members }, random }: Wanted, exclude: ReadonlySet<string>): string[] {
  const each = Math.max(4, Math.ceil(explorePool / Math.max(1, regions.length)));
  return regions.flatMap(({ id }) => {
    const left = (members.get(id) ?? []).filter((image) => !exclude.has(image));
    return left.length <= each ? left : shuffled(left, random).slice(0, each);
  });
}

async function describe({ memory }: GatherParts, proposed: ReadonlyMap<string, Source[]>, popular: ReadonlyMap<string, number>): Promise<Candidate[]> {
  const [facts, vectors] = await Promise.all([memory.facts(proposed.keys()), memory.vectors(proposed.keys())]);
  return [...proposed].flatMap(([image_id, sources]): Candidate[] => {
    const known = facts.get(image_id);
    const vector = vectors.get(image_id);
    if (known === undefined || vector === undefined) return [];
    const { creator, style, mood, phash, created_at, quality, region_id } = known;
    return [
      {
        image_id, vector, creator, style, phash, created_at, quality, sources,
        popularity: popular.get(image_id) ?? 0,
        ...(mood === null ? {} : { mood }),
        ...(region_id === null ? {} : { region_id }),
      },
    ];
  });
}
