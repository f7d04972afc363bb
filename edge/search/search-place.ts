import { z } from "zod";
import { Failure } from "#shared/contract/failures.ts";
import { cursors, type CursorSecret } from "#shared/security/opaque-cursor.ts";

/** A place in what one search found. */
export interface SearchPlace {
  listId: string;
  /** Into the list, before anything is left out for the viewer. */
  position: number;
}

const Payload = z.object({ l: z.uuid(), p: z.int().min(1).max(10_000) });

export interface SearchPlaces {
  /** Throws `search.cursor_invalid`. */
  read(digest: string, cursor: string): SearchPlace;
  cursor(digest: string, place: SearchPlace): string;
}

/** Cursors are sealed for one text with its filters: beside others they do not open. Nothing of what was asked is in them. */
export function searchPlaces(secrets: readonly CursorSecret[]): SearchPlaces {
  const purpose = (digest: string) => `search ${digest}`;
  const sealed = cursors(secrets);
  return {
    read(digest, cursor) {
      const opened = sealed.open(cursor, purpose(digest));
      const payload = opened.ok ? Payload.safeParse(opened.payload) : undefined;
      if (!payload?.success) throw new Failure("search.cursor_invalid");
      return { listId: payload.data.l, position: payload.data.p };
    },
    cursor: (digest, { listId, position }) => sealed.seal({ l: listId, p: position }, purpose(digest)),
  };
}
