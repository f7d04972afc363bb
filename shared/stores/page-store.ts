import type { ComposedPage } from "#shared/contract/node.ts";
import type { SlotOutcome } from "#shared/feed/candidate.ts";
import { insertViewer } from "./interaction-log.ts";
import { sql, type Database, type Row, type Statement } from "./database.ts";

/** What is known of a stream of pages before more of it is composed. */
export interface StreamState {
  generation: number;
  /** Images on the stream's pages before the position asked for, in that order; none of them may come again. */
  shown: string[];
  /** Images the viewer hid or already took to heart; they do not come back of themselves. */
  settled: string[];
  /** Images of the viewer's other recent streams, latest first; better not shown again so soon. */
  seenElsewhere: string[];
}

export interface PagesToCommit {
  viewer_id: string;
  stream_id: string;
  /** The generation that was read; when it has moved on, nothing is written. */
  generation: number;
  taste_offset: number;
  adventure: number;
  composed_by: "node" | "edge";
  pages: ComposedPage[];
}

/**
 * The pages of every stream, each slot with its propensity and score terms. Writers are ordered by the stream's
 * generation: of two that read the same one, the second writes nothing, so no two live pages share an image.
 */
export interface PageStore {
  /** Opens the stream if it is new and records what was served. */
  begin(viewerId: string, streamId: string, position: number, servedThrough: number, digestOfViewer: string): Promise<StreamState | undefined>;
  /** Writes the pages and drops any at later positions; the new generation, or null when overtaken. */
  commit(pages: PagesToCommit): Promise<number | null>;
}

/** The statements of `begin`, for callers that read more in the same round trip; `streamStateOf` reads their rows. */
export function beginStream(
  viewerId: string, streamId: string, position: number, servedThrough: number, digestOfViewer: string,
): Statement[] {
  return [
    insertViewer(viewerId, digestOfViewer),
    sql(
      `insert into feed_streams (id, viewer_id) select $1, id from viewers where id = $2 on conflict (id) do nothing`,
      streamId, viewerId,
    ),
    sql(
      `update feed_pages set served_at = now() where stream_id = $1 and position <= $2 and served_at is null`,
      streamId, servedThrough,
    ),
    sql(
      `select generation,
         array(select image_id from feed_pages, unnest(image_ids) with ordinality as slot (image_id, place)
               where stream_id = $1 and position < $3 order by position, place) as shown,
         array(select distinct image_id from interactions
               where viewer_id = $2 and kind in ('hide', 'less', 'hate', 'like', 'love', 'save')
                 and image_id is not null
                 and not exists (select 1 from interactions as undo where undo.viewer_id = $2 and undo.kind = 'undo'
                                   and undo.target = interactions.event_id::text)) as settled,
         array(select image_id from (
                 select unnest(image_ids) as image_id, composed_at from feed_pages
                 where served_at is not null and stream_id = any(array(
                   select id from feed_streams where viewer_id = $2 and id <> $1 order by created_at desc limit 5))) as seen
               order by composed_at desc limit 500) as seen_elsewhere
       from feed_streams where id = $1 and viewer_id = $2`,
      streamId, viewerId, position,
    ),
  ];
}

export const beginStreamStatements = 4;

/** Served slots from whose outcome composing learns. */
const outcomesRead = 240;

/** The viewer's latest slots that they were given, oldest first, with what they said about each image; `slotOutcomeOf` reads a row. */
export function selectOutcomes(viewerId: string): Statement {
  return sql(
    `with served as (
       select slot, place, served_at, position
       from (select slots, served_at, position from feed_pages
             where served_at is not null and stream_id = any(array(
               select id from feed_streams where viewer_id = $1 order by created_at desc limit 5))
             order by served_at desc, position desc limit 30) as recent,
            jsonb_array_elements(slots) with ordinality as slots (slot, place)
       order by served_at desc, position desc, place desc limit $2),
     said as (
       select image_id, bool_or(kind in ('open', 'like', 'love', 'save', 'share')) as welcomed,
              bool_or(kind in ('hide', 'less', 'hate')) as refused, max(target) filter (where kind = 'less') as aimed_at
       from interactions as done
       where viewer_id = $1 and kind in ('open', 'like', 'love', 'save', 'share', 'hide', 'less', 'hate')
         and image_id in (select (slot ->> 'image_id')::uuid from served)
         and not exists (select 1 from interactions as undo where undo.viewer_id = $1 and undo.kind = 'undo'
                           and undo.target = done.event_id::text)
       group by image_id)
     select slot ->> 'image_id' as image_id, slot ->> 'source' as source, slot -> 'features' as features,
            slot ->> 'puddle_id' as puddle_id, place, served_at, welcomed, refused, aimed_at
     from served left join said on said.image_id = (slot ->> 'image_id')::uuid
     order by served_at, position, place`,
    viewerId, outcomesRead,
  );
}

/** A refusal outweighs a welcome of the same image: it came later, or nothing would have been left to refuse. */
export function slotOutcomeOf(row: Row): SlotOutcome {
  const features = row["features"] as SlotOutcome["features"] | null;
  const puddle_id = row["puddle_id"] as string | null;
  const term = row["aimed_at"] as string | null;
  return {
    image_id: row["image_id"] as string,
    source: row["source"] as SlotOutcome["source"],
    position: Number(row["place"]) - 1,
    at: (row["served_at"] as Date).getTime(),
    outcome: row["refused"] === true ? "refused" : row["welcomed"] === true ? "welcomed" : "ignored",
    ...(features === null ? {} : { features }),
    ...(puddle_id === null ? {} : { puddle_id }),
    ...(term === null ? {} : { term }),
  };
}

/** What others who look on have settled or seen of late: none of it is shown to the group. */
export function selectSettledOf(viewerIds: readonly string[]): Statement {
  return sql(
    `select array(select distinct image_id from interactions as done
                  where viewer_id = any($1::uuid[]) and image_id is not null
                    and kind in ('hide', 'less', 'hate', 'like', 'love', 'save')
                    and not exists (select 1 from interactions as undo where undo.viewer_id = done.viewer_id and undo.kind = 'undo'
                                      and undo.target = done.event_id::text)) as settled,
            array(select image_id from (
                    select unnest(image_ids) as image_id, composed_at from feed_pages
                    where served_at is not null and stream_id = any(array(
                      select id from feed_streams where viewer_id = any($1::uuid[]) order by created_at desc limit 10))) as seen
                  order by composed_at desc limit 500) as seen`,
    viewerIds,
  );
}

/** Undefined when the viewer was erased or the stream is another viewer's. */
export function streamStateOf(rows: Row[] | undefined): StreamState | undefined {
  const row = rows?.[0];
  if (row === undefined) return undefined;
  return {
    generation: Number(row["generation"]),
    shown: row["shown"] as string[],
    settled: row["settled"] as string[],
    seenElsewhere: row["seen_elsewhere"] as string[],
  };
}

export function pageStore(database: Database): PageStore {
  return {
    async begin(viewerId, streamId, position, servedThrough, digestOfViewer) {
      const results = await database.transaction(beginStream(viewerId, streamId, position, servedThrough, digestOfViewer));
      return streamStateOf(results.at(-1));
    },

    async commit({ viewer_id, stream_id, generation, taste_offset, adventure, composed_by, pages }) {
      const last = Math.max(...pages.map((page) => page.position));
      const rows = await database.query(
        sql(
          `with turned as (
             update feed_streams set generation = generation + 1
             where id = $1 and viewer_id = $2 and generation = $3 returning id, generation),
           dropped as (
             delete from feed_pages using turned where stream_id = turned.id and position > $4),
           written as (
             insert into feed_pages (id, stream_id, position, taste_offset, adventure, composed_by, image_ids, names, slots)
             select page.page_id, turned.id, page.position, $5, $6, $7,
                    array(select (slot ->> 'image_id')::uuid from jsonb_array_elements(page.slots) as slot),
                    array(select named::uuid from jsonb_array_elements(page.slots) as slot,
                            lateral (values (slot ->> 'image_id'), (slot -> 'why' ->> 'anchor_image_id')) as given (named)
                          where named is not null), page.slots
             from turned, jsonb_to_recordset($8::jsonb) as page (page_id uuid, position int, slots jsonb)
             on conflict (stream_id, position) do update set
               id = excluded.id, taste_offset = excluded.taste_offset, adventure = excluded.adventure,
               composed_by = excluded.composed_by, image_ids = excluded.image_ids, names = excluded.names, slots = excluded.slots,
               composed_at = now(), served_at = null)
           select generation from turned`,
          stream_id, viewer_id, generation, last, taste_offset, adventure, composed_by, JSON.stringify(pages),
        ),
      );
      return rows[0] === undefined ? null : Number(rows[0]["generation"]);
    },
  };
}
