import { RedisError } from "../engine.ts";
import { bulk, bulkOrNull, pairs, syntaxError, type Commands } from "./command.ts";
import { expiryTime, isExpiryUnit, type ExpiryUnit } from "./expiry-options.ts";
import type { Keyspace } from "./keyspace.ts";
import { addFloating, addIntegers, integerReply, parseBigInteger, parseFloating } from "./numbers.ts";
import { StringValue } from "./values.ts";

const maxStringBytes = 64 * 2 ** 20;

function text(db: Keyspace, key: string): string | undefined {
  return db.read(key, "string")?.text;
}

function store(db: Keyspace, key: string, value: string, expiresAt?: number): void {
  db.put(key, new StringValue(value));
  if (expiresAt !== undefined) db.setExpiry(key, expiresAt);
}

/** Replaces the text and keeps the expiry. */
function rewrite(db: Keyspace, key: string, value: string): void {
  const expiresAt = db.find(key) === undefined ? undefined : db.expiry(key);
  store(db, key, value, expiresAt);
}

function increment(db: Keyspace, key: string, by: bigint): number | bigint {
  const sum = addIntegers(parseBigInteger(text(db, key) ?? "0"), by);
  rewrite(db, key, sum.toString());
  return integerReply(sum);
}

interface SetOptions {
  only: "nx" | "xx" | undefined;
  keepExpiry: boolean;
  giveOld: boolean;
  expiresAt: number | undefined;
}

function setOptions(words: readonly string[], now: number): SetOptions {
  const options: SetOptions = { only: undefined, keepExpiry: false, giveOld: false, expiresAt: undefined };
  let expiry: { unit: ExpiryUnit; amount: string } | undefined;
  for (let i = 0; i < words.length; i++) {
    const option = words[i]!.toLowerCase();
    if ((option === "nx" || option === "xx") && (options.only ?? option) === option) options.only = option;
    else if (option === "get") options.giveOld = true;
    else if (option === "keepttl" && expiry === undefined) options.keepExpiry = true;
    else if (isExpiryUnit(option) && expiry === undefined && !options.keepExpiry && i + 1 < words.length) {
      expiry = { unit: option, amount: words[++i]! };
    } else throw new RedisError(syntaxError);
  }
  if (expiry) options.expiresAt = expiryTime(expiry.unit, expiry.amount, now, "set");
  return options;
}

export const stringCommands = {
  get: (db, key) => bulkOrNull(text(db, key)),
  set: (db, key, value, ...words) => {
    const { only, keepExpiry, giveOld, expiresAt } = setOptions(words, db.now);
    const old = giveOld ? bulkOrNull(text(db, key)) : null;
    const there = db.find(key) !== undefined;
    if ((only === "nx" && there) || (only === "xx" && !there)) return old;
    store(db, key, value, keepExpiry && there ? db.expiry(key) : expiresAt);
    return giveOld ? old : "OK";
  },
  setnx: (db, key, value) => {
    if (db.find(key) !== undefined) return 0;
    store(db, key, value);
    return 1;
  },
  setex: (db, key, seconds, value) => {
    store(db, key, value, expiryTime("ex", seconds, db.now, "setex"));
    return "OK";
  },
  psetex: (db, key, milliseconds, value) => {
    store(db, key, value, expiryTime("px", milliseconds, db.now, "psetex"));
    return "OK";
  },
  getset: (db, key, value) => {
    const old = bulkOrNull(text(db, key));
    store(db, key, value);
    return old;
  },
  getdel: (db, key) => {
    const old = bulkOrNull(text(db, key));
    db.delete(key);
    return old;
  },
  getex: (db, key, option?: string, amount?: string, ...more) => {
    const unit = option?.toLowerCase();
    const known = unit === undefined || (unit === "persist" ? amount === undefined : isExpiryUnit(unit) && amount !== undefined);
    if (!known || more.length > 0) throw new RedisError(syntaxError);
    const value = bulkOrNull(text(db, key));
    if (value === null || unit === undefined) return value;
    db.setExpiry(key, isExpiryUnit(unit) ? expiryTime(unit, amount!, db.now, "getex") : undefined);
    return value;
  },
  mget: (db, ...keys) =>
    keys.map((key) => {
      const value = db.find(key);
      return value?.kind === "string" ? bulk(value.text) : null;
    }),
  mset: (db, ...words) => {
    for (const [key, value] of pairs(words, "mset")) store(db, key, value);
    return "OK";
  },
  append: (db, key, more) => {
    const whole = (text(db, key) ?? "") + more;
    if (whole.length > maxStringBytes) throw new RedisError("ERR string exceeds maximum allowed size");
    rewrite(db, key, whole);
    return whole.length;
  },
  strlen: (db, key) => text(db, key)?.length ?? 0,
  incr: (db, key) => increment(db, key, 1n),
  decr: (db, key) => increment(db, key, -1n),
  incrby: (db, key, by) => increment(db, key, parseBigInteger(by)),
  decrby: (db, key, by) => increment(db, key, -parseBigInteger(by)),
  incrbyfloat: (db, key, by) => {
    const sum = addFloating(parseFloating(text(db, key) ?? "0"), parseFloating(by));
    rewrite(db, key, sum);
    return bulk(sum);
  },
} satisfies Partial<Commands<string>>;
