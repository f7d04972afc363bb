import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";

/** Whether there is a region of this id, so that made-up ones cost no cache a place. */
export type RegionKnown = (id: string) => Promise<boolean>;

/** An unknown id makes the list be read anew, at most this often: regions are replaced while the edge runs. */
const rereadMs = 2 * secondMs;

export function regionKnown({ regions, currentSpace, clock }: { regions: Pick<RegionStore, "all">; currentSpace: CurrentSpace; clock: Clock }): RegionKnown {
  let ids: ReadonlySet<string> = new Set();
  let readAt = -Infinity;
  return async (id) => {
    if (ids.has(id)) return true;
    if (clock() - readAt < rereadMs) return false;
    const space = await currentSpace();
    ids = new Set(space === undefined ? [] : (await regions.all(space)).map((region) => region.id));
    readAt = clock();
    return ids.has(id);
  };
}
