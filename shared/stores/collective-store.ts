import type { LinkTable } from "#shared/taste/collective/link-table.ts";
import type { BridgeImage } from "#shared/taste/collective/bridges.ts";
import type { ViewerLink } from "#shared/taste/collective/neighbours.ts";
import type { LinkedImage } from "#shared/taste/collective/together.ts";
import { sql, type Database } from "./database.ts";

export interface Community {
  id: string;
  label: string;
  members: readonly string[];
  region_ids: readonly string[];
  top_image_ids: readonly string[];
}

export interface RegionMove {
  /** '' is everyone. */
  community_id: string;
  from_region: string;
  to_region: string;
  weight: number;
  viewers: number;
}

/** What jobs find out from all viewers together. Each writer replaces what was there; none adds to it. */
export interface CollectiveStore {
  /** Replaces the links of images `from` ≤ i < `to` of the table. */
  saveLinks(links: LinkTable, from: number, to: number): Promise<void>;
  /** Removes the links of images that are not among these. */
  keepLinksOf(imageIds: readonly string[]): Promise<void>;
  /** Per image the images it speaks for or against, the weightiest first. */
  links(imageIds: readonly string[]): Promise<ReadonlyMap<string, readonly LinkedImage[]>>;
  /** Replaces the neighbours of these viewers; links to viewers who are gone by now are left out. */
  saveNeighbours(space: string, viewerIds: readonly string[], links: readonly ViewerLink[]): Promise<void>;
  /** Removes the links of viewers that are not among these. */
  keepNeighboursOf(space: string, viewerIds: readonly string[]): Promise<void>;
  replaceCommunities(space: string, communities: readonly Community[], bridges: readonly BridgeImage[]): Promise<void>;
  /** Community id to its members. */
  memberships(space: string): Promise<Map<string, string[]>>;
  replaceMoves(space: string, moves: readonly RegionMove[]): Promise<void>;
  moves(space: string, communityId: string): Promise<RegionMove[]>;
}

export function collectiveStore(database: Database): CollectiveStore {
  return {
    async saveLinks({ images, start, linked, weight }, from, to) {
      const ids = images.slice(from, to);
      // Lists as Postgres writes arrays: JSON would be taken apart element by element, and others wait meanwhile.
      const rows = ids.flatMap((image_id, k) => {
        const [first, end] = [start[from + k]!, start[from + k + 1]!];
        if (first === end) return [];
        return [{ image_id, linked: `{${Array.from(linked.subarray(first, end), (j) => images[j]!).join()}}`, weights: `{${weight.subarray(first, end).join()}}` }];
      });
      await database.transaction([
        sql(`delete from image_links where image_id = any($1::uuid[])`, ids),
        sql(
          `insert into image_links (image_id, linked_ids, weights)
           select image_id, linked::uuid[], weights::real[] from unnest($1::uuid[], $2::text[], $3::text[]) as row (image_id, linked, weights)
           on conflict (image_id) do update set linked_ids = excluded.linked_ids, weights = excluded.weights`,
          rows.map((row) => row.image_id), rows.map((row) => row.linked), rows.map((row) => row.weights),
        ),
      ]);
    },

    async keepLinksOf(imageIds) {
      await database.query(sql(`delete from image_links where not (image_id = any($1::uuid[]))`, imageIds));
    },

    async links(imageIds) {
      const rows = await database.query(sql(`select image_id, linked_ids, weights from image_links where image_id = any($1::uuid[])`, imageIds));
      return new Map(
        rows.map((row) => {
          const weights = row["weights"] as number[];
          return [row["image_id"] as string, (row["linked_ids"] as string[]).map((image_id, k): LinkedImage => ({ image_id, weight: weights[k]! }))];
        }),
      );
    },

    async saveNeighbours(space, viewerIds, links) {
      await database.transaction([
        sql(`delete from viewer_links where space = $1 and viewer_id = any($2::uuid[])`, space, viewerIds),
        sql(
          `insert into viewer_links (space, viewer_id, neighbour_id, weight, shared)
           select $1, viewer_id, neighbour_id, weight, shared
           from jsonb_to_recordset($2::jsonb) as link (viewer_id uuid, neighbour_id uuid, weight float8, shared jsonb)
           where exists (select 1 from viewers where id = viewer_id) and exists (select 1 from viewers where id = neighbour_id)`,
          space, JSON.stringify(links),
        ),
      ]);
    },

    async keepNeighboursOf(space, viewerIds) {
      await database.query(sql(`delete from viewer_links where space = $1 and not (viewer_id = any($2::uuid[]))`, space, viewerIds));
    },

    async replaceCommunities(space, communities, bridges) {
      const members = communities.flatMap(({ id, members: viewers }) => viewers.map((viewer_id) => ({ viewer_id, community_id: id })));
      await database.transaction([
        sql(`delete from communities where space = $1`, space),
        sql(`delete from community_members where space = $1`, space),
        sql(`delete from bridge_images where space = $1`, space),
        sql(
          `insert into communities (space, id, label, size, region_ids, top_image_ids)
           select $1, id, label, size, array(select jsonb_array_elements_text(region_ids)),
                  array(select jsonb_array_elements_text(top_image_ids)::uuid)
           from jsonb_to_recordset($2::jsonb) as community (id text, label text, size int, region_ids jsonb, top_image_ids jsonb)`,
          space,
          JSON.stringify(communities.map(({ members: viewers, ...community }) => ({ ...community, size: viewers.length }))),
        ),
        sql(
          `insert into community_members (space, viewer_id, community_id)
           select $1, viewer_id, community_id from jsonb_to_recordset($2::jsonb) as member (viewer_id uuid, community_id text)
           where exists (select 1 from viewers where id = viewer_id)`,
          space, JSON.stringify(members),
        ),
        sql(
          `insert into bridge_images (space, image_id, community_ids, score)
           select $1, image_id, array(select jsonb_array_elements_text(community_ids)), score
           from jsonb_to_recordset($2::jsonb) as bridge (image_id uuid, community_ids jsonb, score float8)`,
          space, JSON.stringify(bridges),
        ),
      ]);
    },

    async memberships(space) {
      const rows = await database.query(
        sql(`select community_id, array_agg(viewer_id order by viewer_id) as members from community_members where space = $1 group by community_id`, space),
      );
      return new Map(rows.map((row) => [row["community_id"] as string, row["members"] as string[]]));
    },

    async replaceMoves(space, moves) {
      await database.transaction([
        sql(`delete from region_transitions where space = $1`, space),
        sql(
          `insert into region_transitions (space, community_id, from_region, to_region, weight, viewers)
           select $1, community_id, from_region, to_region, weight, viewers
           from jsonb_to_recordset($2::jsonb)
             as move (community_id text, from_region text, to_region text, weight float8, viewers int)`,
          space, JSON.stringify(moves),
        ),
      ]);
    },

    async moves(space, communityId) {
      const rows = await database.query(
        sql(
          `select from_region, to_region, weight, viewers from region_transitions where space = $1 and community_id = $2
           order by from_region, to_region`,
          space, communityId,
        ),
      );
      return rows.map((row) => ({
        community_id: communityId,
        from_region: row["from_region"] as string,
        to_region: row["to_region"] as string,
        weight: row["weight"] as number,
        viewers: row["viewers"] as number,
      }));
    },
  };
}
