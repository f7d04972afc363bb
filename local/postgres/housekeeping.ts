import type { Engine } from "./engine.ts";
import type { TurnQueue } from "./turn-queue.ts";

/** Write-ahead log that a start after a kill may have to replay. */
const walLimitBytes = 64 * 1024 * 1024;

const walSinceCheckpoint = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) from pg_control_checkpoint()";

/** The table that needs it most, by the default thresholds of Postgres's own autovacuum. */
const tableToVacuum = `
  select format('vacuum (analyze) %I.%I', schemaname, relname) from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup
  order by n_dead_tup + n_mod_since_analyze desc limit 1`;

/**
 * Does what Postgres's background processes do elsewhere: PGlite is a single process, so nothing else ever writes a
 * checkpoint, removes dead rows or refreshes the planner's statistics. One table a round, so that nobody waits for long.
 */
export function startHousekeeping(engine: Engine, turns: TurnQueue, intervalMs: number): Disposable {
  let runsBefore = 0;
  const round = async () => {
    if (engine.runs === runsBefore || turns.waiting > 0) return;
    using _turn = await turns.take();
    const { results } = await engine.exchange((messages) => messages.parse("", walSinceCheckpoint).execute("", []).parse("", tableToVacuum).execute("", []).sync());
    const vacuum = results[1]?.rows[0]?.[0];
    if (vacuum) await engine.exchange((messages) => messages.simple(vacuum));
    if (Number(results[0]?.rows[0]?.[0]) > walLimitBytes) await engine.exchange((messages) => messages.simple("checkpoint"));
    runsBefore = engine.runs;
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    // A stopped engine tells its own users; housekeeping just ends with it.
    timer = setTimeout(() => void round().then(schedule, () => undefined), intervalMs).unref();
  };
  schedule();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
