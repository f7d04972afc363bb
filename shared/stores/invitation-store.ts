import { Failure } from "#shared/contract/failures.ts";
import { insertViewer } from "./interaction-log.ts";
import { sql, type Database } from "./database.ts";

/** An invitation as it is held: of its code only the SHA-256, hex, so that no reader of the table can use it. Times in milliseconds. */
export interface HeldInvitation {
  code_digest: string;
  viewer_id: string;
  expires_at: number;
}

export interface InvitationStore {
  /** Keeps the newest `most` of the viewer's invitations, this one among them; those that ran out a month ago, whoever made them, go. */
  add(invitation: HeldInvitation, most: number, digestOfViewer: string): Promise<void>;
  /** Those of the digests that are held, expired ones too. */
  byDigests(digests: readonly string[]): Promise<HeldInvitation[]>;
  /** Takes back all of the viewer's. */
  removeOf(viewerId: string): Promise<void>;
}

export function invitationStore(database: Database): InvitationStore {
  return {
    async add({ code_digest, viewer_id, expires_at }, most, digestOfViewer) {
      const [, inserted] = await database.transaction([
        insertViewer(viewer_id, digestOfViewer),
        sql(
          `insert into invitations (code_digest, viewer_id, expires_at)
           select $1, id, to_timestamp($3::float8 / 1000) from viewers where id = $2 returning viewer_id`,
          code_digest, viewer_id, expires_at,
        ),
        sql(
          `delete from invitations where viewer_id = $1 and code_digest not in (
             select code_digest from invitations where viewer_id = $1 order by expires_at desc, code_digest limit $2)`,
          viewer_id, most,
        ),
        sql(`delete from invitations where expires_at < now() - interval '30 days'`),
      ]);
      if (inserted?.[0] === undefined) throw new Failure("viewer.erased");
    },

    async byDigests(digests) {
      const rows = await database.query(
        sql(`select code_digest, viewer_id, expires_at from invitations where code_digest = any($1::text[])`, digests),
      );
      return rows.map((row) => ({
        code_digest: row["code_digest"] as string,
        viewer_id: row["viewer_id"] as string,
        expires_at: (row["expires_at"] as Date).getTime(),
      }));
    },

    async removeOf(viewerId) {
      await database.query(sql(`delete from invitations where viewer_id = $1`, viewerId));
    },
  };
}
