import { sql, type Database } from "#shared/stores/database.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import { fewestImages } from "./regions-job.ts";

/** Images by which the gallery may have grown or shrunk before its regions are drawn anew. */
const tolerated = 0.1;

/**
 * Says, each time it is asked, whether the regions should be drawn anew: none are there, or the gallery has changed by more
 * than a tenth. While images are still pouring in it waits for the stream to end, or for the gallery to have doubled.
 */
export function regionsWatch({ database, regions, space }: { database: Database; regions: Pick<RegionStore, "all">; space: string }): () => Promise<boolean> {
  let countBefore: number | undefined;
  return async () => {
    const [row] = await database.query(sql(`select count(*)::int as count from images where removed_at is null`));
    const count = row?.["count"] as number;
    const drawnFrom = (await regions.all(space)).reduce((sum, region) => sum + region.size, 0);
    const settled = countBefore === undefined || count === countBefore;
    countBefore = count;
    if (count < fewestImages) return false;
    const changed = Math.abs(count - drawnFrom) > tolerated * drawnFrom;
    return changed && (settled || count >= 2 * drawnFrom);
  };
}
