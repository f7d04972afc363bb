import { minuteMs, secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { Region, RegionStore } from "#shared/stores/region-store.ts";
import { refreshing } from "./refreshing.ts";

/** The regions of the space with a random part of their images, as they were at the last look. */
export interface RegionsNow {
  regions: readonly Region[];
  members: ReadonlyMap<string, readonly string[]>;
  labelOf: ReadonlyMap<string, string>;
  replacedAt: number;
}

export type RegionMemory = () => Promise<RegionsNow>;

/** Images kept per region: at 64 regions about 5 MB. */
const membersKept = 1_000;
/** How alive regions are, and how they were received, moves while they stand. */
const lifeFreshMs = minuteMs;

/** Looks every few seconds whether the regions were drawn anew and reads their images only then. */
export function regionMemory({ regions, space, clock }: { regions: RegionStore; space: string; clock: Clock }): RegionMemory {
  let held: RegionsNow | undefined;
  let readAt = 0;
  const load = async (): Promise<RegionsNow> => {
    const replacedAt = await regions.replacedAt(space);
    const drawnAnew = held?.replacedAt !== replacedAt;
    if (held !== undefined && !drawnAnew && clock() - readAt < lifeFreshMs) return held;
    const [all, members] = await Promise.all([regions.all(space), drawnAnew || held === undefined ? regions.members(space, membersKept) : held.members]);
    readAt = clock();
    held = { regions: all, members, labelOf: new Map(all.map(({ id, label }) => [id, label])), replacedAt };
    return held;
  };
  return refreshing({ load, freshMs: 3 * secondMs, usableMs: minuteMs, clock });
}
