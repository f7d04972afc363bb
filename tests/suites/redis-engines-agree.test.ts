import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RedisEngine, Reply, Word } from "#local/redis/engine.ts";
import { InProcessEngine } from "#local/redis/in-process/in-process-engine.ts";
import { findRedisServer } from "#local/redis/server/redis-process.ts";
import { RedisServerEngine } from "#local/redis/server/redis-server-engine.ts";

const missing = findRedisServer() ? "" : " (skipped: redis-server is not installed)";

/** Commands whose replies Redis gives in no promised order. */
const unordered = new Set(["smembers", "sinter", "sunion", "sdiff", "keys", "hkeys", "hvals", "hgetall", "sscan", "hscan", "scan"]);

const anyKey = fc.constantFrom("a", "b", "c", "h", "l", "s", "z");
/** Mostly a key of the kind a command is for, so that collections fill up; now and then one of another kind. */
const mostly = (...own: string[]) => fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...own) }, { weight: 1, arbitrary: anyKey });
const [key, hash, list, set, sorted] = [mostly("a", "b", "c"), mostly("h"), mostly("l"), mostly("s", "t"), mostly("z")];
const member = fc.constantFrom("m", "n", "o", "é", "\0\r\n", "");
const integer = fc.oneof(fc.integer({ min: -4, max: 6 }).map(String), fc.constantFrom("9223372036854775807", "-9223372036854775808", "x", "1.5", "007", ""));
const score = fc.oneof(fc.integer({ min: -6, max: 6 }).map((half) => String(half / 2)), fc.constantFrom("inf", "-inf", "1e3", "nan", "x"));
const scoreBound = fc.oneof(score, score.map((text) => `(${text})`.slice(0, -1)));
const lexBound = fc.oneof(fc.constantFrom("-", "+", "x"), fc.tuple(fc.constantFrom("[", "("), member).map((parts) => parts.join("")));
const value = fc.oneof(member, integer, fc.constantFrom("10", "3.5", "longer text"));
const seconds = fc.constantFrom("1000", "50000", "0", "-1", "x");

const c = (...words: (string | fc.Arbitrary<string | string[]>)[]): fc.Arbitrary<string[]> =>
  fc.tuple(...words.map((word) => (typeof word === "string" ? fc.constant<string | string[]>(word) : word))).map((parts) => parts.flat());
const some = (...words: fc.Arbitrary<string>[]) => fc.array(fc.tuple(...words), { minLength: 1, maxLength: 3 }).map((groups) => groups.flat());
const options = (...names: string[]) => fc.subarray([...names, names[0]!.toUpperCase()]);
const limit = fc.option(fc.tuple(fc.constant("limit"), integer, integer), { nil: [] }).map((parts): string[] => [...parts]);

const command = fc.oneof(
  c("get", key), c("SET", key, value, options("nx", "xx", "get", "keepttl")), c("set", key, value, "ex", seconds, options("nx", "xx")),
  c("setnx", key, value), c("setex", key, seconds, value), c("getset", key, value), c("getdel", key), c("getex", key, "EX", seconds), c("getex", key, fc.constantFrom("persist", "PERSIST", "x")),
  c("mget", some(key)), c("mset", some(key, value)), c("mset", some(key)), c("append", key, value), c("strlen", key),
  c("incr", key), c("decr", key), c("incrby", key, integer), c("decrby", key, fc.constantFrom("3", "-4", "x")), 
  // A key of its own: Redis adds in 80 bits, so sums with huge integers differ in their last digits.
  c("incrbyfloat", "float", fc.constantFrom("0.1", "-2.5", "3", "x")), c("set", "float", fc.constantFrom("0.2", "-7", "text")), c("lpush", "float", "1"),
  c("del", some(key)), c("unlink", some(key)), c("exists", some(key)), c("type", key), c("rename", key, key), c("keys", fc.constantFrom("*", "[ab]", "[^a]", "?", "\\a", "x*")),
  c("expire", key, seconds, options("nx", "xx", "gt", "lt")), c("ttl", key), c("persist", key), c("dbsize"), c("get"), c("nonsense", key), c("scan", "0", "count", "100", "match", fc.constantFrom("*", "a")),
  c("hset", hash, some(member, value)), c("hset", hash, some(member)), c("hsetnx", hash, member, value), c("hget", hash, member), c("hmget", hash, some(member)), c("hgetall", hash),
  c("hdel", hash, some(member)), c("hexists", hash, member), c("hlen", hash), c("hkeys", hash), c("hvals", hash), c("hincrby", hash, member, integer), c("hscan", hash, "0"),
  c("lpush", list, some(value)), c("rpush", list, some(value)), c("lpop", list), c("rpop", list), c("lpop", list, integer), c("lrange", list, integer, integer), c("llen", list),
  c("ltrim", list, integer, integer), c("lindex", list, integer), c("lrem", list, integer, value), c("lset", list, integer, value),
  c("sadd", set, some(member)), c("srem", set, some(member)), c("smembers", set), c("sismember", set, member), c("smismember", set, some(member)), c("scard", set),
  c("sinter", some(set)), c("sunion", some(set)), c("sdiff", some(set)), c("sscan", set, "0"),
  c("zadd", sorted, options("nx", "xx", "gt", "lt", "ch", "incr"), some(score, member)), c("zadd", sorted, some(score, member)), c("zadd", sorted, "1", member, "1", member),
  c("zrem", sorted, some(member)), c("zscore", sorted, member), c("zmscore", sorted, some(member)), c("zincrby", sorted, score, member), c("zcard", sorted), c("zcount", sorted, scoreBound, scoreBound),
  c("zrange", sorted, integer, integer, options("rev", "withscores")), c("zrange", sorted, scoreBound, scoreBound, "byscore", options("rev", "withscores"), limit),
  c("zrange", sorted, lexBound, lexBound, "bylex", options("rev"), limit), c("zrangebyscore", sorted, scoreBound, scoreBound, options("withscores"), limit), c("zrevrange", sorted, integer, integer, options("withscores")),
  c("zrank", sorted, member), c("zrevrank", sorted, member), c("zremrangebyscore", sorted, scoreBound, scoreBound), c("zremrangebyrank", sorted, integer, integer), c("zpopmin", sorted), c("zpopmax", sorted, integer),
);

/** A reply as plain data, so that two engines' replies can be compared. */
function plain(reply: Reply): unknown {
  if (reply instanceof Uint8Array) return `bytes ${Buffer.from(reply).toString("latin1")}`;
  if (reply instanceof Error) return `refused ${reply.message.replace(/ script: .*/, "")}`;
  return Array.isArray(reply) ? reply.map(plain) : reply;
}

function comparable(words: readonly Word[], reply: Reply): unknown {
  const name = String(words[0]).toLowerCase();
  const value = plain(reply);
  if (!unordered.has(name) || !Array.isArray(value)) return value;
  const list = (name.endsWith("scan") ? (value[1] as unknown[]) : value).map(String);
  if (name !== "hgetall" && name !== "hscan") return list.sort();
  return list.flatMap((field, i) => (i % 2 === 0 ? [`${field} = ${list[i + 1]}`] : [])).sort();
}

describe.skipIf(missing !== "")(`both Redis engines${missing}`, () => {
  let server: RedisEngine;
  let inProcess: RedisEngine;
  beforeAll(async () => {
    server = await RedisServerEngine.start();
    inProcess = new InProcessEngine();
  });
  afterAll(async () => {
    await server?.close();
    await inProcess?.close();
  });

  const run = async (engine: RedisEngine, commands: readonly Word[][]) => {
    const replies = await Promise.all(commands.map((words) => engine.execute(words)));
    return replies.map((reply, i) => ({ command: commands[i]!.join(" "), reply: comparable(commands[i]!, reply) }));
  };

  it("give the same replies to any sequence of commands", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 60 }), async (commands) => {
        const all = [["flushall"], ...commands];
        expect(await run(inProcess, all)).toEqual(await run(server, all));
      }),
      { numRuns: Number(process.env.RUNS ?? 200) },
    );
  });

  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e16, max: 1e16 }).map((x) => (Math.abs(x) < 1e-9 ? 0 : x)), fc.integer(), fc.constantFrom(0, 0.1, 1e15, 123456789012345, 1.7e12, 2 ** 31));
  it("do the same arithmetic in scripts, in doubles", async () => {
    const script = `
      local a, b = tonumber(ARGV[1]), tonumber(ARGV[2])
      return {a, tostring(a), a .. "", tostring(a + b), tostring(a * b), tostring(a - b), tostring(math.floor(a)), tostring(math.max(a, b)), a < b,
        string.format("%d %s", b % 1000, a), tostring(b ~= 0 and a / b), cjson.encode({a, b}), #tostring(a) * 3000000000, tostring(2000000000 + 2000000000)}`;
    await fc.assert(
      fc.asyncProperty(number, number, async (a, b) => {
        const words = ["eval", script, "0", String(a), String(b)];
        expect(await run(inProcess, [words])).toEqual(await run(server, [words]));
      }),
    );
  });

  const scripts = [
    "return {1, 2.9, -2.9, 'x', true, false, 'never seen'}",
    "return {1, nil, 3}",
    "return",
    "return {ok = 'FINE'}",
    "return {err = 'MINE of my own'}",
    "return redis.error_reply('boom')",
    "return redis.error_reply('-MINE boom')",
    "return redis.status_reply('FINE')",
    "return {KEYS[1], ARGV[1], ARGV[2], #ARGV}",
    "redis.call('set', KEYS[1], 5) return redis.call('incrby', KEYS[1], 2.0)",
    "redis.call('set', KEYS[1], 1.5) return redis.call('get', KEYS[1])",
    "redis.call('rpush', KEYS[1], 1) return redis.call('get', KEYS[1])",
    "redis.call('rpush', KEYS[1], 1) return redis.pcall('get', KEYS[1])",
    "local ok, e = pcall(redis.call, 'nonsense') return {ok, type(e)}",
    "return {type(redis.call('get', KEYS[1])), redis.call('get', KEYS[1]) == false}",
    "return redis.call('set', KEYS[1], 'x').ok",
    "return cjson.decode(ARGV[1]).deep[2].x",
    "return cjson.encode(cjson.decode(ARGV[1]).deep)",
    "return cjson.encode({text = 'a/\"\\\\\\n\\1', })",
    "return cjson.encode({})",
    "return cjson.encode({cjson.null, 1, 'x', true, 1.5, 1e20})",
    "return tostring(cjson.decode('null') == cjson.null)",
    "return {tostring(nil), tostring(true), tostring(12), tostring('x')}",
    "local sum = 0 for i = 1, 10 do sum = sum + i end return sum",
    "local t = {} for i = 1, 3 do t[#t + 1] = i * 2 end return {#t, unpack(t)}",
    "return {string.len(ARGV[1]) > 3, string.sub('abc', 2), ('x'):rep(3), string.find('abc', 'c')}",
    "local t = {3, 1, 2} table.sort(t) return t",
    "return tonumber('0x10') + tonumber('  7 ') + (tonumber('x') or 1)",
    "return redis.sha1hex('x')",
    "return 3000000000",
    "return tostring(10 / 2) .. ' ' .. 1e15 .. ' ' .. 2^53",
    "return {math.floor(3.7), math.ceil(3.2), math.floor(-3.7), 7 % 3, -7 % 3}",
    "return redis.call('eval', 'return 1', 0)",
    "undeclared = 1",
    "return undeclared",
    "error('stop')",
    "error({err = 'MINE stop'})",
    "return redis.call()",
    "return redis.call('get', {})",
    "#!lua\nreturn 1",
    "this is not lua",
  ];
  it.each(scripts)("give the same reply to the script %j", async (script) => {
    const commands = [["flushall"], ["eval", script, "1", "k", '{"deep":[1,{"x":"é"}]}', "two"], ["type", "k"]];
    const [ours, theirs] = [await run(inProcess, commands), await run(server, commands)];
    if (script === "this is not lua") expect(String(ours[1]?.reply)).toMatch(/^refused ERR Error compiling script/);
    else expect(withoutPlace(ours)).toEqual(withoutPlace(theirs));
  });

  /** Where a script failed is told in other words by Lua 5.1 and 5.3. */
  const withoutPlace = (replies: { reply: unknown }[]) =>
    replies.map(({ reply }) => (typeof reply === "string" ? reply.replace(/user_script:\d+: /g, "").replace(/\b(ERR )(This Redis command|Unknown Redis command).*/, "$1not allowed") : reply));
});
