import { neon } from "@neondatabase/serverless";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgresGateway, type PostgresGateway } from "#local/postgres/gateway.ts";
import { failureOf, reachGatewaysByPort, withPool } from "./neon-clients.ts";

let folder: string;
let gateway: PostgresGateway;

reachGatewaysByPort();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "miraveja-prepared-"));
  gateway = await startPostgresGateway({ dataDir: folder, port: 0, password: "prepared" });
});

afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** Through a client of its own, over WebSocket. */
async function runOverSocket(text: string): Promise<void> {
  await withPool(gateway.url, (pool) => pool.query(text));
}

describe("statements that come again", () => {
  const three = [1, 2, 3];

  it("are parsed once and then only run, alone and in batches", async () => {
    const sql = neon(gateway.url);
    await sql`create table again (n int, name text)`;
    await sql`insert into again select g, 'n' || g from generate_series(1, 100) g`;
    const name = (n: number) => sql`select name from again where n = ${n}`;
    for (let n = 1; n <= 8; n++) expect(await name(n)).toEqual([{ name: `n${n}` }]);
    expect(await sql.transaction([name(9), name(10)])).toEqual([[{ name: "n9" }], [{ name: "n10" }]]);
    const runs = await sql`select (generic_plans + custom_plans)::int as runs from pg_prepared_statements where statement like 'select name from again%'`;
    expect(runs).toEqual([{ runs: 9 }]);
  });

  it("see a table as it is after it was altered: before, within and after a batch, by a client of its own, within a function", async () => {
    const sql = neon(gateway.url);
    await sql`create table altered (a int)`;
    await sql`insert into altered values (1)`;
    const columns = async () => Object.keys((await sql`select * from altered`)[0]!).join("");
    const settle = async (expected: string) => {
      for (const _ of three) expect(await columns()).toBe(expected);
    };
    await settle("a");
    await sql`alter table altered add b int`;
    await settle("ab");
    const [before, , after] = await sql.transaction([sql`select * from altered`, sql`alter table altered add c int`, sql`select * from altered`]);
    expect([before, after]).toEqual([[{ a: 1, b: null }], [{ a: 1, b: null, c: null }]]);
    await settle("abc");
    const undone = sql.transaction([sql`alter table altered add never int`, sql`select * from altered`, sql`select * from altered`, sql`select 1 / 0`]);
    expect((await failureOf(undone)).code).toBe("22012");
    await settle("abc");
    await runOverSocket("alter table altered add d int");
    await settle("abcd");
    await sql`do $$ begin alter table altered add e int; end $$`;
    await settle("abcde");
    await sql`create function widen() returns void language plpgsql as $$ begin alter table altered add f int; end $$`;
    await settle("abcde");
    await sql`select widen()`;
    await settle("abcdef");
  });

  it("infer their parameters anew when a table of the same name has other types", async () => {
    const sql = neon(gateway.url);
    const values: Record<string, unknown[]> = { int: [1, 2, 3, 4], text: ["a", "b", "c", "d"], "numeric(8,2)": ["1.50", "2.50", "3.50", "4.50"] };
    const add = (value: unknown) => sql`insert into retyped values (${value}) returning a`;
    for (const [type, [first, second, ...others]] of Object.entries(values)) {
      await sql.transaction([sql`drop table if exists retyped`, sql.query(`create table retyped (a ${type})`), add(first)]);
      for (const value of [second, ...others]) expect(await add(value)).toEqual([{ a: value }]);
    }
    await sql`create function retype() returns void language plpgsql as $$ begin alter table retyped alter a type text using 't'; end $$`;
    for (const _ of three) expect(await sql`select count(*)::int as n from retyped where a = ${"1.50"}`).toEqual([{ n: 1 }]);
    await sql`select retype()`;
    expect(await sql`select count(*)::int as n from retyped where a = ${"t"}`).toEqual([{ n: 4 }]);
  });

  it("work after a request that failed at them, before them or after them", async () => {
    const sql = neon(gateway.url);
    const id = (n: unknown, column: string) => sql.query(`select $1::int as ${column}`, [n]);
    for (const _ of three) {
      expect((await failureOf(id("x", "bind"))).code).toBe("22P02");
      expect((await failureOf(sql.transaction([id(1, "ahead"), sql`select 1 / 0`, id(1, "skipped")]))).code).toBe("22012");
      expect((await failureOf(sql`select nowhere`)).code).toBe("42703");
    }
    for (const column of ["bind", "ahead", "skipped"]) for (const n of three) expect(await id(n, column)).toEqual([{ [column]: n }]);
  });

  it("run exactly once where a later statement of their batch fails for its own reasons", async () => {
    const sql = neon(gateway.url);
    await sql`create table counted_once (n int)`;
    const add = () => sql`insert into counted_once values (1)`;
    for (const _ of three) await add();
    expect((await failureOf(sql.transaction([add(), sql`select nowhere`]))).code).toBe("42703");
    expect((await failureOf(sql.transaction([add(), sql`commit`, sql`select nowhere`]))).code).toBe("42703");
    expect(await sql`select count(*)::int as n from counted_once`).toEqual([{ n: 4 }]);
  });

  it("outlive whatever drops prepared statements", async () => {
    const sql = neon(gateway.url);
    const droppers = [
      () => sql`deallocate all`,
      () => sql`discard all`,
      () => sql`do $$ begin execute 'deallocate all'; end $$`,
      () => sql`select drop_all()`,
      () => runOverSocket("discard all"),
    ];
    await sql`create function drop_all() returns void language plpgsql as $$ begin execute 'deallocate all'; end $$`;
    for (const drop of droppers) {
      for (const n of three) expect(await sql`select ${n}::int as outlives`).toEqual([{ outlives: n }]);
      await drop();
    }
    expect(await sql`select ${1}::int as outlives`).toEqual([{ outlives: 1 }]);
  });

  it("read their literals under the settings and at the moment of the request", async () => {
    const sql = neon(gateway.url);
    const noon = () => sql`select extract(epoch from '2026-01-01 12:00'::timestamptz)::int as at`;
    for (const _ of three) expect(await noon()).toEqual([{ at: 1767268800 }]);
    const tokyo = [[{ at: 1767268800 - 9 * 3600 }]];
    expect((await sql.transaction([sql`set local timezone = 'Asia/Tokyo'`, noon()])).slice(1)).toEqual(tokyo);
    expect((await sql.transaction([sql`select set_config('timezone', 'Asia/Tokyo', true)`, noon()])).slice(1)).toEqual(tokyo);
    expect(await noon()).toEqual([{ at: 1767268800 }]);
    for (const _ of three) expect(await sql`select 'now'::timestamptz = now() as fresh`).toEqual([{ fresh: true }]);
  });

  it("are closed when others come more often", async () => {
    const sql = neon(gateway.url);
    const all = () => sql.transaction(Array.from({ length: 250 }, (_, i) => sql.query(`select $1::int as evicted_${i}`, [i])));
    for (const _ of three) expect(await all()).toEqual(Array.from({ length: 250 }, (_, i) => [{ [`evicted_${i}`]: i }]));
    const [kept] = await sql`select count(*)::int as n from pg_prepared_statements`;
    expect(kept!.n).toBe(200);
  });

  it("still search vectors by their index", async () => {
    const sql = neon(gateway.url);
    await sql`create extension if not exists vector`;
    await sql`create table embedded (id int primary key, embedding vector(256))`;
    await sql`insert into embedded select g, array(select sin(g * k) from generate_series(1, 256) k)::vector from generate_series(1, 4000) g`;
    await sql`create index embedded_hnsw on embedded using hnsw (embedding vector_cosine_ops) with (m = 4, ef_construction = 16)`;
    await sql`analyze embedded`;
    const probe = (seed: number) => `[${Array.from({ length: 256 }, (_, k) => Math.cos(seed * k)).join(",")}]`;
    for (let i = 0; i < 20; i++) expect(await sql`select id from embedded order by embedding <=> ${probe(i)} limit ${5}`).toHaveLength(5);
    const scans = () => sql`select idx_scan::int from pg_stat_user_indexes where indexrelname = 'embedded_hnsw'`;
    await expect.poll(scans, { timeout: 20_000 }).toEqual([{ idx_scan: 20 }]);
  });
});
