import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import type { Marks } from "#shared/stores/collective-reads.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import type { JobRun } from "#shared/stores/job-store.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import { fewestImages } from "./regions-job.ts";

/** Images by which the gallery may have grown or shrunk before its regions are drawn anew. */
const tolerated = 0.1;

export interface RegionsWatchParts {
  database: Database;
  regions: Pick<RegionStore, "all">;
  space: string;
  marks: () => Promise<Marks>;
  clock: Clock;
}

/**
 * What the regions would be drawn from, each time it is asked whether they should be: none are there, the gallery has changed by more
 * than a tenth, a day has begun, or a viewer whose puddles may be in them was erased. While images are still pouring in it waits for the
 * stream to end, or for the gallery to have doubled.
 */
export function regionsWatch({ database, regions, space, marks, clock }: RegionsWatchParts): (last: JobRun | undefined) => Promise<string | undefined> {
  let countBefore: number | undefined;
  return async (last) => {
    const [row] = await database.query(sql(`select count(*)::int as count from images where removed_at is null`));
    const count = row?.["count"] as number;
    const drawnFrom = (await regions.all(space)).reduce((sum, region) => sum + region.size, 0);
    const settled = countBefore === undefined || count === countBefore;
    countBefore = count;
    if (count < fewestImages) return undefined;
    const day = `${Math.floor(clock() / dayMs)} ${(await marks()).erased}`;
    const changed = Math.abs(count - drawnFrom) > tolerated * drawnFrom;
    return day !== last?.watermark || changed ? (settled || count >= 2 * drawnFrom ? day : undefined) : undefined;
  };
}
