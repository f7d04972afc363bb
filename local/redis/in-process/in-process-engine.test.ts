import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "#shared/kernel/random.ts";
import type { Reply, Word } from "../engine.ts";
import { InProcessEngine } from "./in-process-engine.ts";

let now: number;
let engine: InProcessEngine;
beforeEach(() => {
  now = 1_700_000_000_000;
  engine = new InProcessEngine({ clock: () => now, random: seededRandom(7), maxBytes: 100_000, scriptTimeLimitMs: 50 });
});
afterEach(() => engine.close());

function readable(reply: Reply): unknown {
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString();
  return Array.isArray(reply) ? reply.map(readable) : reply;
}
const run = async (...words: Word[]) => readable(await engine.execute(words));

describe("time", () => {
  it("forgets a key at its hour and not a millisecond before", async () => {
    await run("set", "k", "v", "PX", "1000");
    now += 999;
    expect(await run("get", "k")).toBe("v");
    now += 1;
    expect(await run("get", "k")).toBeNull();
    expect(await run("exists", "k")).toBe(0);
    expect(await run("set", "k", "w", "nx")).toBe("OK");
    expect(await run("ttl", "k")).toBe(-1);
  });

  it("keeps an expiry through INCR and APPEND, drops it on SET, carries it along on RENAME", async () => {
    await run("set", "n", "1", "ex", "10");
    await run("incr", "n");
    await run("append", "n", "0");
    expect([await run("get", "n"), await run("pttl", "n")]).toEqual(["20", 10_000]);
    await run("rename", "n", "m");
    expect(await run("pttl", "m")).toBe(10_000);
    await run("set", "m", "1");
    expect(await run("pttl", "m")).toBe(-1);
  });

  it("gives memory back for keys that expired and are never asked for again", async () => {
    for (let i = 0; i < 200; i++) await run("set", `k${i}`, "v", "px", "10");
    expect(await run("dbsize")).toBe(200);
    now += 11;
    await expect.poll(() => engine.bytes).toBe(0);
    expect(await run("dbsize")).toBe(0);
  });

  it("stands still while a script runs", async () => {
    const clock = `local a = redis.call('TIME') return {a[1], a[2]}`;
    now = 1_700_000_000_123;
    expect(await run("eval", clock, "0")).toEqual(["1700000000", "123000"]);
  });
});

describe("memory", () => {
  it("stays within its bound and lets the least recently used go first", async () => {
    await run("set", "kept", "x");
    for (let i = 0; i < 500; i++) {
      await run("set", `k${i}`, "x".repeat(1_000));
      await run("get", "kept");
      expect(engine.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(await run("get", "kept")).toBe("x");
    expect(await run("get", "k0")).toBeNull();
    expect(await run("get", "k499")).not.toBeNull();
  });

  it("counts nothing for what is gone, whatever was done to it", async () => {
    const member = fc.constantFrom("m", "n", "oo");
    const step = fc.oneof(
      fc.tuple(fc.constantFrom("hset", "zadd"), fc.constantFrom("h", "z"), fc.constantFrom("1", "22"), member),
      fc.tuple(fc.constantFrom("sadd", "lpush", "rpush", "srem", "hdel", "zrem", "append"), fc.constantFrom("s", "l", "h", "z", "t"), member),
      fc.tuple(fc.constantFrom("lpop", "rpop", "spop", "zpopmin", "del", "incr"), fc.constantFrom("s", "l", "h", "z", "t")),
      fc.tuple(fc.constantFrom("ltrim"), fc.constant("l"), fc.constant("1"), fc.constant("-1")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        for (const words of steps) await run(...words);
        expect(engine.bytes > 0).toBe((await run("dbsize")) !== 0);
        await run("del", "s", "l", "h", "z", "t");
        expect(engine.bytes).toBe(0);
      }),
    );
  });
});

describe("SCAN", () => {
  it("meets every key that stays exactly once, though others come and go meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), async (count, step) => {
        await run("flushall");
        for (let i = 0; i < count; i++) await run("set", `stays${i}`, "");
        const met: string[] = [];
        let cursor = "0";
        for (let round = 0; round === 0 || cursor !== "0"; round++) {
          await run("set", `comes${round}`, "");
          await run("del", `comes${round - 2}`);
          const [next, keys] = (await run("scan", cursor, "count", String(step), "match", "stays*")) as [string, string[]];
          met.push(...keys);
          cursor = next;
        }
        expect(met.toSorted()).toEqual(Array.from({ length: count }, (_, i) => `stays${i}`).toSorted());
      }),
      { numRuns: 30 },
    );
  });
});

describe("scripts", () => {
  it("are stopped when they run too long, even if they catch the error, and the next one runs", async () => {
    const endless = await run("eval", "while true do pcall(function() while true do end end) end", "0");
    expect(String(endless)).toContain("ran longer than 50 ms");
    expect(await run("eval", "return 1", "0")).toBe(1);
  });

  it("see neither the machine nor each other's globals", async () => {
    for (const name of ["os", "io", "require", "load", "dofile", "fengari", "debug"]) {
      expect(String(await run("eval", `return ${name}`, "0"))).toContain("nonexistent global");
    }
    expect(String(await run("eval", "leaked = 1", "0"))).toContain("readonly table");
  });

  it("cannot change a library for the scripts after them", async () => {
    for (const change of ["string.len = nil", "redis.call = nil", "tostring = nil", "_G.KEYS = nil", "redis = nil"]) {
      expect(String(await run("eval", change, "0"))).toContain("readonly table");
    }
    expect(await run("eval", "return string.len(tostring('four'))", "0")).toBe(4);
  });

  it("cannot make one string of any size", async () => {
    expect(String(await run("eval", "return #string.rep('x', 1e9)", "0"))).toContain("too large");
  });

  it("survive a table that holds itself and a call without end", async () => {
    expect(String(await run("eval", "local t = {} t[1] = t return t", "0"))).toContain("Error");
    expect(String(await run("eval", "local t = {} t.x = t return cjson.encode(t)", "0"))).toContain("excessive depth");
    expect(String(await run("eval", "local function f() return 1 + f() end return f()", "0"))).toMatch(/overflow|longer/);
    expect(await run("eval", "return 1", "0")).toBe(1);
  });

  it("draw a refusal for JSON that is not JSON", async () => {
    expect(await run("eval", "local ok = pcall(cjson.decode, ARGV[1]) return ok and 1 or 0", "0", "{")).toBe(0);
  });
});

it("draws random members from the dice it was given", async () => {
  await run("sadd", "s", ..."abcdefgh");
  const drawn = (await run("spop", "s", "3")) as string[];
  expect(new Set(drawn).size).toBe(3);
  expect(await run("scard", "s")).toBe(5);
  for (const member of drawn) expect(await run("sismember", "s", member)).toBe(0);
  expect(await run("srandmember", "s", "-20")).toHaveLength(20);
});

it("keeps what it was given byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (key, value) => {
      await engine.execute(["set", key, value]);
      expect(Buffer.from((await engine.execute(["get", key])) as Uint8Array).equals(Buffer.from(value))).toBe(true);
    }),
  );
});
