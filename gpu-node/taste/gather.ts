import type { Mood } from "#shared/contract/image.ts";
import { shuffled, drawIndex, type Random } from "#shared/kernel/random.ts";
import type { Candidate, SlotOutcome, Source } from "#shared/feed/candidate.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { FeedConfig } from "#shared/feed/feed-config.ts";
import { averageWelcome, popularityOf } from "#shared/feed/popularity.ts";
import { puddleWeights } from "#shared/feed/puddle-weights.ts";
import { puddleReceptions } from "#shared/feed/reception.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import { decayed } from "#shared/taste/taste.ts";
import type { SpokenFor } from "#shared/taste/collective/together.ts";
import type { Puddle, Taste } from "#shared/taste/taste.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { CollectiveMemory, Judged, Reception } from "../collective/collective-memory.ts";
import type { GalleryNow } from "./gallery-now.ts";
import type { ImageMemory } from "./image-memory.ts";
import type { RegionsNow } from "./region-memory.ts";

export interface GatherParts {
  images: Pick<ImageStore, "newestBut">;
  memory: ImageMemory;
  vectors: Pick<VectorStore, "search">;
  gallery: GalleryNow;
  collective: Pick<CollectiveMemory, "togetherFor" | "neighbourImages" | "bridgeImages" | "exposures">;
}

export interface Wanted {
  viewer_id: string;
  taste: Taste;
  /** What became of the viewer's latest slots, oldest first. */
  outcomes: readonly SlotOutcome[];
  /** P(next region | the viewer's last), by region id. */
  transitions: ReadonlyMap<string, number>;
  regions: RegionsNow;
  /** Slots to fill. */
  slots: number;
  mood: Mood | null;
  /** Nothing more unsafe than this is proposed; everything may be where it is left out. */
  mostUnsafe?: number;
  /** Never shown again in this stream, or settled. */
  barred: ReadonlySet<string>;
  /** Seen in other streams: shown again only when little else is left. */
  avoided: ReadonlySet<string>;
  now: number;
  random: Random;
  config?: FeedConfig;
}

/** Puddles whose surroundings are searched for one composition. */
const puddlesSearched = 6;
/** Images explored regions put up together. */
const explorePool = 240;
/** Images that the likes of others put up, and of how many more their score is known. */
const togetherPool = 120;
const togetherScored = 2_000;
/** Regions the viewer may move on to, and images each puts up. */
const regionsMovedTo = 4;
const movedToEach = 24;
/** Candidates for every slot below which images seen elsewhere are let in. */
const sparse = 2;

/** Images that may stand on the coming pages, each with all that composing asks of it. */
export async function gatherCandidates(parts: GatherParts, wanted: Wanted): Promise<Candidate[]> {
  const others = await gather(parts, wanted, new Set([...wanted.barred, ...wanted.avoided]));
  if (others.length >= sparse * wanted.slots) return others;
  return gather(parts, wanted, wanted.barred);
}

async function gather(parts: GatherParts, wanted: Wanted, exclude: ReadonlySet<string>): Promise<Candidate[]> {
  const { gallery, images, collective } = parts;
  const proposed = new Map<string, Source[]>();
  const propose = (ids: Iterable<string>, ...sources: Source[]): void => {
    for (const id of ids) if (!exclude.has(id)) proposed.set(id, [...(proposed.get(id) ?? []), ...sources]);
  };

  // What may have to be read comes first: searching in memory would hold the question up.
  const [together, neighbour, bridge, fresh, popular, inMood, near] = await Promise.all([
    collective.togetherFor(judgedImages(wanted), togetherScored),
    collective.neighbourImages(wanted.viewer_id),
    collective.bridgeImages(wanted.viewer_id),
    gallery.fresh(),
    gallery.popular(),
    wanted.mood === null ? [] : gallery.inMood(wanted.mood),
    nearPuddles(parts, wanted, exclude),
  ]);
  // What lies beyond a puddle's reach is close-by exploration; composition sorts the two apart.
  propose(near, "puddle", "explore");
  propose(firstOf(together.keys(), togetherPool, exclude), "together");
  propose(nextMembers(wanted, exclude), "transition");
  propose(neighbour, "neighbour");
  propose(bridge, "bridge");
  propose(exploreMembers(wanted, exclude), "explore");
  propose(fresh, "fresh");
  propose(popular.keys(), "popular");
  propose(inMood, "puddle", "explore");

  let candidates = await describe(parts, wanted, proposed, popular, together);
  if (candidates.length < sparse * wanted.slots) {
    propose(await images.newestBut([...exclude, ...proposed.keys()], sparse * wanted.slots, wanted.mostUnsafe), "fresh", "explore");
    candidates = await describe(parts, wanted, proposed, popular, together);
  }
  return candidates;
}

/**
 * What speaks for images liked together with it, and what against them: what the puddles were fed with, and the slots of late.
 * A slot passed over counts the less the farther down it lay. All count half after a puddle's half-life, and half after so many
 * slots more, so that a taste that has just come is followed beside those that had hours.
 */
function judgedImages({ taste, outcomes, now, config = feedConfig }: Wanted): Judged[] {
  const { together: { passedOver, refused, halfLifeSlots }, echo: { positionBias } } = config;
  const fed = taste.puddles.flatMap(({ recent }) => recent);
  const known = new Set(fed.map(({ image_id }) => image_id));
  const slots = outcomes.filter(({ image_id }) => !known.has(image_id)).map(({ image_id, outcome, position, at }) => ({
    image_id, at, strength: outcome === "welcomed" ? 1 : outcome === "refused" ? -refused : -passedOver / (1 + positionBias * position),
  }));
  const slotsSince = (at: number): number => outcomes.length - 1 - outcomes.findLastIndex((slot) => slot.at <= at);
  return [...fed, ...slots].map(({ image_id, strength, at }) => ({
    image_id, strength: decayed(strength, now - at, tasteConfig.puddleHalfLifeMs) * 2 ** (-slotsSince(at) / halfLifeSlots),
  }));
}

/** The first `count` that are not excluded. */
function* firstOf(ids: Iterable<string>, count: number, exclude: ReadonlySet<string>): Generator<string> {
  let given = 0;
  for (const id of ids) {
    if (exclude.has(id)) continue;
    if (given++ === count) return;
    yield id;
  }
}

/** Images of the regions that people go to from where the viewer was last. */
function nextMembers({ transitions, regions: { members }, random }: Wanted, exclude: ReadonlySet<string>): string[] {
  const likeliest = [...transitions].sort((a, b) => b[1] - a[1]).slice(0, regionsMovedTo);
  return likeliest.flatMap(([region]) => someOf(members.get(region) ?? [], movedToEach, exclude, random));
}

/** `count` of them drawn evenly, none twice, none excluded; a large region is not gone through for a few of its images. */
function someOf(ids: readonly string[], count: number, exclude: ReadonlySet<string>, random: Random): string[] {
  if (ids.length <= 4 * count) return shuffled(ids.filter((id) => !exclude.has(id)), random).slice(0, count);
  const drawn = new Set<string>();
  const tried = new Set<number>();
  while (drawn.size < count && tried.size < ids.length) {
    const place = Math.floor(random() * ids.length);
    if (tried.has(place)) continue;
    tried.add(place);
    if (!exclude.has(ids[place]!)) drawn.add(ids[place]!);
  }
  return [...drawn];
}

async function nearPuddles({ vectors }: GatherParts, { taste, outcomes, slots, now, random, config = feedConfig }: Wanted, exclude: ReadonlySet<string>): Promise<string[]> {
  const weights = puddleWeights(taste, puddleReceptions(taste, outcomes, now, config), { now }, config);
  const puddles = drawPuddles(taste.puddles, weights, random);
  const queries = [...puddles.map((puddle) => puddle.centroid), ...(taste.user_vector === null ? [] : [taste.user_vector])];
  const limit = Math.min(100, 12 + Math.ceil((2 * slots) / Math.max(1, queries.length)));
  const found = await vectors.search(taste.space, queries, { limit, exclude: [...exclude] });
  return found.flat().map((neighbour) => neighbour.image_id);
}

/** A handful of the puddles, drawn without replacement by the weight they have on a page. */
function drawPuddles(puddles: readonly Puddle[], weights: Float64Array, random: Random): readonly Puddle[] {
  if (puddles.length <= puddlesSearched) return puddles;
  return Array.from({ length: puddlesSearched }, () => {
    const drawn = drawIndex(weights, random);
    weights[drawn] = 0;
    return puddles[drawn]!;
  });
}

/** The same number of each region's images: which regions are explored is for composition to draw. */
function exploreMembers({ regions: { regions, members }, random }: Wanted, exclude: ReadonlySet<string>): string[] {
  const each = Math.max(4, Math.ceil(explorePool / Math.max(1, regions.length)));
  return regions.flatMap(({ id }) => someOf(members.get(id) ?? [], each, exclude, random));
}

async function describe(
  { memory, collective }: GatherParts,
  { mostUnsafe = 1 }: Pick<Wanted, "mostUnsafe">,
  proposed: ReadonlyMap<string, Source[]>,
  popular: ReadonlyMap<string, number>,
  together: ReadonlyMap<string, SpokenFor>,
): Promise<Candidate[]> {
  const [facts, vectors, receptions] = await Promise.all([memory.facts(proposed.keys()), memory.vectors(proposed.keys()), collective.exposures(proposed.keys())]);
  const popularity = popularityIn(receptions, popular);
  return [...proposed].flatMap(([image_id, sources]): Candidate[] => {
    const known = facts.get(image_id);
    const vector = vectors.get(image_id);
    // A copy gives way to its original, wherever that one may stand by now.
    if (known === undefined || vector === undefined || known.unsafe > mostUnsafe || known.duplicate_of !== null) return [];
    const spoken = together.get(image_id);
    const { creator, style, mood, phash, created_at, quality, region_id } = known;
    return [
      {
        image_id, vector, creator, style, phash, created_at, quality, sources,
        popularity: popularity(image_id), exposures: receptions.get(image_id)?.offered ?? 0, together: spoken?.score ?? 0,
        ...(mood === null ? {} : { mood }),
        ...(region_id === null ? {} : { region_id }),
        ...(spoken?.by !== undefined && { together_with: spoken.by }),
      },
    ];
  });
}

/** By welcome rate; before it is known what was shown to whom, by likes alone. */
function popularityIn(receptions: ReadonlyMap<string, Reception>, popular: ReadonlyMap<string, number>): (id: string) => number {
  if (receptions.size === 0) return (id) => popular.get(id) ?? 0;
  const average = averageWelcome(receptions.values());
  const unseen = { offered: 0, welcomed: 0 };
  return (id) => popularityOf(receptions.get(id) ?? unseen, average);
}
