import { RedisError, type Reply } from "../engine.ts";
import { bulk, bulks, globMatcher, scanOptions, syntaxError, type Commands, type Run } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseInteger } from "./numbers.ts";

function countDeleted(db: Keyspace, keys: readonly string[]): number {
  return keys.filter((key) => db.delete(key)).length;
}

type Condition = "nx" | "xx" | "gt" | "lt";

function isCondition(word: string): word is Condition {
  return ["nx", "xx", "gt", "lt"].includes(word);
}

/** The conditions under which EXPIRE and its kin are to change anything. */
function expireConditions(words: readonly string[]): ReadonlySet<Condition> {
  const wanted = new Set<Condition>();
  for (const word of words) {
    const condition = word.toLowerCase();
    if (!isCondition(condition)) throw new RedisError(`ERR Unsupported option ${word}`);
    wanted.add(condition);
  }
  if (wanted.has("nx") && wanted.size > 1) throw new RedisError("ERR NX and XX, GT or LT options at the same time are not compatible");
  if (wanted.has("gt") && wanted.has("lt")) throw new RedisError("ERR GT and LT options at the same time are not compatible");
  return wanted;
}

/** EXPIRE and its kin: the time is so many `unitMs`, from now if `relative`, else since the epoch. */
function expire(command: string, unitMs: number, relative: boolean): Run {
  return (db, key, amount, ...words) => {
    const wanted = expireConditions(words);
    const atMs = (relative ? db.now : 0) + parseInteger(amount) * unitMs;
    if (Math.abs(atMs) >= 2 ** 63) throw new RedisError(`ERR invalid expire time in '${command}' command`);
    if (db.find(key) === undefined) return 0;
    // A key that stays counts as one that expires last of all.
    const current = db.expiry(key) ?? Infinity;
    const refused =
      (wanted.has("nx") && current !== Infinity) ||
      (wanted.has("xx") && current === Infinity) ||
      (wanted.has("gt") && atMs <= current) ||
      (wanted.has("lt") && atMs >= current);
    if (refused) return 0;
    db.setExpiry(key, atMs);
    return 1;
  };
}

/** Milliseconds left, or Redis's -1 for a key that stays and -2 for one that is not there. */
function timeLeftMs(db: Keyspace, key: string): number {
  if (db.find(key) === undefined) return -2;
  const at = db.expiry(key);
  return at === undefined ? -1 : at - db.now;
}

function flush(db: Keyspace, mode?: string, ...more: string[]): Reply {
  if ((mode !== undefined && !["async", "sync"].includes(mode.toLowerCase())) || more.length > 0) throw new RedisError(syntaxError);
  db.clear();
  return "OK";
}

export const keyCommands = {
  ping: (_db, message, ...more) => {
    if (more.length > 0) throw new RedisError("ERR wrong number of arguments for 'ping' command");
    return message === undefined ? "PONG" : bulk(message);
  },
  echo: (_db, message) => bulk(message),
  time: (db) => [bulk(String(Math.floor(db.now / 1000))), bulk(String(Math.floor((db.now % 1000) * 1000)))],
  dbsize: (db) => db.size,
  flushall: flush,
  flushdb: flush,
  del: (db, ...keys) => countDeleted(db, keys),
  unlink: (db, ...keys) => countDeleted(db, keys),
  exists: (db, ...keys) => keys.filter((key) => db.find(key) !== undefined).length,
  expire: expire("expire", 1000, true),
  pexpire: expire("pexpire", 1, true),
  expireat: expire("expireat", 1000, false),
  pexpireat: expire("pexpireat", 1, false),
  ttl: (db, key) => {
    const left = timeLeftMs(db, key);
    return left < 0 ? left : Math.floor((left + 500) / 1000);
  },
  pttl: (db, key) => timeLeftMs(db, key),
  persist: (db, key) => {
    if (db.find(key) === undefined || db.expiry(key) === undefined) return 0;
    db.setExpiry(key, undefined);
    return 1;
  },
  type: (db, key) => db.find(key)?.kind ?? "none",
  keys: (db, glob) => bulks([...db.keys()].filter(globMatcher(glob))),
  scan: (db, cursorWord, ...words) => {
    if (!/^\d{1,20}$/.test(cursorWord)) throw new RedisError("ERR invalid cursor");
    const { match, count, type } = scanOptions(words);
    const { cursor, keys } = db.scan(Number(cursorWord), count);
    const wanted = keys.filter((key) => match(key) && (type === undefined || db.find(key)?.kind === type));
    return [bulk(String(cursor)), bulks(wanted)];
  },
  rename: (db, from, to) => {
    const value = db.find(from);
    if (value === undefined) throw new RedisError("ERR no such key");
    const expiresAt = db.expiry(from);
    if (from !== to) {
      db.delete(from);
      db.put(to, value);
      db.setExpiry(to, expiresAt);
    }
    return "OK";
  },
} satisfies Partial<Commands<string>>;
