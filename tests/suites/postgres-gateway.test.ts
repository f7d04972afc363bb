import { neon, Pool, type NeonDbError } from "@neondatabase/serverless";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { DataLockedError } from "#local/postgres/data-lock.ts";
import { startPostgresGateway, type PostgresGateway } from "#local/postgres/gateway.ts";
import { spawnPostgres } from "#local/postgres/spawn.ts";
import { failureOf, reachGatewaysByPort, withPool } from "./neon-clients.ts";

const password = "p@ss w/örd";
let folder: string;
let gateway: PostgresGateway;

reachGatewaysByPort();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "miraveja-postgres-"));
  gateway = await startPostgresGateway({ dataDir: join(folder, "shared"), port: 0, password, transactionIdleMs: 1_000 });
});

afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

describe("Neon's client over HTTP", () => {
  it("gives every type back as Neon does", async () => {
    const sql = neon(gateway.url);
    await sql`create extension if not exists vector`;
    const [row] = await sql`select 1::int4 as int4, 9007199254740993::int8 as int8, 1.50::numeric as numeric, true as bool,
      '2026-01-02T03:04:05.678Z'::timestamptz as at, '{"a":[1,null]}'::jsonb as json, '\\x00ff'::bytea as bytes,
      array['a','b,"c',null] as texts, '6f1c9b1e-0c9b-4f8e-9d0f-3a5b7c9d1e2f'::uuid as id, '[1,2.5]'::vector as vector,
      null::text as nothing, 'grün 🌱' as text, 0.1::float8 as float8`;
    expect(row).toEqual({
      int4: 1,
      int8: "9007199254740993",
      numeric: "1.50",
      bool: true,
      at: new Date("2026-01-02T03:04:05.678Z"),
      json: { a: [1, null] },
      bytes: Buffer.from([0, 255]),
      texts: ["a", 'b,"c', null],
      id: "6f1c9b1e-0c9b-4f8e-9d0f-3a5b7c9d1e2f",
      vector: "[1,2.5]",
      nothing: null,
      text: "grün 🌱",
      float8: 0.1,
    });
  });

  it("takes every parameter that the client can write", async () => {
    const at = new Date("2026-05-06T07:08:09.123Z");
    const [row] = await neon(gateway.url)`select ${42}::int as n, ${true}::bool as yes, ${null}::text as nothing, ${"o'h \\ \n ü"} as text,
      ${at}::timestamptz as at, ${{ a: 1 }}::jsonb as json, ${["x", "y"]}::text[] as list, ${Buffer.from([1, 2, 255])}::bytea as bytes`;
    expect(row).toEqual({ n: 42, yes: true, nothing: null, text: "o'h \\ \n ü", at, json: { a: 1 }, list: ["x", "y"], bytes: Buffer.from([1, 2, 255]) });
  });

  it("answers sql.query, rows as arrays and full results with fields, command and count", async () => {
    const sql = neon(gateway.url);
    await sql`create table shapes (id int primary key, name text)`;
    const inserted = await sql.query("insert into shapes select g, 'n' || g from generate_series(1, $1) g", [3], { fullResults: true });
    expect(inserted).toMatchObject({ command: "INSERT", rowCount: 3, rows: [], fields: [] });
    const selected = await sql.query("select id, name from shapes where id > $1 order by id", [1], { fullResults: true, arrayMode: true });
    expect(selected).toMatchObject({ command: "SELECT", rowCount: 2, rowAsArray: true, rows: [[2, "n2"], [3, "n3"]] });
    expect(selected.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([["id", 23], ["name", 25]]);
    expect(await sql.query("create table shapes2 ()", [], { fullResults: true })).toMatchObject({ command: "CREATE", rowCount: null });
    expect(await sql.query("", [])).toEqual([]);
  });

  it("carries five megabytes each way", async () => {
    const text = "säge".repeat(1_000_000);
    const [row] = await neon(gateway.url)`select ${text}::text as text, length(${text}) as length`;
    expect(row!.length).toBe(4_000_000);
    expect(row!.text === text).toBe(true);
  });

  it("names code, detail, constraint and position of an error", async () => {
    const sql = neon(gateway.url);
    await sql`create table unique_names (name text constraint one_name unique)`;
    await sql`insert into unique_names values ('a')`;
    expect(await failureOf(sql`insert into unique_names values ('a')`)).toMatchObject({
      name: "NeonDbError",
      code: "23505",
      severity: "ERROR",
      constraint: "one_name",
      table: "unique_names",
      detail: "Key (name)=(a) already exists.",
    });
    expect(await failureOf(sql.query("select 1 frm x"))).toMatchObject({ code: "42601", position: "14", message: 'syntax error at or near "x"' });
  });

  it("refuses a COPY from the client and lives on", async () => {
    const sql = neon(gateway.url);
    await sql`create table copied (a text)`;
    expect((await failureOf(sql`copy copied from stdin`)).code).toBe("57014");
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("lets nobody in with a wrong password, or with none", async () => {
    const wrong = gateway.url.replace(encodeURIComponent(password), "guess");
    expect((await failureOf(neon(wrong)`select 1`)).message).toContain("HTTP status 401");
    const bare = await fetch(`http://127.0.0.1:${gateway.port}/sql`, { method: "POST", body: '{"query":"select 1"}' });
    expect(bare.status).toBe(401);
  });

  it("refuses what is not a query with a sentence, and a body beyond the limit", async () => {
    const post = async (body: string, headers = {}) =>
      fetch(`http://127.0.0.1:${gateway.port}/sql`, { method: "POST", body, headers: { "Neon-Connection-String": gateway.url, ...headers } });
    for (const body of ["", "[]", '{"query":1}', '{"query":"select $1","params":[{}]}', '{"queries":{}}', '{"query":"select 1\\u0000"}']) {
      const answer = await post(body);
      expect([body, answer.status]).toEqual([body, 400]);
      expect(((await answer.json()) as { message: string }).message).not.toBe("");
    }
    expect((await post('{"queries":[]}', { "Neon-Batch-Isolation-Level": "Chaos" })).status).toBe(400);
    await using small = await startPostgresGateway({ dataDir: join(folder, "small"), port: 0, password, bodyLimitBytes: 1_000 });
    expect((await failureOf(neon(small.url)`select ${"x".repeat(2_000)}`)).message).toContain("HTTP status 413");
    expect(await neon(small.url)`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("leaves no transaction and no setting behind for the next request", async () => {
    const sql = neon(gateway.url);
    await sql`create table left_behind (a int)`;
    await sql`begin`;
    await sql`insert into left_behind values (1)`;
    await sql`rollback`;
    await sql`set timezone = 'Asia/Tokyo'`;
    expect(await sql`select a, current_setting('timezone') as zone from left_behind`).toEqual([{ a: 1, zone: "UTC" }]);
  });
});

describe("a batch", () => {
  it("commits all of its statements, each seeing those before it", async () => {
    const sql = neon(gateway.url);
    const [, inserted, counted] = await sql.transaction([
      sql`create table batched (n int primary key)`,
      sql`insert into batched values (1), (2) returning n`,
      sql`select count(*)::int as count from batched`,
    ]);
    expect([inserted, counted]).toEqual([[{ n: 1 }, { n: 2 }], [{ count: 2 }]]);
    expect(await sql.transaction([])).toEqual([]);
  });

  it("leaves nothing when one of them fails, at the end of the transaction too", async () => {
    const sql = neon(gateway.url);
    await sql`create table whole (n int unique deferrable initially deferred)`;
    const broken = sql.transaction([sql`insert into whole values (1)`, sql`select 1 / 0`, sql`insert into whole values (2)`]);
    expect((await failureOf(broken)).code).toBe("22012");
    expect((await failureOf(sql.transaction([sql`insert into whole values (3)`, sql`insert into whole values (3)`]))).code).toBe("23505");
    expect(await sql`select * from whole`).toEqual([]);
  });

  it("runs under the isolation, access and deferral it was asked for", async () => {
    const sql = neon(gateway.url);
    const show = () => [
      sql`select current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as readonly, current_setting('transaction_deferrable') as deferrable`,
    ];
    const levels = { ReadUncommitted: "read uncommitted", ReadCommitted: "read committed", RepeatableRead: "repeatable read", Serializable: "serializable" } as const;
    for (const [isolationLevel, isolation] of Object.entries(levels)) {
      expect(await sql.transaction(show(), { isolationLevel: isolationLevel as keyof typeof levels })).toEqual([[{ isolation, readonly: "off", deferrable: "off" }]]);
    }
    const strict = { isolationLevel: "Serializable", readOnly: true, deferrable: true } as const;
    expect(await sql.transaction(show(), strict)).toEqual([[{ isolation: "serializable", readonly: "on", deferrable: "on" }]]);
    expect((await failureOf(sql.transaction([sql`create table never ()`], { readOnly: true }))).code).toBe("25006");
  });
});

describe("Neon's pool over WebSocket", () => {
  it("answers queries, and errors with their fields", async () => {
    await withPool(gateway.url, async (pool) => {
      expect((await pool.query("select $1::int as n, $2::text[] as list", [5, ["a"]])).rows).toEqual([{ n: 5, list: ["a"] }]);
      expect((await pool.query("select 1 as a; select 2 as b") as unknown as { rows: unknown[] }[]).map(({ rows }) => rows)).toEqual([[{ a: 1 }], [{ b: 2 }]]);
      expect(await failureOf(pool.query("select nothing"))).toMatchObject({ code: "42703", position: "8" });
      expect((await failureOf(pool.query("copy pg_class from stdin"))).code).toMatch(/^(57014|42809|42501)$/);
      expect((await pool.query("select length($1) as n", ["x".repeat(5_000_000)])).rows).toEqual([{ n: 5_000_000 }]);
    });
  });

  it("keeps an interactive transaction apart from everyone else's statements", async () => {
    const sql = neon(gateway.url);
    await sql`create table interactive (n int)`;
    await withPool(gateway.url, async (pool) => {
      const client = await pool.connect();
      await client.query("begin");
      await client.query("insert into interactive values (1)");
      const outside = sql`select count(*)::int as n from interactive`.then((rows) => rows);
      const second = pool.query("insert into interactive values (2)");
      expect((await client.query("select count(*)::int as n from interactive")).rows).toEqual([{ n: 1 }]);
      await client.query("rollback");
      client.release();
      expect((await outside)[0]!.n).toBeLessThanOrEqual(1);
      await second;
      expect(await sql`select n from interactive`).toEqual([{ n: 2 }]);
    });
  });

  it("gives each connection its own named statements", async () => {
    await withPool(gateway.url, async (pool) => {
      const clients = await Promise.all([pool.connect(), pool.connect()]);
      for (const round of [0, 1]) {
        for (const [i, client] of clients.entries()) {
          const { rows } = await client.query({ name: "same", text: `select ${i} as i, $1::int as round`, values: [round] });
          expect(rows).toEqual([{ i, round }]);
        }
      }
      for (const client of clients) client.release();
    });
  });

  it("rolls back and frees the engine when a client vanishes in the middle of a transaction", async () => {
    const sql = neon(gateway.url);
    await sql`create table vanished (n int)`;
    const pool = new Pool({ connectionString: gateway.url });
    pool.on("error", () => undefined);
    const client = await pool.connect();
    client.on("error", () => undefined);
    await client.query("begin");
    await client.query("insert into vanished values (1)");
    (client as unknown as { connection: { stream: { ws: WebSocket } } }).connection.stream.ws.terminate();
    expect(await sql`select * from vanished`).toEqual([]);
  });

  it("ends a transaction whose client thinks for too long while others wait", async () => {
    const sql = neon(gateway.url);
    await sql`create table slow (n int)`;
    const pool = new Pool({ connectionString: gateway.url });
    pool.on("error", () => undefined);
    const client = await pool.connect();
    const complaint = new Promise<{ code?: string }>((resolve) => client.once("error", resolve));
    client.on("error", () => undefined);
    await client.query("begin");
    await client.query("insert into slow values (1)");
    expect(await sql`select * from slow`).toEqual([]);
    expect((await complaint).code).toBe("25P03");
  });

  it("lets nobody in with a wrong password", async () => {
    const pool = new Pool({ connectionString: gateway.url.replace(encodeURIComponent(password), "guess") });
    pool.on("error", () => undefined);
    expect((await failureOf(pool.query("select 1"))).code).toBe("28P01");
  });
});

describe("many clients at once", () => {
  it("are all answered, each with its own answer", async () => {
    const sql = neon(gateway.url);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => sql`select ${i}::int as i`));
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => [{ i }]));
  });

  it("are refused with 53300 once too many wait, and served again afterwards", async () => {
    await using narrow = await startPostgresGateway({ dataDir: join(folder, "narrow"), port: 0, password, maxWaiting: 3 });
    const sql = neon(narrow.url);
    await withPool(narrow.url, async (pool) => {
      const client = await pool.connect();
      await client.query("begin");
      const outcomes = Promise.all(Array.from({ length: 10 }, () => sql`select 1 as one`.then(() => "answered", (error: NeonDbError) => error.code)));
      // The refused ones come back while the transaction is still open; only then may it end.
      await expect.poll(() => failureOf(sql`select 1`).then((error) => error.code)).toBe("53300");
      await client.query("commit");
      client.release();
      expect((await outcomes).sort()).toEqual([...Array<string>(7).fill("53300"), ...Array<string>(3).fill("answered")]);
    });
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});

describe("the data folder", () => {
  it("is opened once only, by this process or another", async () => {
    const again = { dataDir: join(folder, "shared"), port: 0, password };
    await expect(startPostgresGateway(again)).rejects.toThrow(DataLockedError);
    await expect(spawnPostgres(again)).rejects.toMatchObject({ code: "data_locked", message: expect.stringContaining(again.dataDir) as string });
    await expect(spawnPostgres({ dataDir: join(folder, "other"), port: gateway.port, password })).rejects.toMatchObject({ code: "port_taken" });
  });

  it("is looked after: dead rows go, statistics are fresh, the log is cut by checkpoints", async () => {
    await using kept = await startPostgresGateway({ dataDir: join(folder, "house"), port: 0, password, housekeepingMs: 50 });
    const sql = neon(kept.url);
    const redo = async () => (await sql`select redo_lsn::text as at from pg_control_checkpoint()`)[0]!.at as string;
    const before = await redo();
    await sql`create table busy as select g as n, repeat(md5(g::text), 20) as filler from generate_series(1, 100000) g`;
    await sql`delete from busy where n % 2 = 0`;
    await expect.poll(redo, { timeout: 20_000 }).not.toBe(before);
    const state = () => sql`select n_dead_tup::int as dead, last_analyze is not null as analyzed from pg_stat_user_tables where relname = 'busy'`;
    await expect.poll(state, { timeout: 20_000 }).toEqual([{ dead: 0, analyzed: true }]);
  });

  it("keeps every acknowledged row through ten kills", { timeout: 180_000 }, async () => {
    const settings = { dataDir: join(folder, "killed"), port: 0, password };
    const acknowledged: number[] = [];
    let next = 0;
    for (let life = 0; life < 10; life++) {
      await using postgres = await spawnPostgres(settings);
      const sql = neon(postgres.url);
      await sql`create table if not exists kept (n int primary key, filler text)`;
      const present = new Set((await sql`select n from kept`).map(({ n }) => n as number));
      expect(acknowledged.filter((n) => !present.has(n))).toEqual([]);
      const before = acknowledged.length;
      const writers = Array.from({ length: 4 }, async () => {
        for (;;) {
          const n = next++;
          const done = await sql`insert into kept values (${n}, repeat('x', ${(n % 50) * 40}))`.then(() => true, () => false);
          if (!done) return;
          acknowledged.push(n);
          // A different moment in every life, always with writes on their way.
          if (acknowledged.length === before + 30 + 5 * life) process.kill(postgres.pid, "SIGKILL");
        }
      });
      await Promise.all(writers);
      await postgres.exited;
    }
    await using postgres = await spawnPostgres(settings);
    const present = new Set((await neon(postgres.url)`select n from kept`).map(({ n }) => n as number));
    expect(acknowledged.filter((n) => !present.has(n))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(400);
  });
});
