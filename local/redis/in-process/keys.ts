import { RedisError, type Reply } from "../engine.ts";
import { bulk, bulks, globMatcher, scanOptions, syntaxError, type Commands } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseInteger } from "./numbers.ts";

function countDeleted(db: Keyspace, keys: readonly string[]): number {
  return keys.filter((key) => db.delete(key)).length;
}

function expire(db: Keyspace, key: string, atMs: number, conditions: readonly string[], command: string): Reply {
  if (!Number.isSafeInteger(atMs)) throw new RedisError(`ERR invalid expire time in '${command}' command`);
  const wanted = conditions.map((word) => word.toLowerCase());
  const unknown = conditions.find((word) => !["nx", "xx", "gt", "lt"].includes(word.toLowerCase()));
  if (unknown !== undefined) throw new RedisError(`ERR Unsupported option ${unknown}`);
  if (wanted.includes("nx") && wanted.some((word) => word !== "nx")) {
    throw new RedisError("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (wanted.includes("gt") && wanted.includes("lt")) throw new RedisError("ERR GT and LT options at the same time are not compatible");
  if (db.find(key) === undefined) return 0;
  const current = db.expiry(key);
  const refused =
    (wanted.includes("nx") && current !== undefined) ||
    (wanted.includes("xx") && current === undefined) ||
    (wanted.includes("gt") && (current === undefined || atMs <= current)) ||
    (wanted.includes("lt") && current !== undefined && atMs >= current);
  if (refused) return 0;
  db.setExpiry(key, atMs);
  return 1;
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
  expire: (db, key, seconds, ...conditions) => expire(db, key, db.now + parseInteger(seconds) * 1000, conditions, "expire"),
  pexpire: (db, key, ms, ...conditions) => expire(db, key, db.now + parseInteger(ms), conditions, "pexpire"),
  expireat: (db, key, seconds, ...conditions) => expire(db, key, parseInteger(seconds) * 1000, conditions, "expireat"),
  pexpireat: (db, key, ms, ...conditions) => expire(db, key, parseInteger(ms), conditions, "pexpireat"),
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
