import { LRUCache } from "lru-cache";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";

export interface RowMemoryParts<V> {
  /** Those of the ids that have a row, in one query. */
  load: (ids: readonly string[]) => Promise<ReadonlyMap<string, V>>;
  /** Older than this, a row is still given while it is read again behind the answer. */
  freshMs: number;
  /** Rows held at most, those that are known not to be there included. */
  capacity: number;
  clock: Clock;
}

/** Rows of a table by id, as they were lately; only rows never asked for are waited for. */
export function rowMemory<V extends NonNullable<unknown>>({ load, freshMs, capacity, clock }: RowMemoryParts<V>): (ids: Iterable<string>) => Promise<ReadonlyMap<string, V>> {
  const held = new LRUCache<string, { row: V | undefined; readAt: number }>({ max: capacity });
  const read = async (ids: readonly string[]): Promise<ReadonlyMap<string, V>> => {
    const readAt = clock();
    const found = await load(ids);
    for (const id of ids) held.set(id, { row: found.get(id), readAt });
    return found;
  };
  return async (ids) => {
    const now = clock();
    const found = new Map<string, V>();
    const missing: string[] = [];
    const stale: string[] = [];
    for (const id of new Set(ids)) {
      const known = held.get(id);
      if (known === undefined) {
        missing.push(id);
        continue;
      }
      if (known.row !== undefined) found.set(id, known.row);
      if (now - known.readAt < freshMs) continue;
      stale.push(id);
      // One reader at a time is enough; the next may look again a moment later.
      known.readAt = now - freshMs + secondMs;
    }
    if (stale.length > 0) read(stale).catch(() => undefined);
    if (missing.length > 0) for (const [id, row] of await read(missing)) found.set(id, row);
    return found;
  };
}
