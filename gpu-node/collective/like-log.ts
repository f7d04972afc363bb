import { setImmediate as nextTurn } from "node:timers/promises";
import { sql, type Database } from "#shared/stores/database.ts";
import { welcomingKinds } from "#shared/stores/collective-reads.ts";
import type { InteractionKind } from "#shared/taste/signal.ts";
import { signalStrength } from "#shared/taste/signal.ts";

/** One welcoming signal that was not taken back. */
export interface LoggedLike {
  image_id: string;
  strength: number;
  at: number;
}

/** Every viewer's welcoming signals in the order of their log, by viewer id. */
export type LikesByViewer = ReadonlyMap<string, readonly LoggedLike[]>;

/** Likes kept per viewer, the latest. */
const keptPerViewer = 2_000;
const viewersAtOnce = 200;
const rowsAtOnce = 10_000;

interface Held {
  /** The place in the viewer's log up to which it was read. */
  offset: number;
  likes: LoggedLike[];
}

/**
 * The likes of the whole log in memory, for the jobs that look at all of them: after the first time only what came since is
 * read, and viewers who are gone are forgotten. A viewer who took something back is read anew from the beginning.
 * A like takes about 60 bytes; image ids are shared.
 */
export class LikeLog {
  readonly #database: Database;
  readonly #held = new Map<string, Held>();
  readonly #ids = new Map<string, string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** As the log is now. Keys in ascending order, so that what is worked out from it does not hang on who came first. */
  async read(signal: AbortSignal): Promise<LikesByViewer> {
    const rows = await this.#database.query(sql(`select id, event_count from viewers order by id`));
    const counts = new Map(rows.map((row) => [row["id"] as string, Number(row["event_count"])]));
    for (const [viewer, { offset }] of this.#held) if ((counts.get(viewer) ?? -1) < offset) this.#held.delete(viewer);
    const behind = [...counts].filter(([viewer, count]) => count > (this.#held.get(viewer)?.offset ?? 0));
    for (let from = 0; from < behind.length; from += viewersAtOnce) await this.#readOn(behind.slice(from, from + viewersAtOnce), signal);
    return new Map([...counts.keys()].flatMap((viewer) => {
      const likes = this.#held.get(viewer)?.likes ?? [];
      return likes.length > 0 ? [[viewer, likes]] : [];
    }));
  }

  /** Takes in what each of the viewers did up to the count beside them, by then as fixed as the log before it. */
  async #readOn(behind: readonly (readonly [viewer: string, count: number])[], signal: AbortSignal): Promise<void> {
    const viewers = behind.map(([viewer]) => viewer);
    const undone = await this.#undone(behind);
    for (const viewer of viewers) {
      const held = this.#held.get(viewer);
      const tookBack = [...(undone.get(viewer)?.values() ?? [])].some((seq) => seq > (held?.offset ?? 0));
      if (held === undefined || tookBack) this.#held.set(viewer, { offset: 0, likes: [] });
    }
    const seen = viewers.map((viewer) => this.#held.get(viewer)!.offset);
    const came = new Map(viewers.map((viewer) => [viewer, [] as LoggedLike[]]));
    for (let after = { viewer: viewers[0]!, seq: 0 }; ; ) {
      signal.throwIfAborted();
      const rows = await this.#database.query(
        sql(
          `select viewer_id, viewer_seq, event_id, kind, image_id, occurred_at
           from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as behind (id, seen, upto)
           join interactions on viewer_id = id and viewer_seq > seen and viewer_seq <= upto
           where kind = any($4::text[]) and image_id is not null and (viewer_id, viewer_seq) > ($5::uuid, $6::bigint)
           order by viewer_id, viewer_seq limit $7`,
          viewers, seen, behind.map(([, count]) => count), welcomingKinds, after.viewer, after.seq, rowsAtOnce,
        ),
      );
      for (const row of rows) {
        const viewer = row["viewer_id"] as string;
        if ((undone.get(viewer)?.get(row["event_id"] as string) ?? 0) > Number(row["viewer_seq"])) continue;
        const strength = signalStrength({ kind: row["kind"] as InteractionKind });
        came.get(viewer)!.push({ image_id: this.#shared(row["image_id"] as string), strength, at: (row["occurred_at"] as Date).getTime() });
      }
      if (rows.length < rowsAtOnce) break;
      const last = rows.at(-1)!;
      after = { viewer: last["viewer_id"] as string, seq: Number(last["viewer_seq"]) };
      await nextTurn();
    }
    for (const [viewer, count] of behind) {
      const likes = [...this.#held.get(viewer)!.likes, ...came.get(viewer)!];
      this.#held.set(viewer, { offset: count, likes: likes.slice(-keptPerViewer) });
    }
  }

  /** What each viewer took back, by the place of the undo in their log. */
  async #undone(behind: readonly (readonly [viewer: string, count: number])[]): Promise<Map<string, Map<string, number>>> {
    const rows = await this.#database.query(
      sql(
        `select viewer_id, target, max(viewer_seq) as seq
         from unnest($1::uuid[], $2::bigint[]) as behind (id, upto)
         join interactions on viewer_id = id and viewer_seq <= upto
         where kind = 'undo' and target is not null group by viewer_id, target`,
        behind.map(([viewer]) => viewer), behind.map(([, count]) => count),
      ),
    );
    const undone = new Map<string, Map<string, number>>();
    for (const row of rows) {
      const viewer = row["viewer_id"] as string;
      undone.set(viewer, (undone.get(viewer) ?? new Map<string, number>()).set(row["target"] as string, Number(row["seq"])));
    }
    return undone;
  }

  #shared(id: string): string {
    const known = this.#ids.get(id);
    if (known === undefined) this.#ids.set(id, id);
    return known ?? id;
  }
}
