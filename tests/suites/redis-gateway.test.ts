import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Redis } from "@upstash/redis";
import { Redis as CloudflareRedis } from "@upstash/redis/cloudflare";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startRedisGateway, type RedisGateway } from "#local/redis/gateway.ts";
import { findRedisServer } from "#local/redis/server/redis-process.ts";
import { RedisServerEngine } from "#local/redis/server/redis-server-engine.ts";

const token = "a token for this suite";
const engines = ["redis-server", "in-process"] as const;
const installed = findRedisServer();

describe.each(engines)("the Redis gateway over %s", (engine) => {
  const skipped = engine === "redis-server" && !installed;
  describe.skipIf(skipped)(skipped ? "(skipped: redis-server is not installed)" : "answers the unchanged Upstash client", () => {
    let gateway: RedisGateway;
    let redis: Redis;
    beforeAll(async () => {
      gateway = await startRedisGateway({ port: 0, token, engine, limits: { bodyBytes: 200_000, replyBytes: 300_000 } });
      redis = new Redis({ url: gateway.url, token, retry: false, enableTelemetry: false });
    });
    afterAll(() => gateway?.close());
    beforeEach(async () => void (await redis.flushdb()));

    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(gateway.url + path, { method: "POST", body, headers: { authorization: `Bearer ${token}`, ...headers } });

    it("says which engine it runs", () => expect(gateway.engine).toBe(engine));

    it("brings values back as they were set, status words and look-alikes of base64 included", async () => {
      expect(await redis.ping()).toBe("PONG");
      expect(await redis.set("k", { nested: [1, "é", "😀"] })).toBe("OK");
      expect(await redis.get("k")).toEqual({ nested: [1, "é", "😀"] });
      expect(await redis.type("k")).toBe("string");
      for (const text of ["OK", "PONG", "", "a\0b\r\n+x", "\u{10FFFF}"]) {
        await redis.set("text", text);
        expect(await redis.get("text")).toBe(text);
        expect(await redis.mget("text", "missing")).toEqual([text, null]);
      }
    });

    it("serves the client's build for Cloudflare alike", async () => {
      const cloudflare = new CloudflareRedis({ url: gateway.url, token, enableTelemetry: false });
      await cloudflare.set("k", 7);
      expect(await cloudflare.get("k")).toBe(7);
    });

    it("keeps the bytes of binary words a script makes", async () => {
      const response = await post("/", JSON.stringify(["EVAL", "return '\\255\\0\\128'", 0]), { "upstash-encoding": "base64" });
      expect(await response.json()).toEqual({ result: Buffer.from([255, 0, 128]).toString("base64") });
    });

    it("answers plain strings to those who do not ask for base64", async () => {
      expect(await (await post("/", '["set","k","é"]')).json()).toEqual({ result: "OK" });
      expect(await (await post("/", '["get","k"]')).json()).toEqual({ result: "é" });
      expect(await (await post("/pipeline", '[["get","k"],["incr","k"],["exists","k"]]')).json()).toEqual([
        { result: "é" }, { error: "ERR value is not an integer or out of range" }, { result: 1 },
      ]);
    });

    it("takes options in either case, so that a lock is taken once", async () => {
      expect(await redis.set("lock", 1, { nx: true, ex: 60 })).toBe("OK");
      expect(await redis.set("lock", 2, { nx: true, ex: 60 })).toBeNull();
      expect(await (await post("/", '["SET","lock","3","NX","PX","5000"]')).json()).toEqual({ result: null });
      expect(await redis.get("lock")).toBe(1);
    });

    it("forgets a key when its time is up, and tells the time left", async () => {
      await redis.set("soon", 1, { px: 40 });
      await redis.set("later", 1, { ex: 100 });
      expect(await redis.ttl("later")).toBe(100);
      expect(await redis.ttl("missing")).toBe(-2);
      await expect.poll(() => redis.get("soon")).toBeNull();
      expect(await redis.persist("later")).toBe(1);
      expect(await redis.ttl("later")).toBe(-1);
    });

    it("serves hashes, lists, sets and sorted sets through the client's own methods", async () => {
      expect(await redis.hset("h", { a: 1, b: "x" })).toBe(2);
      expect(await redis.hgetall("h")).toEqual({ a: 1, b: "x" });
      await redis.lpush("l", "a", "b");
      expect(await redis.lrange("l", 0, -1)).toEqual(["b", "a"]);
      await redis.sadd("s", "x", "y");
      expect((await redis.smembers("s")).sort()).toEqual(["x", "y"]);
      await redis.zadd("z", { score: 2, member: "two" }, { score: 1.5, member: "one" });
      expect(await redis.zrange("z", 0, -1, { withScores: true })).toEqual(["one", 1.5, "two", 2]);
      expect(await redis.zrange("z", 2, "-inf", { byScore: true, rev: true })).toEqual(["two", "one"]);
      const [cursor, keys] = await redis.scan(0, { match: "?", count: 1000 });
      expect([String(cursor), keys.sort()]).toEqual(["0", ["h", "l", "s", "z"]]);
    });

    it("runs a pipeline in order and refuses only the commands that fail", async () => {
      const pipeline = redis.pipeline().set("k", "word").get("k").lpush("k", 1).incr("n");
      const replies = await pipeline.exec({ keepErrors: true });
      expect(replies.map(({ result }) => result)).toEqual(["OK", "word", undefined, 1]);
      expect(replies[2]?.error).toContain("WRONGTYPE");
    });

    it("runs a transaction whole, and none of it when one command is unknown", async () => {
      expect(await redis.multi().incr("n").incr("n").get("n").exec()).toEqual([1, 2, 2]);
      const response = await post("/multi-exec", '[["incr","n"],["nonsense"]]');
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(/^EXECABORT/);
      expect(await redis.get("n")).toBe(2);
    });

    it("never lets two transactions interleave", async () => {
      const one = () => redis.multi().get("n").incr("n").get("n").exec<[number | null, number, number]>();
      const all = await Promise.all(Array.from({ length: 20 }, one));
      for (const [before, counted, after] of all) expect([Number(before) + 1, counted]).toEqual([counted, after]);
    });

    it("runs scripts by text and by hash, with cjson", async () => {
      const script = "return cjson.encode({got = redis.call('GET', KEYS[1]), list = cjson.decode(ARGV[1])})";
      await redis.set("k", "v");
      const sha = await redis.scriptLoad(script);
      expect(await redis.evalsha(sha, ["k"], ["[1,2]"])).toEqual({ got: "v", list: [1, 2] });
      expect(await redis.eval(script, ["k"], ["[]"])).toMatchObject({ got: "v" });
      expect(await redis.scriptExists(sha, "0".repeat(40))).toEqual([1, 0]);
      await expect(redis.evalsha("0".repeat(40), [], [])).rejects.toThrow("NOSCRIPT");
      await redis.scriptFlush();
      expect(await redis.scriptExists(sha)).toEqual([0]);
    });

    it("runs a script that carries Upstash's own flag, known by the hash of what was sent", async () => {
      const limiter = redis.createScript<number>("#!lua flags=allow-key-locking\nlocal n = redis.call('INCR', KEYS[1])\nredis.call('PEXPIRE', KEYS[1], ARGV[1])\nreturn n");
      expect(await limiter.exec(["limit"], ["1000"])).toBe(1);
      expect(await limiter.exec(["limit"], ["1000"])).toBe(2);
      const text = "#!lua flags=allow-key-locking\nreturn 'by hash'";
      const sha = await redis.scriptLoad(text);
      expect(sha).toBe(await redis.eval("return redis.sha1hex(ARGV[1])", [], [text]));
      expect(await redis.scriptExists(sha)).toEqual([1]);
      expect(await redis.multi().evalsha(sha, [], []).exec()).toEqual(["by hash"]);
    });

    it("names what Redis refused", async () => {
      await redis.set("k", "word");
      await expect(redis.incr("k")).rejects.toThrow("ERR value is not an integer or out of range");
      await expect(redis.exec(["CONFIG", "GET", "*"])).rejects.toThrow("ERR unknown command 'CONFIG'");
      await expect(redis.exec(["SUBSCRIBE", "x"])).rejects.toThrow("unknown command");
      await expect(redis.eval("return redis.call('CONFIG', 'GET', '*')", [], [])).rejects.toThrow();
    });

    it("lets nobody in without the token", async () => {
      for (const authorization of ["", "Bearer ", "Bearer wrong", `Bearer ${token}x`, token]) {
        const response = await post("/", '["ping"]', { authorization });
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({ error: "WRONGPASS invalid or missing auth token" });
      }
      await expect(new Redis({ url: gateway.url, token: "wrong", retry: false }).get("k")).rejects.toThrow("WRONGPASS");
    });

    it.each(["", "{", "[]", '"get"', "[[]]", '["get",null]', '["get",{}]'])("refuses the body %j and says why", async (body) => {
      const response = await post("/", body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(/body/);
    });

    it("refuses a body past the limit and goes on serving", async () => {
      await expect(redis.set("k", "x".repeat(200_001))).rejects.toThrow("max request size exceeded");
      const stream = new ReadableStream({ start: (c) => void (c.enqueue(new Uint8Array(200_001)), c.close()) });
      const request = { method: "POST", body: stream, duplex: "half", headers: { authorization: `Bearer ${token}` } } as RequestInit;
      expect((await fetch(gateway.url, request)).status).toBe(413);
      expect(await redis.ping()).toBe("PONG");
    });

    it("refuses an answer past the limit and too many commands in one request", async () => {
      await redis.set("big", "x".repeat(150_000));
      const pipeline = redis.pipeline();
      for (let i = 0; i < 100; i++) pipeline.get("big");
      await expect(pipeline.exec()).rejects.toThrow("max response size exceeded");
      expect((await post("/pipeline", JSON.stringify(Array(1001).fill(["ping"])))).status).toBe(400);
    });

    it("answers a newcomer while a crowd of 1,100 keeps its connections open", async () => {
      const request = `POST / HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${token}\r\ncontent-length: 8\r\n\r\n["ping"]`;
      const crowd: Socket[] = [];
      try {
        // One after another, so that all but the last do nothing but keep what they have.
        for (let member = 0; member < 1_100; member++) {
          const socket = connect(gateway.port, "127.0.0.1");
          crowd.push(socket);
          socket.write(request);
          const answer = (await socket.iterator({ destroyOnReturn: false }).next()).value as Buffer | undefined;
          expect(String(answer), `member ${member}`).toContain("200 OK");
        }
      } finally {
        for (const socket of crowd) socket.destroy();
      }
    });

    it("answers other paths and methods with an error the client can read", async () => {
      expect((await post("/set/k/v", "")).status).toBe(404);
      expect((await fetch(gateway.url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(405);
    });
  });
});

describe.skipIf(!installed)("the engine over redis-server", () => {
  it("replaces a redis-server that a script keeps busy for ever", async () => {
    const engine = await RedisServerEngine.start({ replyTimeoutMs: 300 });
    try {
      await engine.execute(["set", "k", "v"]);
      await expect(engine.execute(["eval", "while true do end", "0"])).rejects.toThrow("gave no answer in 300 ms");
      expect(await engine.execute(["get", "k"])).toBeNull();
    } finally {
      await engine.close();
    }
  });

  it("brings back a value of many chunks byte for byte, among small ones", async () => {
    const engine = await RedisServerEngine.start();
    try {
      const bytes = randomBytes(5_000_000);
      const replies = await Promise.all([["set", "big", bytes], ["ping"], ["get", "big"], ["incr", "n"]].map((words) => engine.execute(words)));
      expect([replies[0], replies[1], replies[3]]).toEqual(["OK", "PONG", 1]);
      expect(bytes.equals(replies[2] as Uint8Array)).toBe(true);
    } finally {
      await engine.close();
    }
  });
});

describe("the gateway's own process", () => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

  async function start(env: Record<string, string>): Promise<{ child: ChildProcess; said: Record<string, unknown> }> {
    const child = fork(new URL("../../local/redis/main.ts", import.meta.url), [], { env: { PATH: process.env.PATH, ...env }, execArgv: [] });
    children.push(child);
    const [said] = (await once(child, "message")) as [Record<string, unknown>];
    return { child, said };
  }
  /** Processes of redis-server whose parent is the shell that `owner` started. */
  const redisServersOf = (owner: number) => {
    const rows = execFileSync("ps", ["-eo", "pid=,ppid=,comm="]).toString().trim().split("\n").map((line) => line.trim().split(/\s+/));
    const shells = rows.filter(([, parent]) => Number(parent) === owner).map(([pid]) => pid);
    return rows.filter(([, parent, name]) => shells.includes(parent) && name === "redis-server").map(([pid]) => Number(pid));
  };
  const lives = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("says where it listens, and ends when its parent lets go", async () => {
    const { child, said } = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_ENGINE: "in-process" });
    expect(said).toEqual({ type: "ready", port: expect.any(Number) as number, engine: "in-process" });
    const exit = once(child, "exit");
    child.disconnect();
    expect((await exit)[0]).toBe(0);
  });

  it("names the setting that is wrong", async () => {
    expect((await start({})).said).toMatchObject({ type: "failed", message: expect.stringContaining("REDIS_GATEWAY_TOKEN") as string });
    const wrong = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_PORT: "x" });
    expect(wrong.said).toMatchObject({ type: "failed", code: "bad_setting", message: expect.stringContaining("REDIS_GATEWAY_PORT") as string });
  });

  it("fails with the reason when its port is taken", async () => {
    const first = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_ENGINE: "in-process" });
    const second = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_ENGINE: "in-process", REDIS_GATEWAY_PORT: String(first.said.port) });
    expect(second.said).toMatchObject({ type: "failed", code: "EADDRINUSE" });
  });

  it.skipIf(!installed).each(["SIGTERM", "SIGKILL"] as const)("takes redis-server with it on %s", async (signal) => {
    const { child } = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_ENGINE: "redis-server" });
    const [server] = redisServersOf(child.pid!);
    expect(server).toBeDefined();
    child.kill(signal);
    await expect.poll(() => lives(server!), { timeout: 10_000 }).toBe(false);
  });

  it.skipIf(!installed)("starts a new redis-server when the old one is killed", async () => {
    const { child, said } = await start({ REDIS_GATEWAY_TOKEN: token, REDIS_GATEWAY_ENGINE: "redis-server" });
    const redis = new Redis({ url: `http://127.0.0.1:${String(said.port)}`, token, retry: false, enableTelemetry: false });
    await redis.set("k", 1);
    const [server] = redisServersOf(child.pid!);
    process.kill(server!, "SIGKILL");
    await expect.poll(() => redis.get("k").catch(() => "gone"), { timeout: 10_000 }).toBeNull();
    expect(await redis.set("k", 2)).toBe("OK");
  });
});
