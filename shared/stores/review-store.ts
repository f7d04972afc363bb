import type { SafetyShares } from "#shared/contract/safety.ts";
import { sql, type Database } from "./database.ts";

/** An image that waits for an operator to decide whether it may be shown. */
export interface Waiting {
  image_id: string;
  /** Its place in the queue. */
  seq: number;
  width: number;
  height: number;
  caption: string;
  style: string;
  tags: string[];
  creator: string;
  unsafe: number;
  safety: SafetyShares;
  queued_at: Date;
}

export type Decision = "approve" | "remove";

/** The operators' review queue. An image is in it once; what was decided is not asked again. */
export interface ReviewStore {
  /** Those after place `after`, the longest waiting first. */
  waiting(after: number, limit: number): Promise<Waiting[]>;
  isWaiting(imageId: string): Promise<boolean>;
  /** Puts a stored image into the queue and out of sight; one that was approved before stays in sight. */
  hold(imageId: string): Promise<boolean>;
  /**
   * Notes what was decided, and when it was; undefined for an image that was never in the queue. With `unsafe` the operator's score
   * takes the place of the classifier's.
   */
  decide(imageId: string, decision: Decision, unsafe: number | undefined): Promise<Date | undefined>;
}

export function reviewStore(database: Database): ReviewStore {
  return {
    async waiting(after, limit) {
      const rows = await database.query(
        sql(
          `select image_id, image_reviews.seq, width, height, caption, style, tags, creator, unsafe, safety, queued_at
           from image_reviews join images on images.id = image_id
           where decided_at is null and image_reviews.seq > $1 order by image_reviews.seq limit $2`,
          after, limit,
        ),
      );
      return rows.map((row) => ({
        image_id: row["image_id"] as string,
        seq: Number(row["seq"]),
        width: row["width"] as number,
        height: row["height"] as number,
        caption: row["caption"] as string,
        style: row["style"] as string,
        tags: row["tags"] as string[],
        creator: row["creator"] as string,
        unsafe: row["unsafe"] as number,
        safety: row["safety"] as SafetyShares,
        queued_at: row["queued_at"] as Date,
      }));
    },

    async isWaiting(imageId) {
      return (await database.query(sql(`select 1 from image_reviews where image_id = $1 and decided_at is null`, imageId))).length > 0;
    },

    async hold(imageId) {
      const rows = await database.query(
        sql(
          `with queued as (insert into image_reviews (image_id) values ($1) on conflict do nothing returning image_id)
           update images set removed_at = now(), removed_reason = 'waits for review', stood_since = now()
           from queued where id = image_id and removed_at is null returning id`,
          imageId,
        ),
      );
      return rows.length === 1;
    },

    async decide(imageId, decision, unsafe) {
      const [row] = await database.query(
        sql(
          `with decided as (
             update image_reviews set decided_at = coalesce(decided_at, now()), decision = $2 where image_id = $1 returning image_id, decided_at)
           update images set unsafe = coalesce($3, unsafe), removed_reason = case when $2 = 'remove' then 'refused on review' else removed_reason end
           from decided where id = image_id returning decided_at`,
          imageId, decision, unsafe ?? null,
        ),
      );
      return row?.["decided_at"] as Date | undefined;
    },
  };
}
