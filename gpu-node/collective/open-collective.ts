import { LRUCache } from "lru-cache";
import { minuteMs, secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { Blend } from "#shared/feed/feed-config.ts";
import { collectiveStore } from "#shared/stores/collective-store.ts";
import { selectCommunityAndBridges, selectExposures, selectNeighbourImages, selectVisits, visitOf } from "#shared/stores/collective-reads.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import { LinkNumbers, togetherScores, type LinkRow } from "#shared/taste/collective/together.ts";
import { countTransitions, nextAfter, regionGraph, type TransitionCounts } from "#shared/taste/collective/transitions.ts";
import type { RegionMemory, RegionsNow } from "../taste/region-memory.ts";
import { refreshing } from "../taste/refreshing.ts";
import { blendJobName } from "./blend-job.ts";
import type { CollectiveMemory, Reception } from "./collective-memory.ts";
import { rowMemory } from "./row-memory.ts";

export interface CollectiveMemoryParts {
  database: Database;
  regions: RegionMemory;
  calibration: SpaceCalibration;
  clock: Clock;
  /** Viewers of whom something is held at most, about 30 KB each. */
  viewers?: number;
}

const togetherLimit = 300;
/** Images whose links are held, about 2 KB each, and images whose exposures are. */
const linksHeld = 20_000;
const exposuresHeld = 50_000;
const neighbourDays = 30;
const neighbourImagesKept = 120;
const bridgeImagesKept = 60;
/** Likes from which a viewer's own moves are counted. */
const visitsRead = 400;
const communitiesHeld = 100;

/** What others tell about one viewer, and their own moves. */
interface ViewerAmongOthers {
  neighbours: readonly string[];
  bridges: readonly string[];
  community: string | null;
  moves: TransitionCounts;
}

/** The memory over the tables that the jobs write. */
export function openCollective({ database, regions, calibration, clock, viewers = 2_000 }: CollectiveMemoryParts): CollectiveMemory {
  const { space } = calibration;
  const store = collectiveStore(database);
  const numbers = new LinkNumbers();
  const linksOf = rowMemory<LinkRow>({
    load: async (ids) => new Map([...(await store.links(ids))].map(([id, linked]) => [id, numbers.row(linked)])),
    freshMs: minuteMs, capacity: linksHeld, clock,
  });
  const exposuresOf = rowMemory<Reception>({
    load: async (ids) => new Map((await database.query(selectExposures(ids))).map((row) => [row["image_id"] as string, { offered: row["offered"] as number, welcomed: row["welcomed"] as number }])),
    freshMs: 30 * secondMs, capacity: exposuresHeld, clock,
  });

  const loadViewer = async (viewerId: string): Promise<ViewerAmongOthers> => {
    const [neighbours, bridges, visits] = await database.transaction([
      selectNeighbourImages(space, viewerId, neighbourDays, neighbourImagesKept),
      selectCommunityAndBridges(space, viewerId, bridgeImagesKept),
      selectVisits(space, viewerId, visitsRead),
    ]);
    return {
      neighbours: neighbours!.map((row) => row["image_id"] as string),
      bridges: bridges!.flatMap((row) => (row["image_id"] as string | null) ?? []),
      community: (bridges![0]?.["community_id"] as string | undefined) ?? null,
      moves: countTransitions(visits!.map(visitOf).reverse(), endOfDay(clock())),
    };
  };
  const held = new LRUCache<string, () => Promise<ViewerAmongOthers>>({ max: viewers });
  const viewer = (viewerId: string): Promise<ViewerAmongOthers> => {
    const known = held.get(viewerId) ?? refreshing({ load: () => loadViewer(viewerId), freshMs: 20 * secondMs, usableMs: 10 * minuteMs, clock });
    held.set(viewerId, known);
    return known();
  };

  const moves = new LRUCache<string, () => Promise<TransitionCounts>>({ max: communitiesHeld });
  const movesOf = (community: string): Promise<TransitionCounts> => {
    const known = moves.get(community) ?? refreshing({ load: () => loadMoves(community), freshMs: 30 * secondMs, usableMs: 10 * minuteMs, clock });
    moves.set(community, known);
    return known();
  };
  const loadMoves = async (community: string): Promise<TransitionCounts> => {
    const counts = new Map<string, Map<string, number>>();
    for (const { from_region, to_region, weight } of await store.moves(space, community))
      counts.set(from_region, (counts.get(from_region) ?? new Map<string, number>()).set(to_region, weight));
    return counts;
  };

  let graph: { of: RegionsNow["regions"]; rows: ReturnType<typeof regionGraph> } | undefined;
  const graphFor = ({ regions: now }: RegionsNow): ReturnType<typeof regionGraph> => {
    if (graph?.of !== now) graph = { of: now, rows: regionGraph(now, calibration) };
    return graph.rows;
  };

  const blend = refreshing({
    load: async () => {
      const rows = await database.query(sql(`select report -> 'blend' as blend from job_runs where job = $1`, blendJobName));
      return (rows[0]?.["blend"] as Blend | null | undefined) ?? undefined;
    },
    freshMs: minuteMs, usableMs: 60 * minuteMs, clock,
  });

  return {
    async togetherFor(liked, limit = togetherLimit) {
      const likes = [...liked];
      if (likes.length === 0) return new Map();
      const rows = await linksOf(likes.map(({ image_id }) => image_id));
      return togetherScores({ images: numbers.images, rows }, likes, limit);
    },
    neighbourImages: async (viewerId) => (await viewer(viewerId)).neighbours,
    bridgeImages: async (viewerId) => (await viewer(viewerId)).bridges,
    async transitionsFor(viewerId, recentRegions) {
      if (recentRegions.length === 0) return new Map();
      const [own, everyone, now] = await Promise.all([viewer(viewerId), movesOf(""), regions()]);
      const community = own.community === null ? undefined : await movesOf(own.community);
      const rows = graphFor(now);
      return nextAfter(recentRegions, { viewer: own.moves, community, everyone }, (from) => rows.get(from));
    },
    exposures: (imageIds) => exposuresOf(imageIds),
    blendPrior: blend,
    forget: (viewerId) => void held.delete(viewerId),
  };
}
