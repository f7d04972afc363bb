import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { sql, type Database, type Row } from "./database.ts";

/** A global cluster, with its place on the 2-D map. */
export interface Region {
  id: string;
  label: string;
  size: number;
  centroid: Vector;
  x: number;
  y: number;
  top_image_ids: string[];
  /** Likes of late against likes before; 1 is steady. */
  activity: number;
  /** Whether it was livelier once and is falling silent. */
  drying: boolean;
  /** Explored slots in it, by all viewers, and how many of them were welcomed. */
  offered: number;
  welcomed: number;
}

export type RegionLife = Pick<Region, "id" | "activity" | "drying" | "offered" | "welcomed">;
/** A region as it is drawn, before anybody has been in it. */
export type DrawnRegion = Omit<Region, Exclude<keyof RegionLife, "id">>;

/** The projection of a space onto the map: rows of `[dim + 1]`, the last value of each an offset. */
export type Projection = [Float32Array, Float32Array];

export interface RegionStore {
  all(space: string): Promise<Region[]>;
  /** Replaces the space's regions, their images and the map's projection, all or nothing. */
  replace(space: string, regions: readonly DrawnRegion[], regionOfImage: ReadonlyMap<string, string>, projection: Projection): Promise<void>;
  /** Says how alive regions are; those that are gone by now are left out. */
  saveLife(space: string, life: readonly RegionLife[]): Promise<void>;
  /** Image id to region id, of every image. */
  regionOfImage(space: string): Promise<Map<string, string>>;
  projection(space: string): Promise<Projection | undefined>;
  /** When the regions were last replaced, in milliseconds since the epoch; 0 before the first time. */
  replacedAt(space: string): Promise<number>;
  /** Images of each region, `limit` at most, drawn at random where there are more. */
  members(space: string, limit: number): Promise<Map<string, string[]>>;
}

const imagesAtOnce = 20_000;

function bytesOf(vector: Float32Array): string {
  return base64Encode(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
}

function floatsOf(text: string): Float32Array {
  return new Float32Array(base64Decode(text).buffer);
}

function regionOf(row: Row): Region {
  return {
    id: row["id"] as string,
    label: row["label"] as string,
    size: row["size"] as number,
    centroid: floatsOf(row["centroid"] as string),
    x: row["x"] as number,
    y: row["y"] as number,
    top_image_ids: row["top_image_ids"] as string[],
    activity: row["activity"] as number,
    drying: row["drying"] as boolean,
    offered: row["offered"] as number,
    welcomed: row["welcomed"] as number,
  };
}

export function regionStore(database: Database): RegionStore {
  return {
    async all(space) {
      const rows = await database.query(
        sql(
          `select id, label, size, encode(centroid, 'base64') as centroid, x, y, top_image_ids,
                  activity, drying, offered, welcomed from regions
           where space = $1 order by size desc, id`,
          space,
        ),
      );
      return rows.map(regionOf);
    },

    async replace(space, regions, regionOfImage, [xAxis, yAxis]) {
      const projection = new Float32Array(xAxis.length + yAxis.length);
      projection.set(xAxis);
      projection.set(yAxis, xAxis.length);
      await database.transaction([
        sql(`delete from image_regions where space = $1`, space),
        sql(`delete from regions where space = $1`, space),
        sql(
          `insert into regions (space, id, label, size, centroid, x, y, top_image_ids)
           select $1, id, label, size, decode(centroid, 'base64'), x, y,
                  array(select jsonb_array_elements_text(top_image_ids)::uuid)
           from jsonb_to_recordset($2::jsonb)
             as region (id text, label text, size int, centroid text, x real, y real, top_image_ids jsonb)`,
          space,
          JSON.stringify(regions.map((region) => ({ ...region, centroid: bytesOf(region.centroid) }))),
        ),
        sql(
          `insert into image_regions (space, image_id, region_id)
           select $1, image_id, region_id from unnest($2::uuid[], $3::text[]) as given (image_id, region_id)`,
          space, [...regionOfImage.keys()], [...regionOfImage.values()],
        ),
        sql(`update spaces set projection = decode($2, 'base64') where space = $1`, space, bytesOf(projection)),
      ]);
    },

    async saveLife(space, life) {
      await database.query(
        sql(
          `update regions set activity = life.activity, drying = life.drying, offered = life.offered, welcomed = life.welcomed
           from jsonb_to_recordset($2::jsonb) as life (id text, activity float8, drying boolean, offered int, welcomed int)
           where space = $1 and regions.id = life.id`,
          space, JSON.stringify(life),
        ),
      );
    },

    async regionOfImage(space) {
      const found = new Map<string, string>();
      for (let after: string | null = null; ; ) {
        const rows: Row[] = await database.query(
          sql(
            `select image_id, region_id from image_regions where space = $1 and ($2::uuid is null or image_id > $2)
             order by image_id limit $3`,
            space, after, imagesAtOnce,
          ),
        );
        for (const row of rows) found.set(row["image_id"] as string, row["region_id"] as string);
        if (rows.length < imagesAtOnce) return found;
        after = rows.at(-1)!["image_id"] as string;
      }
    },

    async projection(space) {
      const rows = await database.query(
        sql(`select encode(projection, 'base64') as projection from spaces where space = $1`, space),
      );
      const text = rows[0]?.["projection"] as string | null | undefined;
      if (text === null || text === undefined) return undefined;
      const floats = floatsOf(text);
      return [floats.slice(0, floats.length / 2), floats.slice(floats.length / 2)];
    },

    async replacedAt(space) {
      const rows = await database.query(sql(`select max(updated_at) as at from regions where space = $1`, space));
      return (rows[0]?.["at"] as Date | null | undefined)?.getTime() ?? 0;
    },

    async members(space, limit) {
      const rows = await database.query(
        sql(
          `select region_id, array_agg(image_id) as ids from (
             select region_id, image_id, row_number() over (partition by region_id order by random()) as place
             from image_regions where space = $1) as shuffled
           where place <= $2 group by region_id`,
          space, limit,
        ),
      );
      return new Map(rows.map((row) => [row["region_id"] as string, row["ids"] as string[]]));
    },
  };
}
