import type { Mood } from "#shared/contract/image.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { ComposeInput, RegionSketch, SlotOutcome } from "#shared/feed/candidate.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { FeedConfig } from "#shared/feed/feed-config.ts";
import { welcomeRate } from "#shared/feed/reception.ts";
import type { Region } from "#shared/stores/region-store.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import type { TasteConfig } from "#shared/taste/taste-config.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { CollectiveMemory } from "../collective/collective-memory.ts";
import { gatherCandidates, type GatherParts } from "./gather.ts";
import type { RegionsNow } from "./region-memory.ts";

export interface PageInputParts extends GatherParts {
  collective: GatherParts["collective"] & Pick<CollectiveMemory, "transitionsFor" | "blendPrior">;
  calibration: SpaceCalibration;
}

/** All that the coming pages of one viewer depend on. */
export interface PageWanted {
  viewer_id: string;
  taste: Taste;
  settings: ComposeInput["settings"];
  /** What became of the viewer's latest slots, oldest first. */
  outcomes: readonly SlotOutcome[];
  regions: RegionsNow;
  /** Images of the stream of late, any order. */
  lately: readonly string[];
  /** Never shown again in this stream, or settled. */
  barred: ReadonlySet<string>;
  /** Seen in other streams: shown again only when little else is left. */
  avoided: ReadonlySet<string>;
  mood: Mood | null;
  /** Nothing more unsafe than this is proposed; everything may be where it is left out. */
  mostUnsafe?: number;
  limit: number;
  pages: number;
  now: number;
  random: Random;
  config?: FeedConfig;
  tasteConfig?: TasteConfig;
}

/** Likes whose regions count as where the viewer was last. */
const latestLikes = 3;
/** What is expected of a region nobody has explored, and how many slots of all viewers, or of the viewer, weigh as much. */
const expected = { rate: 0.1, slots: 20 };
const ownSlots = 10;

/** Candidates and all else that composing asks for, from what the node knows. */
export async function pageInput(parts: PageInputParts, wanted: PageWanted): Promise<ComposeInput> {
  const { viewer_id, taste, settings, outcomes, regions, lately, mood, limit, pages, now, random, config = feedConfig } = wanted;
  const liked = latestFed(taste);
  const heard = outcomes.map(({ image_id }) => image_id);
  const [facts, vectors] = await Promise.all([parts.memory.facts([...lately, ...liked, ...heard]), parts.memory.vectors(heard)]);
  const regionOf = (id: string) => facts.get(id)?.region_id ?? undefined;
  const placed = outcomes.map((outcome): SlotOutcome => {
    const region_id = regionOf(outcome.image_id);
    const vector = vectors.get(outcome.image_id);
    return { ...outcome, ...(region_id !== undefined && { region_id }), ...(vector && { vector }) };
  });
  const recent = liked.flatMap((id) => regionOf(id) ?? []);
  const [transitions, blendPrior] = await Promise.all([parts.collective.transitionsFor(viewer_id, recent), parts.collective.blendPrior()]);
  const candidates = await gatherCandidates(parts, { ...wanted, outcomes: placed, transitions, slots: limit * pages });
  return {
    taste, calibration: parts.calibration, candidates, settings, outcomes: placed, transitions, limit, pages, now, random, config,
    regions: sketches(regions.regions, placed),
    shown: countBy(lately.map(regionOf)),
    ...(blendPrior !== undefined && { blendPrior }),
    ...(mood !== null && { mood }),
    ...(recent[0] !== undefined && { last_region_id: recent[0] }),
    ...(wanted.tasteConfig && { tasteConfig: wanted.tasteConfig }),
  };
}

/** The images that fed the viewer's puddles last, the latest first. */
function latestFed({ puddles }: Taste): string[] {
  return puddles
    .flatMap(({ recent }) => recent)
    .sort((a, b) => b.at - a.at)
    .slice(0, latestLikes)
    .map(({ image_id }) => image_id);
}

/** Regions with the record of the viewer's own explored slots in them, shrunk to how all viewers received the region. */
function sketches(regions: readonly Region[], outcomes: readonly SlotOutcome[]): RegionSketch[] {
  const explored = outcomes.filter(({ source }) => source === "explore");
  const offered = countBy(explored.map(({ region_id }) => region_id));
  const welcomed = countBy(explored.filter(({ outcome }) => outcome === "welcomed").map(({ region_id }) => region_id));
  return regions.map((region) => {
    const rate = welcomeRate(region, expected);
    const good = welcomed.get(region.id) ?? 0;
    const rest = (offered.get(region.id) ?? 0) - good;
    return { id: region.id, centroid: region.centroid, reward: { alpha: ownSlots * rate + good, beta: ownSlots * (1 - rate) + rest } };
  });
}

function countBy(keys: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
