import type { Visit } from "#shared/taste/collective/transitions.ts";
import { sql, type Database, type Row, type Statement } from "./database.ts";

/** Kinds that say yes, as far as others are told of it; a dwell is too faint. */
export const welcomingKinds = ["open", "like", "love", "save", "share"] as const;

const welcoming = `kind in (${welcomingKinds.map((kind) => `'${kind}'`).join(", ")})`;

const standing = `not exists (select 1 from interactions as undo where undo.viewer_id = done.viewer_id and undo.kind = 'undo'
                     and undo.target = done.event_id::text)`;

/** Whether a viewer lets others be told about their taste; yes unless they said no. */
export const sharesTaste = `coalesce((viewers.settings ->> 'shared_taste')::boolean, true)`;

/** What the tables that jobs work from had come to: one text each that changes when they do. */
export interface Marks {
  /** Viewers, and how far each one's log goes. */
  log: string;
  /** Viewers' stored tastes in the space, and how far each has come. */
  tastes: string;
  /** When the regions were last drawn. */
  regions: string;
  events: number;
  /** Viewers erased so far: what was drawn from them is to be drawn again. */
  erased: number;
}

export async function readMarks(database: Database, space: string): Promise<Marks> {
  const [logs, tastes, regions] = await database.transaction([
    sql(
      `select coalesce(sum(event_count), 0)::float8 as events, (select count(*)::int from erased_viewers) as erased,
              coalesce(sum(hashtext(id::text)::numeric * (event_count + 1)), 0)::text as mark from viewers`,
    ),
    sql(`select coalesce(sum(hashtext(viewer_id::text)::numeric * (event_offset + 1)), 0)::text as mark from tastes where space = $1`, space),
    sql(`select coalesce(extract(epoch from max(updated_at)), 0)::text as mark from regions where space = $1`, space),
  ]);
  return {
    log: logs![0]!["mark"] as string,
    tastes: tastes![0]!["mark"] as string,
    regions: regions![0]!["mark"] as string,
    events: logs![0]!["events"] as number,
    erased: logs![0]!["erased"] as number,
  };
}

/** The viewer's latest welcoming signals about images of regions, the latest first; `visitOf` reads a row. */
export function selectVisits(space: string, viewerId: string, limit: number): Statement {
  return sql(
    `select region_id, done.image_id, occurred_at from interactions as done
     join image_regions on image_regions.image_id = done.image_id and image_regions.space = $1
     where viewer_id = $2 and ${welcoming} and ${standing} order by viewer_seq desc limit $3`,
    space, viewerId, limit,
  );
}

export function visitOf(row: Row): Visit {
  return { region_id: row["region_id"] as string, image_id: row["image_id"] as string, at: (row["occurred_at"] as Date).getTime() };
}

/**
 * Images that the viewer's neighbours welcomed of late, by the neighbours' weight; one neighbour alone puts up nothing, so that what a
 * viewer is shown is never one other person's list of likes.
 */
export function selectNeighbourImages(space: string, viewerId: string, days: number, limit: number): Statement {
  return sql(
    `select image_id from (
       select neighbour_id, weight, image_id from viewer_links
       join viewers on viewers.id = neighbour_id and ${sharesTaste}
       join interactions as done on done.viewer_id = neighbour_id
       where space = $1 and viewer_links.viewer_id = $2 and image_id is not null and ${welcoming} and ${standing}
         and occurred_at > now() - $3 * interval '1 day'
         and exists (select 1 from viewers where viewers.id = $2 and ${sharesTaste})
       group by neighbour_id, weight, image_id) as liked
     group by image_id having count(*) >= 2 order by sum(weight) desc, image_id limit $4`,
    space, viewerId, days, limit,
  );
}

/** The images that lie between the viewer's community and another, the best first; `community_id` beside each, also where there are none. */
export function selectCommunityAndBridges(space: string, viewerId: string, limit: number): Statement {
  return sql(
    `select community_id, image_id from community_members
     left join lateral (
       select image_id, score from bridge_images where space = $1 and community_id = any(community_ids)
       order by score desc, image_id limit $3) as bridge on true
     where community_members.space = $1 and viewer_id = $2 order by score desc nulls last, image_id`,
    space, viewerId, limit,
  );
}

/** Counts anew in how many slots each image was served in the last `days`, and how many viewers who were given it welcomed it. */
export function replaceExposures(days: number): Statement[] {
  return [
    sql(`delete from image_exposures`),
    sql(
      `with served as (
         select feed_streams.viewer_id, image_id, count(*) as times
         from feed_pages join feed_streams on feed_streams.id = stream_id, unnest(image_ids) as image_id
         where served_at > now() - $1 * interval '1 day' group by 1, 2),
       said as (
         select distinct viewer_id, image_id from interactions as done where ${welcoming} and image_id is not null and ${standing})
       insert into image_exposures (image_id, offered, welcomed)
       select image_id, sum(times)::int, count(said.viewer_id)::int from served left join said using (viewer_id, image_id)
       group by image_id`,
      days,
    ),
  ];
}

export function selectExposures(imageIds: readonly string[]): Statement {
  return sql(`select image_id, offered, welcomed from image_exposures where image_id = any($1::uuid[])`, imageIds);
}

/** Explored slots per region served in the last `days`, and how many of them were welcomed. */
export function selectExplored(space: string, days: number): Statement {
  return sql(
    `with explored as (
       select feed_streams.viewer_id, (slot ->> 'image_id')::uuid as image_id
       from feed_pages join feed_streams on feed_streams.id = stream_id, jsonb_array_elements(slots) as slot
       where served_at > now() - $2 * interval '1 day' and slot ->> 'source' = 'explore'),
     said as (
       select distinct viewer_id, image_id from interactions as done where ${welcoming} and image_id is not null and ${standing})
     select region_id, count(*)::int as offered, count(said.viewer_id)::int as welcomed
     from explored join image_regions on image_regions.image_id = explored.image_id and image_regions.space = $1
     left join said on said.viewer_id = explored.viewer_id and said.image_id = explored.image_id
     group by region_id`,
    space, days,
  );
}
