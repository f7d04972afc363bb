import { minuteMs, type Clock } from "#shared/kernel/clock.ts";
import type { Database } from "#shared/stores/database.ts";
import { servingSpace } from "#shared/stores/space-store.ts";

/** The space that serves; undefined before the node ever made one known. The one before it stays whole, so one that is a minute old does no harm. */
export type CurrentSpace = () => Promise<string | undefined>;

export function currentSpace(database: Database, clock: Clock): CurrentSpace {
  let known: { space: string; until: number } | undefined;
  return async () => {
    if (known !== undefined && clock() < known.until) return known.space;
    const space = await servingSpace(database);
    if (space !== undefined) known = { space, until: clock() + minuteMs };
    return space;
  };
}
