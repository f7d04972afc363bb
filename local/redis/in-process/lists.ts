import { RedisError, type Reply } from "../engine.ts";
import { bulk, bulkOrNull, bulks, rankRange, type Commands } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseInteger } from "./numbers.ts";

function items(db: Keyspace, key: string): readonly string[] {
  return db.read(key, "list")?.items ?? [];
}

function push(db: Keyspace, key: string, added: readonly string[], end: "left" | "right"): number {
  const list = db.open(key, "list");
  for (const item of added) list.push(item, end);
  return list.size;
}

function pop(db: Keyspace, key: string, end: "left" | "right", countWord?: string, ...more: string[]): Reply {
  if (more.length > 0) throw new RedisError(`ERR wrong number of arguments for '${end === "left" ? "lpop" : "rpop"}' command`);
  const count = countWord === undefined ? 1 : parseCount(countWord);
  const list = db.read(key, "list");
  if (list === undefined) return null;
  if (countWord === undefined) return bulkOrNull(list.pop(end));
  return Array.from({ length: Math.min(count, list.size) }, () => bulk(list.pop(end)!));
}

/** How many to take at most; refuses a negative number. */
export function parseCount(word: string): number {
  const refusal = "ERR value is out of range, must be positive";
  const count = parseInteger(word, refusal);
  if (count < 0) throw new RedisError(refusal);
  return count;
}

function indexOf(word: string, size: number): number {
  const index = parseInteger(word);
  return index < 0 ? index + size : index;
}

export const listCommands = {
  lpush: (db, key, ...added) => push(db, key, added, "left"),
  rpush: (db, key, ...added) => push(db, key, added, "right"),
  lpop: (db, key, ...count) => pop(db, key, "left", ...count),
  rpop: (db, key, ...count) => pop(db, key, "right", ...count),
  llen: (db, key) => items(db, key).length,
  lrange: (db, key, start, stop) => {
    const range = [parseInteger(start), parseInteger(stop)] as const;
    const all = items(db, key);
    return bulks(all.slice(...rankRange(...range, all.length)));
  },
  ltrim: (db, key, start, stop) => {
    const range = [parseInteger(start), parseInteger(stop)] as const;
    const list = db.read(key, "list");
    list?.replace(list.items.slice(...rankRange(...range, list.size)));
    return "OK";
  },
  lindex: (db, key, index) => {
    const list = db.read(key, "list");
    return list === undefined ? null : bulkOrNull(list.items[indexOf(index, list.size)]);
  },
  lrem: (db, key, countWord, item) => {
    const count = parseInteger(countWord);
    const list = db.read(key, "list");
    if (list === undefined) return 0;
    const most = count === 0 ? Infinity : Math.abs(count);
    let removed = 0;
    const keep = (other: string) => other !== item || removed >= most || (removed++, false);
    list.replace(count < 0 ? list.items.toReversed().filter(keep).reverse() : list.items.filter(keep));
    return removed;
  },
  lset: (db, key, indexWord, item) => {
    const list = db.read(key, "list");
    if (list === undefined) throw new RedisError("ERR no such key");
    const index = indexOf(indexWord, list.size);
    if (index < 0 || index >= list.size) throw new RedisError("ERR index out of range");
    list.replace(list.items.with(index, item));
    return "OK";
  },
} satisfies Partial<Commands<string>>;
