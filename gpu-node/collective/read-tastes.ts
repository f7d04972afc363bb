import { sql, type Database } from "#shared/stores/database.ts";
import { sharesTaste } from "#shared/stores/collective-reads.ts";
import { readableTasteOf } from "#shared/stores/taste-store.ts";
import type { Taste } from "#shared/taste/taste.ts";

/** Viewers looked at together: those whose taste moved last. At 8 puddles of 512 dimensions they take about 80 MB. */
const viewersRead = 5_000;
const tastesAtOnce = 100;

/** The stored tastes of viewers who share theirs, in the order of viewer ids. */
export async function* sharedTastes(database: Database, space: string, signal: AbortSignal): AsyncGenerator<Taste> {
  const rows = await database.query(
    sql(
      `select viewer_id from tastes join viewers on viewers.id = viewer_id and ${sharesTaste} where space = $1
       order by (state ->> 'updated_at')::float8 desc, viewer_id limit $2`,
      space, viewersRead,
    ),
  );
  const viewers = rows.map((row) => row["viewer_id"] as string).sort();
  for (let from = 0; from < viewers.length; from += tastesAtOnce) {
    signal.throwIfAborted();
    const tastes = await database.query(
      sql(
        `select state, encode(vectors, 'base64') as vectors from tastes where space = $1 and viewer_id = any($2::uuid[]) order by viewer_id`,
        space, viewers.slice(from, from + tastesAtOnce),
      ),
    );
    for (const row of tastes) {
      const taste = readableTasteOf(row);
      if (taste !== undefined) yield taste;
    }
  }
}
