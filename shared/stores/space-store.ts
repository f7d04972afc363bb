import { sql, type Database, type Row } from "./database.ts";

export type SpaceState = "filling" | "serving" | "retired";

/** A space as its row tells it. */
export interface StoredSpace {
  space: string;
  dim: number;
  distance: { mean: number; sd: number };
  state: SpaceState;
  /** When its last filling began, in milliseconds since the epoch; names what was done for it. */
  mark: number;
}

/** A space as its encoder tells it. */
export type NewSpace = Pick<StoredSpace, "space" | "dim" | "distance">;

/** The entry that moves a viewer's taste, to be written while their log ends at `offset`. */
export interface MoveEntry {
  viewer_id: string;
  event_id: string;
  offset: number;
  target: string;
  mark: number;
  at: number;
}

/** Which spaces there are. Exactly one serves, once there is any; at most one is filling. */
export interface SpaceStore {
  all(): Promise<StoredSpace[]>;
  /** Wants this space served: the first one ever serves at once, another is to be filled, and a filling of any third is given up. */
  want(space: NewSpace): Promise<void>;
  /**
   * Serves the space in place of the one before, at once for everybody; false, and nothing changed, when it is not the one being filled, when
   * images came after `seq`, or when a viewer known before `since` has not had their taste moved.
   */
  serve(space: Pick<StoredSpace, "space" | "mark">, seq: number, since: number): Promise<boolean>;
  /** The database's own time, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Viewers whose taste was not yet moved for this filling, by id, those after `after`. */
  unmoved(mark: number, after: string | null, limit: number): Promise<string[]>;
  /** Appends to the viewer's log; false, and nothing written, when it has grown meanwhile or the viewer is gone. */
  enterMove(entry: MoveEntry): Promise<boolean>;
  unseen(space: string): Promise<Set<string>>;
  noteUnseen(space: string, imageId: string, why: string): Promise<void>;
  imageCount(): Promise<number>;
}

function spaceOf(row: Row): StoredSpace {
  return {
    space: row["space"] as string,
    dim: row["dim"] as number,
    distance: { mean: row["distance_mean"] as number, sd: row["distance_sd"] as number },
    state: row["state"] as SpaceState,
    mark: Number(row["filling_mark"] ?? 0),
  };
}

/** The space that serves; undefined before there was any. */
export async function servingSpace(database: Database): Promise<string | undefined> {
  const rows = await database.query(sql(`select space from spaces where state = 'serving'`));
  return rows[0]?.["space"] as string | undefined;
}

const newMark = `floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export function spaceStore(database: Database): SpaceStore {
  return {
    async all() {
      return (await database.query(sql(`select space, dim, distance_mean, distance_sd, state, filling_mark from spaces order by created_at, space`))).map(spaceOf);
    },

    async want({ space, dim, distance: { mean, sd } }) {
      const row = [space, dim, mean, sd];
      await database.transaction([
        sql(
          `insert into spaces (space, dim, distance_mean, distance_sd, state, serving_since)
           select $1, $2::int, $3::float8, $4::float8, 'serving', now() where not exists (select 1 from spaces where state = 'serving')
           on conflict do nothing`,
          ...row,
        ),
        sql(
          `insert into spaces (space, dim, distance_mean, distance_sd, state, filling_mark) values ($1, $2, $3, $4, 'filling', ${newMark})
           on conflict (space) do nothing`,
          ...row,
        ),
        sql(`delete from unseen_images where space = $1 and exists (select 1 from spaces where space = $1 and state = 'retired')`, space),
        sql(`update spaces set state = 'filling', filling_mark = ${newMark} where space = $1 and state = 'retired'`, space),
        sql(`update spaces set state = 'retired' where space <> $1 and state = 'filling'`, space),
      ]);
    },

    async serve({ space, mark }, seq, since) {
      const [, served] = await database.transaction([
        sql(
          `update spaces set state = 'retired'
           where state = 'serving' and exists (select 1 from spaces where space = $1 and state = 'filling' and filling_mark = $2)
             and not exists (select 1 from images where seq > $3 and removed_at is null)
             and not exists (
               select 1 from viewers where event_count > 0 and created_at < to_timestamp($4::float8 / 1000)
                 and not exists (select 1 from interactions where viewer_id = viewers.id and kind = 'move' and value = $2))`,
          space, mark, seq, since,
        ),
        sql(
          `update spaces set state = 'serving', serving_since = now()
           where space = $1 and state = 'filling' and not exists (select 1 from spaces where state = 'serving') returning space`,
          space,
        ),
      ]);
      return served?.length === 1;
    },

    async now() {
      return Number((await database.query(sql(`select ${newMark} as now`)))[0]!["now"]);
    },

    async unmoved(mark, after, limit) {
      const rows = await database.query(
        sql(
          `select id from viewers where event_count > 0 and ($2::uuid is null or id > $2)
             and not exists (select 1 from interactions where viewer_id = viewers.id and kind = 'move' and value = $1)
           order by id limit $3`,
          mark, after, limit,
        ),
      );
      return rows.map((row) => row["id"] as string);
    },

    async enterMove({ viewer_id, event_id, offset, target, mark, at }) {
      const rows = await database.query(
        sql(
          `with viewer as (
             update viewers set event_count = event_count + 1
             where id = $1 and event_count = $2 and not exists (select 1 from interactions where viewer_id = $1 and event_id = $3)
             returning id, event_count)
           insert into interactions (viewer_id, viewer_seq, event_id, kind, target, value, occurred_at)
           select id, event_count, $3, 'move', $4, $5, to_timestamp($6::float8 / 1000) from viewer returning viewer_seq`,
          viewer_id, offset, event_id, target, mark, at,
        ),
      );
      return rows.length === 1;
    },

    async unseen(space) {
      const rows = await database.query(sql(`select image_id from unseen_images where space = $1`, space));
      return new Set(rows.map((row) => row["image_id"] as string));
    },

    async noteUnseen(space, imageId, why) {
      await database.query(
        sql(`insert into unseen_images (space, image_id, why) values ($1, $2, $3) on conflict (space, image_id) do update set why = excluded.why`, space, imageId, why),
      );
    },

    async imageCount() {
      return (await database.query(sql(`select count(*)::int as count from images where removed_at is null`)))[0]!["count"] as number;
    },
  };
}
