import { stepsOf, variantPath, type Image, type ImageLabels, type Mood, type Swatch } from "#shared/contract/image.ts";
import type { PopularQuery } from "#shared/contract/feed.ts";
import { unscoredCountsAs, unsafeOf, type SafetyShares } from "#shared/contract/safety.ts";
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
  /** How unsafe it is, 0 to 1; what is not scored yet counts as `unscoredCountsAs`. */
  unsafe: number;
  /** The image it is a copy of, where viewers can be shown that one. */
  duplicate_of: string | null;
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
  safety: SafetyShares;
  palette: readonly Swatch[];
  duplicate_of: string | null;
  /** It waits for an operator's review, and until then counts as removed. */
  held?: boolean;
}

/** Images as viewers see them. Removed images are never returned. */
export interface ImageStore {
  /** In the order of `ids`; unknown and removed ones are left out, and those more unsafe than `mostUnsafe`. */
  byIds(ids: readonly string[], mostUnsafe?: number): Promise<Image[]>;
  /** Stores the image, to the operators' review queue where it is held; false when it was there already. */
  insert(image: NewImage): Promise<boolean>;
  /** Newest first. */
  newestIds(limit: number): Promise<string[]>;
  facts(space: string, ids: readonly string[]): Promise<ImageFacts[]>;
  /** Newest first, none of `exclude`, nothing more unsafe than `mostUnsafe`: whatever else may be lacking, this finds what has not been shown. */
  newestBut(exclude: readonly string[], limit: number, mostUnsafe?: number): Promise<string[]>;
  /** Images that carry the mood, drawn at random. */
  inMood(mood: Mood, limit: number): Promise<string[]>;
  /** Most liked in the window first, then by quality, so that a young gallery has popular images too. */
  popular(query: PopularQuery & { mostUnsafe?: number }): Promise<{ image: Image; score: number }[]>;
  /** Of those ids that are copies of an image in sight, which one. */
  originalsOf(ids: readonly string[]): Promise<Map<string, string>>;
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

/** An image's unsafety as it counts. */
export const unsafeAsCounted = `coalesce(unsafe, ${unscoredCountsAs})`;
/** True of `images` that are no copy of another in sight: lists show one of them. */
export const standsForItself = `not exists (select 1 from images as original where original.id = images.duplicate_of and original.removed_at is null)`;

/** Keeps the order of the ids asked for: `with ordinality` numbers them. */
export function selectImages(ids: readonly string[], mostUnsafe = 1): Statement {
  return sql(
    `select ${columns} from unnest($1::uuid[]) with ordinality as wanted (id, place)
     join images using (id) where removed_at is null and ${unsafeAsCounted} <= $2 order by place`,
    ids, mostUnsafe,
  );
}

/** The strength of each kind of positive event when counting popularity; of one viewer on one image, the strongest counts. */
const popularityOfKind = `case kind when 'love' then 1.5 when 'save' then 1.2 when 'share' then 1.2 when 'like' then 1 else 0.2 end`;
const windowHours = { day: 24, week: 24 * 7, all: 24 * 365 * 100 } as const;

export function imageStore(database: Database): ImageStore {
  return {
    async byIds(ids, mostUnsafe) {
      if (ids.length === 0) return [];
      return (await database.query(selectImages(ids, mostUnsafe))).map(imageOf);
    },

    async insert(image) {
      const rows = await database.query(
        sql(
          `with stored as (
             insert into images (id, width, height, caption, style, tags, mood, creator, thumbhash, phash, colour, quality, media_type,
                                 unsafe, safety, palette, duplicate_of, removed_at, removed_reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb, $16::jsonb, $17,
                     case when $18 then now() end, case when $18 then 'waits for review' end)
             on conflict (id) do nothing returning id),
           queued as (insert into image_reviews (image_id) select id from stored where $18)
           select id from stored`,
          image.id, image.width, image.height, image.caption, image.style, image.tags, image.mood, image.creator,
          image.thumbhash, image.phash, image.colour, image.quality, image.media_type,
          unsafeOf(image.safety), JSON.stringify(image.safety), JSON.stringify(image.palette), image.duplicate_of, image.held ?? false,
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

    async newestBut(exclude, limit, mostUnsafe = 1) {
      const rows = await database.query(
        sql(
          `select id from images where removed_at is null and not (id = any($1::uuid[])) and ${unsafeAsCounted} <= $3 and ${standsForItself}
           order by created_at desc, id limit $2`,
          exclude, limit, mostUnsafe,
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
          `select id, creator, style, tags, mood, phash, quality, created_at, region_id, ${unsafeAsCounted} as unsafe,
                  (select original.id from images as original where original.id = images.duplicate_of and original.removed_at is null) as duplicate_of
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
        unsafe: row["unsafe"] as number,
        duplicate_of: row["duplicate_of"] as string | null,
      }));
    },

    async popular({ window, region, limit, mostUnsafe = 1 }) {
      const rows = await database.query(
        sql(
          `with said as (
             select image_id, max(${popularityOfKind}) as strength from interactions
             where kind in ('open', 'like', 'love', 'save', 'share') and received_at > now() - $1 * interval '1 hour'
             group by image_id, viewer_id),
           liked as (select image_id, sum(strength) as score from said group by image_id)
           select ${columns}, coalesce(score, 0)::float8 as score
           from images left join liked on liked.image_id = images.id
           where removed_at is null and ${unsafeAsCounted} <= $4 and ${standsForItself}
             and ($2::text is null or exists (
               select 1 from image_regions where image_regions.image_id = images.id and region_id = $2))
           order by coalesce(score, 0) desc, quality desc, id limit $3`,
          windowHours[window], region ?? null, limit, mostUnsafe,
        ),
      );
      return rows.map((row) => ({ image: imageOf(row), score: row["score"] as number }));
    },

    async originalsOf(ids) {
      if (ids.length === 0) return new Map();
      const rows = await database.query(
        sql(
          `select copy.id, original.id as original from images as copy join images as original on original.id = copy.duplicate_of
           where copy.id = any($1::uuid[]) and original.removed_at is null`,
          ids,
        ),
      );
      return new Map(rows.map((row) => [row["id"] as string, row["original"] as string]));
    },

    async idsAfter(seq, limit) {
      const rows = await database.query(
        sql(`select id, seq from images where seq > $1 and removed_at is null order by seq limit $2`, seq, limit),
      );
      return rows.map((row) => ({ id: row["id"] as string, seq: Number(row["seq"]) }));
    },
  };
}
