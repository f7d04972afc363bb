import { shuffled } from "#shared/kernel/random.ts";
import { RedisError } from "../engine.ts";
import { bulk, bulkOrNull, bulks, scanOptions, syntaxError, type Commands } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseCount } from "./lists.ts";
import { parseInteger } from "./numbers.ts";

function members(db: Keyspace, key: string): ReadonlySet<string> {
  return db.read(key, "set")?.members ?? new Set<string>();
}

/** The members of the first set that are in all the others (`inter`), or in none of them (`diff`). */
function among(db: Keyspace, keys: readonly string[], wanted: "inter" | "diff"): Uint8Array[] {
  const [first, ...others] = keys.map((key) => members(db, key));
  const keep = wanted === "inter" ? (member: string) => others.every((set) => set.has(member)) : (member: string) => !others.some((set) => set.has(member));
  return bulks([...first!].filter(keep));
}

function anyMember(db: Keyspace, all: ReadonlySet<string>): string | undefined {
  let left = Math.floor(db.random() * all.size);
  for (const member of all) if (left-- === 0) return member;
  return undefined;
}

export const setCommands = {
  sadd: (db, key, ...added) => {
    const set = db.open(key, "set");
    return added.filter((member) => set.add(member)).length;
  },
  srem: (db, key, ...gone) => {
    const set = db.read(key, "set");
    return gone.filter((member) => set?.delete(member)).length;
  },
  smembers: (db, key) => bulks(members(db, key)),
  sismember: (db, key, member) => (members(db, key).has(member) ? 1 : 0),
  smismember: (db, key, ...asked) => {
    const all = members(db, key);
    return asked.map((member) => (all.has(member) ? 1 : 0));
  },
  scard: (db, key) => members(db, key).size,
  spop: (db, key, countWord, ...more) => {
    if (more.length > 0) throw new RedisError(syntaxError);
    const count = countWord === undefined ? 1 : parseCount(countWord);
    const set = db.read(key, "set");
    if (countWord === undefined) {
      const member = set && anyMember(db, set.members);
      if (member !== undefined) set?.delete(member);
      return bulkOrNull(member);
    }
    const drawn = shuffled([...(set?.members ?? [])], db.random).slice(0, count);
    for (const member of drawn) set?.delete(member);
    return bulks(drawn);
  },
  srandmember: (db, key, countWord, ...more) => {
    if (more.length > 0) throw new RedisError(syntaxError);
    const count = countWord === undefined ? 1 : parseInteger(countWord);
    const all = members(db, key);
    if (countWord === undefined) return bulkOrNull(anyMember(db, all));
    if (count >= 0) return bulks(shuffled([...all], db.random).slice(0, count));
    const list = [...all];
    if (-count > 1e6) throw new RedisError("ERR value is out of range");
    return list.length === 0 ? [] : Array.from({ length: -count }, () => bulk(list[Math.floor(db.random() * list.length)]!));
  },
  sinter: (db, ...keys) => among(db, keys, "inter"),
  sunion: (db, ...keys) => bulks(new Set(keys.flatMap((key) => [...members(db, key)]))),
  sdiff: (db, ...keys) => among(db, keys, "diff"),
  sscan: (db, key, cursor, ...words) => {
    if (!/^\d{1,20}$/.test(cursor)) throw new RedisError("ERR invalid cursor");
    const { match } = scanOptions(words);
    return [bulk("0"), bulks([...members(db, key)].filter(match))];
  },
} satisfies Partial<Commands<string>>;
