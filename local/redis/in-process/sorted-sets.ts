import { RedisError, type Reply } from "../engine.ts";
import { bulk, pairs, rankRange, syntaxError, type Commands } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseCount } from "./lists.ts";
import { formatFloating, parseFloating, parseInteger } from "./numbers.ts";
import { lexRange, scoreRange, type RankFinder } from "./score-ranges.ts";
import { SortedSet, type Scored } from "./sorted-set.ts";

const notANumber = "ERR resulting score is not a number (NaN)";

function sorted(db: Keyspace, key: string): SortedSet {
  return db.read(key, "zset") ?? new SortedSet();
}

function scoreReply(score: number | undefined): Uint8Array | null {
  return score === undefined ? null : bulk(formatFloating(score));
}

function listed(elements: readonly Scored[], withScores: boolean): Uint8Array[] {
  return elements.flatMap(({ member, score }) => (withScores ? [bulk(member), bulk(formatFloating(score))] : [bulk(member)]));
}

function add(db: Keyspace, key: string, words: readonly string[]): Reply {
  const flags = new Set<string>();
  let at = 0;
  while (at < words.length && ["nx", "xx", "gt", "lt", "ch", "incr"].includes(words[at]!.toLowerCase())) flags.add(words[at++]!.toLowerCase());
  const rest = words.slice(at);
  if (rest.length === 0 || rest.length % 2 !== 0) throw new RedisError(syntaxError);
  if (flags.has("nx") && flags.has("xx")) throw new RedisError("ERR XX and NX options at the same time are not compatible");
  if ((flags.has("gt") && (flags.has("lt") || flags.has("nx"))) || (flags.has("lt") && flags.has("nx"))) {
    throw new RedisError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (flags.has("incr") && rest.length > 2) throw new RedisError("ERR INCR option supports a single increment-element pair");
  const given = pairs(rest, "zadd").map(([score, member]) => ({ member, score: parseFloating(score) }));
  const set = flags.has("xx") ? sorted(db, key) : db.open(key, "zset");
  let added = 0;
  let changed = 0;
  let last: number | undefined;
  for (const { member, score: word } of given) {
    const old = set.score(member);
    const score = flags.has("incr") ? (old ?? 0) + word : word;
    if (Number.isNaN(score)) throw new RedisError(notANumber);
    const refused =
      old === undefined
        ? flags.has("xx")
        : flags.has("nx") || (flags.has("gt") && score <= old) || (flags.has("lt") && score >= old);
    if (refused) continue;
    set.set(member, score);
    last = score;
    if (old === undefined) added++;
    else if (old !== score) changed++;
  }
  if (flags.has("incr")) return scoreReply(last);
  return flags.has("ch") ? added + changed : added;
}

interface RangeOptions {
  by: "rank" | "score" | "lex";
  reverse: boolean;
  withScores: boolean;
  limit: { offset: number; count: number } | undefined;
}

function rangeOptions(words: readonly string[], preset: Partial<RangeOptions>): RangeOptions {
  const options: RangeOptions = { by: "rank", reverse: false, withScores: false, limit: undefined, ...preset };
  const fixed = preset.by !== undefined || preset.reverse !== undefined;
  for (let i = 0; i < words.length; i++) {
    const option = words[i]!.toLowerCase();
    if (option === "withscores") options.withScores = true;
    else if (option === "limit" && i + 2 < words.length) {
      options.limit = { offset: parseInteger(words[i + 1]!), count: parseInteger(words[i + 2]!) };
      i += 2;
    } else if (option === "rev" && !fixed && !options.reverse) options.reverse = true;
    else if (option === "byscore" && !fixed && options.by === "rank") options.by = "score";
    else if (option === "bylex" && !fixed && options.by === "rank") options.by = "lex";
    else throw new RedisError(syntaxError);
  }
  if (options.limit !== undefined && options.by === "rank") {
    throw new RedisError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (options.withScores && options.by === "lex") {
    throw new RedisError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
  return options;
}

/** ZRANGE and its older kin. With `reverse` the bounds come highest first, and ranks count from the highest. */
function range(db: Keyspace, key: string, start: string, stop: string, options: RangeOptions): Reply {
  const { by, reverse, withScores, limit } = options;
  const [low, high] = reverse && by !== "rank" ? [stop, start] : [start, stop];
  const find = by === "rank" ? ranksBetween(low, high, reverse) : (by === "score" ? scoreRange : lexRange)(low, high);
  const set = sorted(db, key);
  let found: readonly Scored[] = set.ordered.slice(...find(set));
  if (reverse) found = found.toReversed();
  if (limit) found = limit.offset < 0 ? [] : found.slice(limit.offset, limit.count < 0 ? undefined : limit.offset + limit.count);
  return listed(found, withScores);
}

function ranksBetween(start: string, stop: string, reverse: boolean): RankFinder {
  const ranks = [parseInteger(start), parseInteger(stop)] as const;
  return ({ size }) => {
    const [from, to] = rankRange(...ranks, size);
    return reverse ? [size - to, size - from] : [from, to];
  };
}

function pop(db: Keyspace, key: string, end: "min" | "max", countWord?: string, ...more: string[]): Reply {
  if (more.length > 0) throw new RedisError(syntaxError);
  const count = countWord === undefined ? 1 : parseCount(countWord);
  const set = sorted(db, key);
  const taken = end === "min" ? set.ordered.slice(0, count) : set.ordered.slice(Math.max(0, set.size - count)).reverse();
  for (const { member } of taken) set.delete(member);
  return listed(taken, true);
}

export const sortedSetCommands = {
  zadd: (db, key, ...words) => add(db, key, words),
  zrem: (db, key, ...gone) => {
    const set = sorted(db, key);
    return gone.filter((member) => set.delete(member)).length;
  },
  zscore: (db, key, member) => scoreReply(sorted(db, key).score(member)),
  zmscore: (db, key, ...members) => {
    const set = sorted(db, key);
    return members.map((member) => scoreReply(set.score(member)));
  },
  zincrby: (db, key, by, member) => {
    const amount = parseFloating(by);
    const set = db.open(key, "zset");
    const score = (set.score(member) ?? 0) + amount;
    if (Number.isNaN(score)) throw new RedisError(notANumber);
    set.set(member, score);
    return scoreReply(score);
  },
  zcard: (db, key) => sorted(db, key).size,
  zcount: (db, key, low, high) => {
    const find = scoreRange(low, high);
    const [from, to] = find(sorted(db, key));
    return to - from;
  },
  zrange: (db, key, start, stop, ...words) => range(db, key, start, stop, rangeOptions(words, {})),
  zrangebyscore: (db, key, low, high, ...words) => range(db, key, low, high, rangeOptions(words, { by: "score" })),
  zrevrange: (db, key, start, stop, ...words) => range(db, key, start, stop, rangeOptions(words, { reverse: true })),
  zrank: (db, key, member) => sorted(db, key).rank(member) ?? null,
  zrevrank: (db, key, member) => {
    const set = sorted(db, key);
    const rank = set.rank(member);
    return rank === undefined ? null : set.size - 1 - rank;
  },
  zremrangebyscore: (db, key, low, high) => {
    const find = scoreRange(low, high);
    const set = sorted(db, key);
    return set.deleteRanks(...find(set));
  },
  zremrangebyrank: (db, key, start, stop) => {
    const find = ranksBetween(start, stop, false);
    const set = sorted(db, key);
    return set.deleteRanks(...find(set));
  },
  zpopmin: (db, key, ...count) => pop(db, key, "min", ...count),
  zpopmax: (db, key, ...count) => pop(db, key, "max", ...count),
} satisfies Partial<Commands<string>>;
