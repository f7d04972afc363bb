import { RedisError } from "../engine.ts";
import { bulk, bulkOrNull, bulks, pairs, scanOptions, type Commands } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { addIntegers, integerReply, parseBigInteger } from "./numbers.ts";

function fields(db: Keyspace, key: string): ReadonlyMap<string, string> {
  return db.read(key, "hash")?.fields ?? new Map<string, string>();
}

function setFields(db: Keyspace, key: string, words: readonly string[], command: string): number {
  const given = pairs(words, command);
  const hash = db.open(key, "hash");
  return given.filter(([field, value]) => hash.set(field, value)).length;
}

export const hashCommands = {
  hset: (db, key, ...words) => setFields(db, key, words, "hset"),
  hmset: (db, key, ...words) => {
    setFields(db, key, words, "hmset");
    return "OK";
  },
  hsetnx: (db, key, field, value) => {
    if (fields(db, key).has(field)) return 0;
    db.open(key, "hash").set(field, value);
    return 1;
  },
  hget: (db, key, field) => bulkOrNull(fields(db, key).get(field)),
  hmget: (db, key, ...wanted) => {
    const found = fields(db, key);
    return wanted.map((field) => bulkOrNull(found.get(field)));
  },
  hgetall: (db, key) => bulks([...fields(db, key)].flat()),
  hdel: (db, key, ...gone) => {
    const hash = db.read(key, "hash");
    return gone.filter((field) => hash?.delete(field)).length;
  },
  hexists: (db, key, field) => (fields(db, key).has(field) ? 1 : 0),
  hlen: (db, key) => fields(db, key).size,
  hkeys: (db, key) => bulks(fields(db, key).keys()),
  hvals: (db, key) => bulks(fields(db, key).values()),
  hincrby: (db, key, field, by) => {
    const amount = parseBigInteger(by);
    const sum = addIntegers(parseBigInteger(fields(db, key).get(field) ?? "0", "ERR hash value is not an integer"), amount);
    db.open(key, "hash").set(field, sum.toString());
    return integerReply(sum);
  },
  hscan: (db, key, cursor, ...words) => {
    if (!/^\d{1,20}$/.test(cursor)) throw new RedisError("ERR invalid cursor");
    const { match } = scanOptions(words);
    const wanted = [...fields(db, key)].filter(([field]) => match(field));
    return [bulk("0"), bulks(wanted.flat())];
  },
} satisfies Partial<Commands<string>>;
