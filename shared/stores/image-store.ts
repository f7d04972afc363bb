import { stepsOf, variantPath, type Image, type ImageLabels, type Mood } from "#shared/contract/image.ts";
import type { PopularQuery } from "#shared/contract/feed.ts";
import { sql, type Database, type Row, type Statement } from "./database.ts";

/** What composing a page needs to know of an image beside its vector; none of it changes but the region. */
export interface ImageFacts {
  id: string;
  creator: string;
  style: string;
  tags: string[];
  mood: Mood | null;
  phash: string;
  quality: number;
  created_at: number;
  region_id: string | null;
}

/** Everything the edge writes once an image's files are in the bucket. */
export interface NewImage extends ImageLabels {
  id: string;
  width: number;
  height: number;
  thumbhash: string;
  phash: string;
  colour: string;
  quality: number;
  media_type: string;
}

/** Images as viewers see them. Removed images are never returned. */
export interface ImageStore {
  /** In the order of `ids`; unknown and removed ones are left out. */
  byIds(ids: readonly string[]): Promise<Image[]>;
  /** Stores the image; false when it was there already. */
  insert(image: NewImage): Promise<boolean>;
  /** Newest first. */
  newestIds(limit: number): Promise<string[]>;
  facts(space: string, ids: readonly string[]): Promise<ImageFacts[]>;
  /** Newest first, none of `exclude`: whatever else may be lacking, this finds what has not been shown. */
  newestBut(exclude: readonly string[], limit: number): Promise<string[]>;
  /** Images that carry the mood, drawn at random. */
  inMood(mood: Mood, limit: number): Promise<string[]>;
  /** Most liked in the window first, then by quality, so that a young gallery has popular images too. */
  popular(query: PopularQuery): Promise<{ image: Image; score: number }[]>;
  /** Every image's id, in stored order, a stretch at a time: those after `seq`. */
  idsAfter(seq: number, limit: number): Promise<{ id: string; seq: number }[]>;
}

const columns = `id, width, height, caption, style, tags, mood, creator, thumbhash, colour, created_at`;

export function imageOf(row: Row): Image {
  const id = row["id"] as string;
  const width = row["width"] as number;
  return {
    id,
    width,
    height: row["height"] as number,
    caption: row["caption"] as string,
    style: row["style"] as string,
    tags: row["tags"] as string[],
    mood: row["mood"] as Mood | null,
    creator: row["creator"] as string,
    thumbhash: row["thumbhash"] as string,
    colour: row["colour"] as string,
    variants: stepsOf(width).map((step) => ({ width: Math.min(step, width), url: variantPath(id, step) })),
    created_at: (row["created_at"] as Date).toISOString(),
  };
}

/** Keeps the order of the ids asked for: `with ordinality` numbers them. */
export function selectImages(ids: readonly string[]): Statement {
  return sql(
    `select ${columns} from unnest($1::uuid[]) with ordinality as wanted (id, place)
     join images using (id) where removed_at is null order by place`,
    ids,
  );
}

/** The strength of each kind of positive event when counting popularity; of one viewer on one image, the strongest counts. */
const popularityOfKind = `case kind when 'love' then 1.5 when 'save' then 1.2 when 'share' then 1.2 when 'like' then 1 else 0.2 end`;
const windowHours = { day: 24, week: 24 * 7, all: 24 * 365 * 100 } as const;

export function imageStore(database: Database): ImageStore {
  return {
    async byIds(ids) {
      if (ids.length === 0) return [];
      return (await database.query(selectImages(ids))).map(imageOf);
    },

    async insert(image) {
      const rows = await database.query(
        sql(
          `insert into images (id, width, height, caption, style, tags, mood, creator, thumbhash, phash, colour, quality, media_type)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (id) do nothing returning id`,
          image.id, image.width, image.height, image.caption, image.style, image.tags, image.mood, image.creator,
          image.thumbhash, image.phash, image.colour, image.quality, image.media_type,
        ),
      );
      return rows.length === 1;
    },

    async newestIds(limit) {
      const rows = await database.query(
        sql(`select id from images where removed_at is null order by created_at desc, id limit $1`, limit),
      );
      return rows.map((row) => row["id"] as string);
    },

    async newestBut(exclude, limit) {
      const rows = await database.query(
        sql(
          `select id from images where removed_at is null and not (id = any($1::uuid[])) order by created_at desc, id limit $2`,
          exclude, limit,
        ),
      );
      return rows.map((row) => row["id"] as string);
    },

    async inMood(mood, limit) {
      const rows = await database.query(
        sql(`select id from images where mood = $1 and removed_at is null order by random() limit $2`, mood, limit),
      );
      return rows.map((row) => row["id"] as string);
    },

    async facts(space, ids) {
      if (ids.length === 0) return [];
      const rows = await database.query(
        sql(
          `select id, creator, style, tags, mood, phash, quality, created_at, region_id
           from images left join image_regions on image_regions.image_id = images.id and image_regions.space = $1
           where id = any($2::uuid[]) and removed_at is null`,
          space, ids,
        ),
      );
      return rows.map((row) => ({
        id: row["id"] as string,
        creator: row["creator"] as string,
        style: row["style"] as string,
        tags: row["tags"] as string[],
        mood: row["mood"] as Mood | null,
        phash: row["phash"] as string,
        quality: row["quality"] as number,
        created_at: (row["created_at"] as Date).getTime(),
        region_id: row["region_id"] as string | null,
      }));
    },

    async popular({ window, region, limit }) {
      const rows = await database.query(
        sql(
          `with said as (
             select image_id, max(${popularityOfKind}) as strength from interactions
             where kind in ('open', 'like', 'love', 'save', 'share') and received_at > now() - $1 * interval '1 hour'
             group by image_id, viewer_id),
           liked as (select image_id, sum(strength) as score from said group by image_id)
           select ${columns}, coalesce(score, 0)::float8 as score
           from images left join liked on liked.image_id = images.id
           where removed_at is null
             and ($2::text is null or exists (
               select 1 from image_regions where image_regions.image_id = images.id and region_id = $2))
           order by coalesce(score, 0) desc, quality desc, id limit $3`,
          windowHours[window], region ?? null, limit,
        ),
      );
      return rows.map((row) => ({ image: imageOf(row), score: row["score"] as number }));
    },

    async idsAfter(seq, limit) {
      const rows = await database.query(
        sql(`select id, seq from images where seq > $1 and removed_at is null order by seq limit $2`, seq, limit),
      );
      return rows.map((row) => ({ id: row["id"] as string, seq: Number(row["seq"]) }));
    },
  };
}
