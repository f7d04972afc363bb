import { setImmediate as nextTurn } from "node:timers/promises";
import { dayMs, minuteMs, type Clock } from "#shared/kernel/clock.ts";
import type { CollectiveStore, RegionMove } from "#shared/stores/collective-store.ts";
import type { Marks } from "#shared/stores/collective-reads.ts";
import type { JobRun } from "#shared/stores/job-store.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import { countTransitions, sumTransitions, type TransitionCounts } from "#shared/taste/collective/transitions.ts";
import type { LikeLog, LoggedLike } from "./like-log.ts";
import { gapUnlessDrawnAnew, rested, type ScheduledJob } from "./scheduled-job.ts";

export interface TransitionsJobParts {
  likes: Pick<LikeLog, "read">;
  store: Pick<CollectiveStore, "memberships" | "replaceMoves">;
  regions: Pick<RegionStore, "regionOfImage">;
  space: string;
  marks: () => Promise<Marks>;
  /** The row of the job that finds the communities: theirs are counted apart. */
  communities: () => Promise<JobRun | undefined>;
  clock: Clock;
}

const gapMs = 2 * minuteMs;
const viewersAtOnce = 100;

/** Counts where people go on to from each region, for everyone and for each community. */
export function transitionsJob({ likes, store, regions, space, marks, communities, clock }: TransitionsJobParts): ScheduledJob {
  return {
    name: "transitions",
    async due(last) {
      const { log, regions: drawn } = await marks();
      const now = clock();
      const mark = `${drawn} ${log} ${(await communities())?.runs ?? 0} ${Math.floor(now / dayMs)}`;
      return drawn !== "0" && mark !== last?.watermark && rested(last, gapUnlessDrawnAnew(last, drawn, gapMs), now) ? mark : undefined;
    },

    async run({ signal, progress }) {
      const [byViewer, regionOf, members] = [await likes.read(signal), await regions.regionOfImage(space), await store.memberships(space)];
      await progress(0.4);
      const asOf = endOfDay(clock());
      const counts = new Map<string, TransitionCounts>();
      for (const [viewer, own] of byViewer) {
        counts.set(viewer, countTransitions(visitsOf(own, regionOf), asOf));
        if (counts.size % viewersAtOnce === 0) await nextTurn();
      }
      const moves = movesOf("", [...counts.values()]);
      for (const [community, viewers] of [...members].sort(([a], [b]) => (a < b ? -1 : 1))) {
        await nextTurn();
        moves.push(...movesOf(community, viewers.flatMap((viewer) => counts.get(viewer) ?? [])));
      }
      await progress(0.8);
      await store.replaceMoves(space, moves);
      return { viewers: counts.size, moves: moves.length };
    },
  };
}

function visitsOf(likes: readonly LoggedLike[], regionOf: ReadonlyMap<string, string>) {
  return likes.flatMap(({ image_id, at }) => {
    const region_id = regionOf.get(image_id);
    return region_id === undefined ? [] : [{ region_id, image_id, at }];
  });
}

function movesOf(community_id: string, viewers: readonly TransitionCounts[]): RegionMove[] {
  const { counts, makers } = sumTransitions(viewers);
  return [...counts].flatMap(([from_region, row]) =>
    [...row].map(([to_region, weight]) => ({ community_id, from_region, to_region, weight, viewers: makers.get(from_region)!.get(to_region)! })));
}
