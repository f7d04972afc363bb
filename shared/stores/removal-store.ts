import type { SafetyShares } from "#shared/contract/safety.ts";
import { sql, type Database } from "./database.ts";

/** Where a stored image stands: in sight of viewers, or kept from them since `removed_at`. */
export interface Standing {
  removed_at: Date | null;
  removed_reason: string | null;
  /** What the classifier made of it; null where it was not looked at. */
  safety: SafetyShares | null;
}

/** A composed page whose body names an image, by its place in its viewer's stream. */
export interface PagePlace {
  viewer_id: string;
  stream_id: string;
  position: number;
}

/** What became of an image: removed or restored, and when. */
export interface StandingChange {
  image_id: string;
  removed: boolean;
  at: Date;
}

/** Which images are kept from viewers. A removed image keeps its row: the same bytes are known and not taken again. */
export interface RemovalStore {
  /** Undefined for an image that was never stored. */
  standing(imageId: string): Promise<Standing | undefined>;
  /** Keeps the image from viewers, and waits for no review of it; when it was removed, the first time if more than once. Undefined for an unknown image. */
  remove(imageId: string, reason: string): Promise<Date | undefined>;
  /** Lets viewers see the image again; one that waited for review is approved by it. */
  restore(imageId: string): Promise<void>;
  /** Pages that may still be given out and that name the image, as an item or as the reason of one. */
  pagesNaming(imageId: string): Promise<PagePlace[]>;
  /** Removals and restorations after `at`, oldest first. */
  changesSince(at: Date): Promise<StandingChange[]>;
}

/** A cursor is good for a day from its stream's beginning; an hour more for clocks that differ. */
const streamLife = "25 hours";

export function removalStore(database: Database): RemovalStore {
  return {
    async standing(imageId) {
      const [row] = await database.query(sql(`select removed_at, removed_reason, safety from images where id = $1`, imageId));
      if (row === undefined) return undefined;
      return {
        removed_at: row["removed_at"] as Date | null,
        removed_reason: row["removed_reason"] as string | null,
        safety: row["safety"] as SafetyShares | null,
      };
    },

    async remove(imageId, reason) {
      const [row] = await database.query(
        sql(
          `with decided as (update image_reviews set decided_at = now(), decision = 'remove' where image_id = $1 and decided_at is null)
           update images set removed_at = coalesce(removed_at, now()), removed_reason = $2, stood_since = now() where id = $1 returning removed_at`,
          imageId, reason,
        ),
      );
      return row?.["removed_at"] as Date | undefined;
    },

    async restore(imageId) {
      await database.query(
        sql(
          `with decided as (update image_reviews set decided_at = now(), decision = 'approve' where image_id = $1 and decided_at is null)
           update images set removed_at = null, removed_reason = null, stood_since = now() where id = $1 and removed_at is not null`,
          imageId,
        ),
      );
    },

    async pagesNaming(imageId) {
      const rows = await database.query(
        sql(
          `select viewer_id, stream_id, position from feed_pages join feed_streams on feed_streams.id = stream_id
           where names @> array[$1::uuid] and created_at > now() - interval '${streamLife}'`,
          imageId,
        ),
      );
      return rows.map((row) => ({ viewer_id: row["viewer_id"] as string, stream_id: row["stream_id"] as string, position: row["position"] as number }));
    },

    async changesSince(at) {
      const rows = await database.query(
        sql(`select id, removed_at is not null as removed, stood_since from images where stood_since > $1 order by stood_since`, at.toISOString()),
      );
      return rows.map((row) => ({ image_id: row["id"] as string, removed: row["removed"] as boolean, at: row["stood_since"] as Date }));
    },
  };
}
