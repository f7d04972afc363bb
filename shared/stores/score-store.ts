import type { Swatch } from "#shared/contract/image.ts";
import { unsafeOf, type SafetyShares } from "#shared/contract/safety.ts";
import { sql, type Database } from "./database.ts";

/** What the node sees of images beside their vectors, for those that were stored without. */
export interface ScoreStore {
  /** Images in sight without a score, the first stored first. */
  unscored(limit: number): Promise<string[]>;
  left(): Promise<number>;
  save(imageId: string, safety: SafetyShares, palette: readonly Swatch[]): Promise<void>;
  /** Of a file that is gone or cannot be read nothing can be said: it counts as the least safe, and is not looked at again. */
  giveUp(imageId: string): Promise<void>;
}

export function scoreStore(database: Database): ScoreStore {
  return {
    async unscored(limit) {
      const rows = await database.query(sql(`select id from images where unsafe is null and removed_at is null order by seq limit $1`, limit));
      return rows.map((row) => row["id"] as string);
    },

    async left() {
      const [row] = await database.query(sql(`select count(*)::int as count from images where unsafe is null and removed_at is null`));
      return row!["count"] as number;
    },

    async giveUp(imageId) {
      await database.query(sql(`update images set unsafe = 1 where id = $1`, imageId));
    },

    async save(imageId, safety, palette) {
      await database.query(
        sql(
          `update images set unsafe = $2, safety = $3::jsonb, palette = $4::jsonb where id = $1`,
          imageId, unsafeOf(safety), JSON.stringify(safety), JSON.stringify(palette),
        ),
      );
    },
  };
}
