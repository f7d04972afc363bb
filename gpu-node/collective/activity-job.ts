import { dayMs, minuteMs, type Clock } from "#shared/kernel/clock.ts";
import { replaceExposures, selectExplored, type Marks } from "#shared/stores/collective-reads.ts";
import type { Database } from "#shared/stores/database.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import { activityConfig, activityOf, isDrying, type DayOfLikes } from "#shared/taste/collective/activity.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import type { LikeLog, LikesByViewer } from "./like-log.ts";
import { gapUnlessDrawnAnew, rested, type ScheduledJob } from "./scheduled-job.ts";

export interface ActivityJobParts {
  database: Database;
  likes: Pick<LikeLog, "read">;
  regions: Pick<RegionStore, "all" | "regionOfImage" | "saveLife">;
  space: string;
  marks: () => Promise<Marks>;
  clock: Clock;
}

const gapMs = minuteMs;
/** Days of served slots that reception is counted from. */
const receptionDays = 30;

/** Says how alive each region is, and how images and explored regions have been received. */
export function activityJob({ database, likes, regions, space, marks, clock }: ActivityJobParts): ScheduledJob {
  return {
    name: "activity",
    async due(last) {
      const { log, regions: drawn } = await marks();
      const now = clock();
      const mark = `${drawn} ${log} ${Math.floor(now / dayMs)}`;
      return mark !== last?.watermark && rested(last, gapUnlessDrawnAnew(last, drawn, gapMs), now) ? mark : undefined;
    },

    async run({ signal, progress }) {
      await database.transaction(replaceExposures(receptionDays));
      await progress(0.4);
      const [all, regionOf, byViewer] = [await regions.all(space), await regions.regionOfImage(space), await likes.read(signal)];
      const days = daysOf(byViewer, regionOf, endOfDay(clock()));
      await progress(0.7);
      const explored = await database.query(selectExplored(space, receptionDays));
      const reception = new Map(explored.map((row) => [row["region_id"] as string, { offered: row["offered"] as number, welcomed: row["welcomed"] as number }]));
      const life = all.map(({ id }) => {
        const activity = activityOf(days.get(id) ?? []);
        return { id, activity, drying: isDrying(activity), ...(reception.get(id) ?? { offered: 0, welcomed: 0 }) };
      });
      await regions.saveLife(space, life);
      return { regions: life.length, drying: life.filter(({ drying }) => drying).length };
    },
  };
}

/** What was liked in each region on each day; regions that too few viewers have been in are left out. */
function daysOf(likes: LikesByViewer, regionOf: ReadonlyMap<string, string>, asOf: number): Map<string, DayOfLikes[]> {
  const found = new Map<string, { viewers: Set<string>; days: Map<number, number> }>();
  for (const [viewer, own] of likes)
    for (const { image_id, strength, at } of own) {
      const region = regionOf.get(image_id);
      if (region === undefined) continue;
      const { viewers, days } = found.get(region) ?? { viewers: new Set<string>(), days: new Map<number, number>() };
      const age = Math.max(0, Math.floor((asOf - at) / dayMs));
      days.set(age, (days.get(age) ?? 0) + strength);
      found.set(region, { viewers: viewers.add(viewer), days });
    }
  return new Map(
    [...found]
      .filter(([, { viewers }]) => viewers.size >= activityConfig.fewestViewers)
      .map(([region, { days }]) => [region, [...days].sort(([a], [b]) => a - b).map(([age, strength]) => ({ ageMs: age * dayMs, strength }))]),
  );
}
