import { fewestPeople } from "#shared/contract/social.ts";
import { sql, type Database, type Statement } from "./database.ts";

export interface StoredCommunity {
  id: string;
  label: string;
  /** Those in it now: who left or was erased since the job ran no longer counts. */
  people: number;
  top_image_ids: string[];
}

/**
 * What viewers tell about each other, as it may be shown. Nobody who opted out is counted, whenever they did, and no id of a
 * viewer comes out of it.
 */
export interface SocialView {
  /** Regions in which others share the viewer's taste, and how many of them do. */
  sharedRegions(space: string, viewerId: string): Promise<{ region_id: string; people: number }[]>;
  /** Those of `fewestPeople` or more, largest first. */
  communities(space: string): Promise<StoredCommunity[]>;
  communityOf(space: string, viewerId: string): Promise<string | null>;
  /** Images between communities, the best first. */
  bridges(space: string, limit: number): Promise<{ image_id: string; community_ids: string[] }[]>;
  /** Where people go on to from a region; moves that fewer than `fewestPeople` made are left out. */
  onward(space: string, regionId: string, limit: number): Promise<{ region_id: string; weight: number }[]>;
  /** Images of a region, the best first, none of `exclude`. */
  imagesIn(space: string, regionId: string, exclude: readonly string[], limit: number): Promise<string[]>;
}

/** A viewer who wants to share no taste is out of others' sight at once, not when the jobs next run. */
export function leaveOthers(viewerId: string): Statement[] {
  return [
    sql(`delete from viewer_links where viewer_id = $1 or neighbour_id = $1`, viewerId),
    sql(`delete from community_members where viewer_id = $1`, viewerId),
  ];
}

/** Whether a viewer's row says that they share their taste; true unless they said no. */
const shares = `coalesce((settings ->> 'shared_taste')::boolean, true)`;

export function socialView(database: Database): SocialView {
  return {
    async sharedRegions(space, viewerId) {
      const rows = await database.query(
        sql(
          `select one ->> 'region_id' as region_id, count(distinct neighbour_id)::int as people
           from viewer_links join viewers on viewers.id = neighbour_id, jsonb_array_elements(shared) as one
           where space = $1 and viewer_id = $2 and ${shares}
           group by 1 order by people desc, region_id`,
          space, viewerId,
        ),
      );
      return rows.map((row) => ({ region_id: row["region_id"] as string, people: row["people"] as number }));
    },

    async communities(space) {
      const rows = await database.query(
        sql(
          `select id, label, top_image_ids, people from communities
           join (select community_id, count(*)::int as people
                 from community_members join viewers on viewers.id = viewer_id
                 where space = $1 and ${shares} group by community_id) as members on community_id = id
           where space = $1 and people >= $2 order by people desc, id`,
          space, fewestPeople,
        ),
      );
      return rows.map((row) => ({
        id: row["id"] as string,
        label: row["label"] as string,
        people: row["people"] as number,
        top_image_ids: row["top_image_ids"] as string[],
      }));
    },

    async communityOf(space, viewerId) {
      const rows = await database.query(
        sql(`select community_id from community_members where space = $1 and viewer_id = $2`, space, viewerId),
      );
      return (rows[0]?.["community_id"] as string | undefined) ?? null;
    },

    async bridges(space, limit) {
      const rows = await database.query(
        sql(
          `select image_id, community_ids from bridge_images where space = $1 order by score desc, image_id limit $2`,
          space, limit,
        ),
      );
      return rows.map((row) => ({ image_id: row["image_id"] as string, community_ids: row["community_ids"] as string[] }));
    },

    async onward(space, regionId, limit) {
      const rows = await database.query(
        sql(
          `select to_region, weight from region_transitions
           where space = $1 and community_id = '' and from_region = $2 and to_region <> $2 and viewers >= $3
           order by weight desc, to_region limit $4`,
          space, regionId, fewestPeople, limit,
        ),
      );
      return rows.map((row) => ({ region_id: row["to_region"] as string, weight: row["weight"] as number }));
    },

    async imagesIn(space, regionId, exclude, limit) {
      const rows = await database.query(
        sql(
          `select image_id from image_regions join images on images.id = image_id
           where space = $1 and region_id = $2 and removed_at is null and not (image_id = any($3::uuid[]))
           order by quality desc, image_id limit $4`,
          space, regionId, exclude, limit,
        ),
      );
      return rows.map((row) => row["image_id"] as string);
    },
  };
}
