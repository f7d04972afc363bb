import { Failure } from "#shared/contract/failures.ts";
import type { ControlKind, InteractionKind } from "#shared/contract/interaction.ts";
import { deliberateKinds } from "#shared/taste/signal.ts";
import { sql, type Database, type Row, type Statement } from "./database.ts";

/** One event as it is appended. `at` is milliseconds since the epoch. */
export interface NewEvent {
  event_id: string;
  kind: InteractionKind | ControlKind;
  image_id: string | null;
  value: number | null;
  target: string | null;
  page_id: string | null;
  slot: number | null;
  /** Where the image was met, when not on a page. */
  origin?: string | null;
  at: number;
}

/** One event as the log holds it. */
export interface LoggedEvent extends NewEvent {
  viewer_seq: number;
}

export interface Appended {
  /** Ids of the events that were new. */
  accepted: string[];
  /** Places in the batch of the events that name an image which cannot be shown; they were not appended. The rest was there already. */
  unknown: number[];
  /** The viewer's place in their log afterwards. */
  offset: number;
}

/**
 * The append-only log of what viewers did: the truth from which taste is folded.
 * An event counts once, by its viewer and its id. A viewer's events become visible in the order of `viewer_seq`, with
 * none appearing below one already seen: the viewer's row is locked while numbers are given out.
 */
export interface InteractionLog {
  append(viewerId: string, events: readonly NewEvent[], digestOfViewer: string): Promise<Appended>;
  /** Events after `offset`, oldest first, at most `limit`. */
  since(viewerId: string, offset: number, limit: number): Promise<LoggedEvent[]>;
  /**
   * What re-clustering at `offset` looks back on: the newest `limit` deliberate positives up to there, oldest first, without those
   * undone by then or from before a reset.
   */
  positivesUpTo(viewerId: string, offset: number, limit: number): Promise<LoggedEvent[]>;
  /** Of the viewers after `after`, by id, those with at least `positives` deliberate positives since they were last re-clustered. */
  dueForRecluster(after: string | null, positives: number, limit: number): Promise<string[]>;
  /**
   * The viewer's latest event that can still be taken back, or that very event when named. What was forgotten before a move to another
   * space stays forgotten: the new space never knew it.
   */
  undoable(viewerId: string, eventId: string | null): Promise<LoggedEvent | undefined>;
  /** Images any of these viewers hid and did not take back. */
  refusedBy(viewerIds: readonly string[]): Promise<string[]>;
  /** Viewers whose log is ahead of their taste in this space, and how far it goes; by id, those after `after`. */
  behind(space: string, after: string | null, limit: number): Promise<{ viewer_id: string; offset: number }[]>;
}

const columns = `event_id, viewer_seq, kind, image_id, value, target, page_id, slot, occurred_at`;

export function loggedEventOf(row: Row): LoggedEvent {
  return {
    event_id: row["event_id"] as string,
    viewer_seq: Number(row["viewer_seq"]),
    kind: row["kind"] as LoggedEvent["kind"],
    image_id: row["image_id"] as string | null,
    value: row["value"] as number | null,
    target: row["target"] as string | null,
    page_id: row["page_id"] as string | null,
    slot: row["slot"] as number | null,
    at: (row["occurred_at"] as Date).getTime(),
  };
}

export function selectEventsSince(viewerId: string, offset: number, limit: number): Statement {
  return sql(
    `select ${columns} from interactions where viewer_id = $1 and viewer_seq > $2 order by viewer_seq limit $3`,
    viewerId, offset, limit,
  );
}

/** The events that the viewer's stored taste has not taken in yet; all of them where none is stored. */
export function selectEventsBeyondTaste(viewerId: string, space: string, limit: number): Statement {
  return sql(
    `select ${columns} from interactions
     where viewer_id = $1
       and viewer_seq > coalesce((select event_offset from tastes where viewer_id = $1 and space = $2), 0)
     order by viewer_seq limit $3`,
    viewerId, space, limit,
  );
}

/** Gives the viewer a row at their first act, unless they were erased. */
export function insertViewer(viewerId: string, digestOfViewer: string): Statement {
  return sql(
    `insert into viewers (id) select $1::uuid where not exists (select 1 from erased_viewers where id_digest = $2)
     on conflict (id) do nothing`,
    viewerId, digestOfViewer,
  );
}

export function interactionLog(database: Database): InteractionLog {
  return {
    async append(viewerId, events, digestOfViewer) {
      const [, locked, inserted, counted] = await database.transaction([
        insertViewer(viewerId, digestOfViewer),
        sql(`select event_count from viewers where id = $1 for update`, viewerId),
        sql(
          `with event as (
             select viewers.id as viewer_id, event_count, event.*,
                    image_id is null or exists (select 1 from images where images.id = image_id and removed_at is null) as known
             from viewers, unnest($2::uuid[], $3::text[], $4::uuid[], $5::float8[], $6::text[], $7::uuid[], $8::int[], $9::float8[], $10::text[])
               with ordinality as event (event_id, kind, image_id, value, target, page_id, slot, at_ms, origin, place)
             where viewers.id = $1),
           added as (
             insert into interactions (viewer_id, viewer_seq, event_id, kind, image_id, value, target, page_id, slot, origin, occurred_at)
             select viewer_id, event_count + row_number() over (order by place), event_id, kind, image_id, value, target, page_id, slot, origin,
                    to_timestamp(at_ms / 1000)
             from event where known
             on conflict (viewer_id, event_id) do nothing returning event_id)
           select event_id, null as place from added
           union all select event_id, place from event where not known`,
          viewerId,
          events.map((event) => event.event_id),
          events.map((event) => event.kind),
          events.map((event) => event.image_id),
          events.map((event) => event.value),
          events.map((event) => event.target),
          events.map((event) => event.page_id),
          events.map((event) => event.slot),
          events.map((event) => event.at),
          events.map((event) => event.origin ?? null),
        ),
        sql(
          `update viewers set event_count = coalesce((select max(viewer_seq) from interactions where viewer_id = $1), 0)
           where id = $1 returning event_count`,
          viewerId,
        ),
      ]);
      if (locked?.[0] === undefined) throw new Failure("viewer.erased");
      return {
        accepted: (inserted ?? []).flatMap(({ event_id, place }) => (place === null ? [event_id as string] : [])),
        unknown: (inserted ?? []).flatMap(({ place }) => (place === null ? [] : [Number(place) - 1])),
        offset: Number(counted?.[0]?.["event_count"] ?? 0),
      };
    },

    async since(viewerId, offset, limit) {
      return (await database.query(selectEventsSince(viewerId, offset, limit))).map(loggedEventOf);
    },

    async positivesUpTo(viewerId, offset, limit) {
      const rows = await database.query(
        sql(
          `with standing as (
             select * from interactions as done
             where viewer_id = $1 and viewer_seq <= $2 and (kind = any($3::text[]) or kind = 'reset')
               and not exists (
                 select 1 from interactions as undo
                 where undo.viewer_id = $1 and undo.kind = 'undo' and undo.target = done.event_id::text
                   and undo.viewer_seq > done.viewer_seq and undo.viewer_seq <= $2))
           select ${columns} from standing
           where kind <> 'reset' and image_id is not null
             and viewer_seq > coalesce((select max(viewer_seq) from standing where kind = 'reset'), 0)
           order by viewer_seq desc limit $4`,
          viewerId, offset, deliberateKinds, limit,
        ),
      );
      return rows.map(loggedEventOf).reverse();
    },

    async dueForRecluster(after, positives, limit) {
      const rows = await database.query(
        sql(
          `select id from viewers
           where ($1::uuid is null or id > $1) and exists (
             select 1 from interactions
             where viewer_id = viewers.id and kind = any($2::text[])
               and viewer_seq > coalesce((select max(viewer_seq) from interactions where viewer_id = viewers.id and kind = 'recluster'), 0)
             offset $3 limit 1)
           order by id limit $4`,
          after, deliberateKinds, positives - 1, limit,
        ),
      );
      return rows.map((row) => row["id"] as string);
    },

    async undoable(viewerId, eventId) {
      const rows = await database.query(
        sql(
          `select ${columns} from interactions as done
           where viewer_id = $1 and ($2::uuid is null or event_id = $2)
             and kind in ('like', 'love', 'save', 'share', 'hide', 'less', 'hate', 'forget_puddle', 'forget_suppressed')
             and not exists (
               select 1 from interactions as undo
               where undo.viewer_id = done.viewer_id and undo.kind = 'undo' and undo.target = done.event_id::text)
             and not (kind in ('forget_puddle', 'forget_suppressed') and exists (
               select 1 from interactions as moved
               where moved.viewer_id = done.viewer_id and moved.kind = 'move' and moved.viewer_seq > done.viewer_seq))
           order by viewer_seq desc limit 1`,
          viewerId, eventId,
        ),
      );
      return rows[0] === undefined ? undefined : loggedEventOf(rows[0]);
    },

    async refusedBy(viewerIds) {
      const rows = await database.query(
        sql(
          `select distinct image_id from interactions
           where viewer_id = any($1::uuid[]) and kind in ('hide', 'less', 'hate') and image_id is not null
             and not exists (
               select 1 from interactions as undo
               where undo.viewer_id = interactions.viewer_id and undo.kind = 'undo' and undo.target = interactions.event_id::text)`,
          viewerIds,
        ),
      );
      return rows.map((row) => row["image_id"] as string);
    },

    async behind(space, after, limit) {
      const rows = await database.query(
        sql(
          `select viewers.id, event_count from viewers
           left join tastes on tastes.viewer_id = viewers.id and tastes.space = $1
           where event_count > coalesce(event_offset, 0) and ($2::uuid is null or viewers.id > $2)
           order by viewers.id limit $3`,
          space, after, limit,
        ),
      );
      return rows.map((row) => ({ viewer_id: row["id"] as string, offset: Number(row["event_count"]) }));
    },
  };
}
