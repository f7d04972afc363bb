import { defaultSettings, Settings, type SettingsChange } from "#shared/contract/taste.ts";
import { insertViewer } from "./interaction-log.ts";
import { sql, type Database } from "./database.ts";
import { leaveOthers } from "./social-view.ts";

/** Viewers and what they chose; erasing one takes everything that hangs off them along. */
export interface ViewerStore {
  settings(viewerId: string): Promise<Settings>;
  /** Changes what is given of the settings; the log entry that tells caches about it is the caller's. */
  saveSettings(viewerId: string, change: SettingsChange, digestOfViewer: string): Promise<void>;
  streamIds(viewerId: string): Promise<string[]>;
  /** Removes the viewer for good and leaves only the digest that keeps the id from coming back. */
  erase(viewerId: string, digestOfViewer: string): Promise<void>;
  isErased(digestOfViewer: string): Promise<boolean>;
  /** Everything held about the viewer, for their export. */
  everything(viewerId: string): Promise<{ settings: Settings; interactions: unknown[]; pages: unknown[]; communities: unknown[]; invitations: unknown[] }>;
}

/** The stored choice over the defaults; what does not parse falls back to them. */
export function settingsOf(stored: unknown): Settings {
  const parsed = Settings.partial().safeParse(stored);
  return { ...defaultSettings, ...(parsed.success ? parsed.data : {}) };
}

export function viewerStore(database: Database): ViewerStore {
  return {
    async settings(viewerId) {
      const rows = await database.query(sql(`select settings from viewers where id = $1`, viewerId));
      return settingsOf(rows[0]?.["settings"]);
    },

    async saveSettings(viewerId, change, digestOfViewer) {
      await database.transaction([
        insertViewer(viewerId, digestOfViewer),
        sql(`update viewers set settings = settings || $2::jsonb where id = $1`, viewerId, JSON.stringify(change)),
        ...(change.shared_taste === false ? leaveOthers(viewerId) : []),
      ]);
    },

    async streamIds(viewerId) {
      const rows = await database.query(sql(`select id from feed_streams where viewer_id = $1`, viewerId));
      return rows.map((row) => row["id"] as string);
    },

    async erase(viewerId, digestOfViewer) {
      await database.transaction([
        sql(`insert into erased_viewers (id_digest) values ($1) on conflict do nothing`, digestOfViewer),
        sql(`delete from viewers where id = $1`, viewerId),
      ]);
    },

    async isErased(digestOfViewer) {
      return (await database.query(sql(`select 1 from erased_viewers where id_digest = $1`, digestOfViewer))).length > 0;
    },

    async everything(viewerId) {
      const [viewers, interactions, pages, communities, invitations] = await database.transaction([
        sql(`select settings from viewers where id = $1`, viewerId),
        sql(
          `select event_id, kind, image_id, value, target, page_id, slot, origin, occurred_at, received_at
           from interactions where viewer_id = $1 order by viewer_seq`,
          viewerId,
        ),
        sql(
          `select feed_pages.id, stream_id, position, image_ids, slots, composed_by, composed_at, served_at
           from feed_pages join feed_streams on feed_streams.id = stream_id where viewer_id = $1
           order by composed_at, position`,
          viewerId,
        ),
        sql(
          `select space, communities.id, label from community_members join communities using (space)
           where viewer_id = $1 and communities.id = community_id order by space`,
          viewerId,
        ),
        sql(`select created_at, expires_at from invitations where viewer_id = $1 order by created_at`, viewerId),
      ]);
      return {
        settings: settingsOf(viewers?.[0]?.["settings"]),
        interactions: interactions ?? [],
        pages: pages ?? [],
        communities: communities ?? [],
        invitations: invitations ?? [],
      };
    },
  };
}
