import { minuteMs, type Clock } from "#shared/kernel/clock.ts";
import { sql, type Database } from "#shared/stores/database.ts";

/** The space new vectors are written in; undefined before the node ever registered one. */
export type CurrentSpace = () => Promise<string | undefined>;

export function currentSpace(database: Database, clock: Clock): CurrentSpace {
  let known: { space: string; until: number } | undefined;
  return async () => {
    if (known !== undefined && clock() < known.until) return known.space;
    const rows = await database.query(sql(`select space from spaces order by created_at desc limit 1`));
    const space = rows[0]?.["space"] as string | undefined;
    if (space !== undefined) known = { space, until: clock() + minuteMs };
    return space;
  };
}
