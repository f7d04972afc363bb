import { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import { feedLimits, type FeedQuery } from "#shared/contract/feed.ts";
import { Mood } from "#shared/contract/image.ts";
import { invitationCode, mostInvited } from "#shared/contract/social.ts";
import { dayMs, type Clock } from "#shared/kernel/clock.ts";
import { cursors, type CursorSecret } from "#shared/security/opaque-cursor.ts";

/** A place in a viewer's stream of pages: what a cursor carries. */
export interface FeedPlace {
  stream_id: string;
  position: number;
  limit: number;
  mood: Mood | null;
  /** Codes of the invitations this stream is for; whose they are stays out of the cursor, which its holder can read. */
  with: readonly string[];
}

const Payload = z.object({
  s: z.uuid(),
  p: z.int().min(0).max(100_000),
  l: z.int().min(1).max(feedLimits.max),
  m: Mood.nullable(),
  w: z.array(z.string().regex(invitationCode)).max(mostInvited).optional(),
  /** When the stream was opened, milliseconds. */
  t: z.number(),
});

const lifetimeMs = dayMs;

export interface FeedPlaces {
  /** The place a query asks for; a new stream where it carries no cursor. Throws `feed.cursor_invalid` and `feed.cursor_expired`. */
  read(viewerId: string, query: FeedQuery): FeedPlace & { openedAt: number; isNew: boolean };
  cursor(viewerId: string, place: FeedPlace & { openedAt: number }): string;
}

/** Cursors are sealed for one viewer: nobody else's opens. */
export function feedPlaces(secrets: readonly CursorSecret[], clock: Clock): FeedPlaces {
  const purpose = (viewerId: string) => `feed ${viewerId}`;
  const sealed = cursors(secrets);
  return {
    read(viewerId, query) {
      if (query.cursor === undefined) {
        const place = { stream_id: crypto.randomUUID(), position: 0, limit: query.limit, mood: query.mood ?? null, with: [...new Set(query.with?.split(","))] };
        return { ...place, openedAt: clock(), isNew: true };
      }
      const opened = sealed.open(query.cursor, purpose(viewerId));
      const payload = opened.ok ? Payload.safeParse(opened.payload) : undefined;
      if (!payload?.success) throw new Failure("feed.cursor_invalid");
      const { s, p, l, m, w = [], t } = payload.data;
      if (clock() - t > lifetimeMs) throw new Failure("feed.cursor_expired");
      return { stream_id: s, position: p, limit: l, mood: m, with: w, openedAt: t, isNew: false };
    },

    cursor: (viewerId, { stream_id, position, limit, mood, with: codes, openedAt }) =>
      sealed.seal({ s: stream_id, p: position, l: limit, m: mood, ...(codes.length === 0 ? {} : { w: codes }), t: openedAt }, purpose(viewerId)),
  };
}
