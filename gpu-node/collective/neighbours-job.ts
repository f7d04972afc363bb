import { dayMs, minuteMs, type Clock } from "#shared/kernel/clock.ts";
import { dot, type Vector } from "#shared/kernel/vector.ts";
import type { Community as StoredCommunity, CollectiveStore } from "#shared/stores/collective-store.ts";
import type { Marks } from "#shared/stores/collective-reads.ts";
import type { Database } from "#shared/stores/database.ts";
import type { Region, RegionStore } from "#shared/stores/region-store.ts";
import type { SpaceCalibration } from "#shared/taste/calibration.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import { findBridges, type BridgeImage } from "#shared/taste/collective/bridges.ts";
import { keepCommunityIds, labelCommunities, type Community } from "#shared/taste/collective/communities.ts";
import type { LinkedViewer } from "#shared/taste/collective/neighbours.ts";
import { tasteShares } from "#shared/taste/shares.ts";
import type { CollectiveThread } from "./collective-thread.ts";
import type { LikeLog, LikesByViewer } from "./like-log.ts";
import { sharedTastes } from "./read-tastes.ts";
import { gapUnlessDrawnAnew, rested, type ScheduledJob } from "./scheduled-job.ts";

export interface NeighboursJobParts {
  database: Database;
  likes: Pick<LikeLog, "read">;
  store: Pick<CollectiveStore, "saveNeighbours" | "keepNeighboursOf" | "replaceCommunities" | "memberships">;
  regions: Pick<RegionStore, "all">;
  thread: Pick<CollectiveThread, "linkViewers">;
  calibration: SpaceCalibration;
  marks: () => Promise<Marks>;
  clock: Clock;
}

const gapMs = minuteMs;
const viewersAtOnce = 100;
const regionsNamed = 5;
const imagesNamed = 12;
/** Members who have to like an image for it to stand for their community. */
const fewestLikers = 2;

/** Links viewers who share puddles, groups them, and finds what lies between the groups. Who opted out takes no part. */
export function neighboursJob(parts: NeighboursJobParts): ScheduledJob {
  const { database, likes, store, thread, calibration, marks, clock } = parts;
  const { space } = calibration;
  return {
    name: "neighbours",
    async due(last) {
      const { tastes, log, regions: drawn } = await marks();
      const now = clock();
      const mark = `${drawn} ${tastes} ${log} ${Math.floor(now / dayMs)}`;
      return drawn !== "0" && mark !== last?.watermark && rested(last, gapUnlessDrawnAnew(last, drawn, gapMs), now) ? mark : undefined;
    },

    async run({ signal, progress }) {
      const regions = (await parts.regions.all(space)).sort(byPlace);
      const asOf = endOfDay(clock());
      const viewers: LinkedViewer[] = [];
      for await (const taste of sharedTastes(database, space, signal)) {
        const shares = new Map(tasteShares(taste, asOf).map(({ puddle_id, share }) => [puddle_id, share]));
        const puddles = taste.puddles.map(({ id, centroid, spread }) => ({ centroid, spread, share: shares.get(id)! }));
        if (puddles.length > 0) viewers.push({ viewer_id: taste.viewer_id, puddles });
      }
      await progress(0.2);
      const places = regions.map(({ id, centroid }) => ({ id, centroid }));
      const { links, communities } = await thread.linkViewers(viewers, { calibration, regions: places }, signal);
      const linksOf = Map.groupBy(links, (link) => link.viewer_id);
      for (let from = 0; from < viewers.length; from += viewersAtOnce) {
        await progress(0.5 + (0.4 * from) / viewers.length);
        const ids = viewers.slice(from, from + viewersAtOnce).map(({ viewer_id }) => viewer_id);
        await store.saveNeighbours(space, ids, ids.flatMap((id) => linksOf.get(id) ?? []));
      }
      await store.keepNeighboursOf(space, viewers.map(({ viewer_id }) => viewer_id));

      const ids = await idsFor(parts, communities);
      const described = describe(communities, ids, new Map(viewers.map((viewer) => [viewer.viewer_id, viewer])), regions, await likes.read(signal));
      await store.replaceCommunities(space, described.communities, described.bridges);
      return { viewers: viewers.length, links: links.length, communities: communities.length, bridges: described.bridges.length };
    },
  };
}

/** By where they lie: ids are kept from run to run, so they must not decide anything. */
function byPlace(a: Region, b: Region): number {
  for (let d = 0; d < a.centroid.length; d++) if (a.centroid[d] !== b.centroid[d]) return a.centroid[d]! - b.centroid[d]!;
  return 0;
}

/** Communities keep their names; a new one takes the next number that none had at the last run. */
async function idsFor({ store, calibration }: NeighboursJobParts, communities: readonly Community[]): Promise<string[]> {
  const before = await store.memberships(calibration.space);
  let highest = Math.max(0, ...[...before.keys()].map((id) => Number(id.slice(1)) || 0));
  return keepCommunityIds(before, communities, () => `c${++highest}`);
}

function describe(
  communities: readonly Community[],
  ids: readonly string[],
  viewers: ReadonlyMap<string, LinkedViewer>,
  regions: readonly Region[],
  likes: LikesByViewer,
): { communities: StoredCommunity[]; bridges: BridgeImage[] } {
  const places = communities.map(({ members }) => placesOf(members, viewers, regions));
  const labels = labelCommunities(places.map((weights) => wordsOf(weights, regions)));
  const likers = new Map<string, Map<string, number>>();
  const stored = communities.map(({ members }, c): StoredCommunity => {
    const own = countLikers(members, likes);
    for (const [image, count] of own) likers.set(image, (likers.get(image) ?? new Map<string, number>()).set(ids[c]!, count));
    return {
      id: ids[c]!, label: labels[c]!, members,
      region_ids: [...places[c]!].sort(([a, x], [b, y]) => y - x || a - b).slice(0, regionsNamed).map(([r]) => regions[r]!.id),
      top_image_ids: [...own].filter(([, count]) => count >= fewestLikers).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, imagesNamed).map(([image]) => image),
    };
  });
  return { communities: stored, bridges: findBridges(likers, new Map(stored.map(({ id, members }) => [id, members.length]))) };
}

/** How much of its members' taste lies in each region, by the region's place in the list. */
function placesOf(members: readonly string[], viewers: ReadonlyMap<string, LinkedViewer>, regions: readonly Region[]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const member of members)
    for (const { centroid, share } of viewers.get(member)?.puddles ?? []) {
      const r = nearest(centroid, regions);
      if (r >= 0) weights.set(r, (weights.get(r) ?? 0) + share);
    }
  return weights;
}

function nearest(centroid: Vector, regions: readonly Region[]): number {
  let best = -1;
  let highest = -Infinity;
  regions.forEach((region, r) => {
    const similarity = dot(region.centroid, centroid);
    if (similarity > highest) [best, highest] = [r, similarity];
  });
  return best;
}

function wordsOf(weights: ReadonlyMap<number, number>, regions: readonly Region[]): Map<string, number> {
  const words = new Map<string, number>();
  for (const [r, weight] of weights)
    for (const word of regions[r]!.label.split(" · ")) if (word !== "") words.set(word, (words.get(word) ?? 0) + weight);
  return words;
}

function countLikers(members: readonly string[], likes: LikesByViewer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const member of members)
    for (const image of new Set((likes.get(member) ?? []).map(({ image_id }) => image_id))) counts.set(image, (counts.get(image) ?? 0) + 1);
  return counts;
}
