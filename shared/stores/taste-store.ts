import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";
import { decodeTaste, encodeTaste, type TasteState } from "#shared/taste/codec.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { sql, type Database, type Row, type Statement } from "./database.ts";

/** Each viewer's taste as last folded; always recomputable from the interaction log. */
export interface TasteStore {
  load(viewerId: string, space: string): Promise<Taste | undefined>;
  /** False, and nothing written, when the stored taste has come further, or as far in a form no older, or the viewer is gone. */
  save(taste: Taste): Promise<boolean>;
}

export function selectTaste(viewerId: string, space: string): Statement {
  return sql(
    `select viewer_id, space, event_offset, state, encode(vectors, 'base64') as vectors from tastes
     where viewer_id = $1 and space = $2`,
    viewerId, space,
  );
}

/** As `storedTasteOf`, but nothing for a taste that an older or newer build stored: it is folded anew from the log. */
export function readableTasteOf(row: Row | undefined): Taste | undefined {
  try {
    return storedTasteOf(row);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function storedTasteOf(row: Row | undefined): Taste | undefined {
  if (row === undefined) return undefined;
  return decodeTaste({ state: row["state"] as TasteState, vectors: base64Decode(row["vectors"] as string) });
}

export function saveTaste(taste: Taste): Statement {
  const { state, vectors } = encodeTaste(taste);
  return sql(
    `insert into tastes (viewer_id, space, event_offset, state, vectors)
     select id, $2, $3, $4::jsonb, decode($5, 'base64') from viewers where id = $1
     on conflict (viewer_id, space) do update set
       event_offset = excluded.event_offset, state = excluded.state, vectors = excluded.vectors, updated_at = now()
     where tastes.event_offset < excluded.event_offset
        or (tastes.event_offset = excluded.event_offset and (tastes.state->>'version')::int < (excluded.state->>'version')::int)
     returning event_offset`,
    taste.viewer_id, taste.space, taste.offset, JSON.stringify(state), base64Encode(vectors),
  );
}

export function tasteStore(database: Database): TasteStore {
  return {
    load: async (viewerId, space) => storedTasteOf((await database.query(selectTaste(viewerId, space)))[0]),
    save: async (taste) => (await database.query(saveTaste(taste))).length === 1,
  };
}
