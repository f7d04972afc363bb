import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeedPage } from "#shared/contract/feed.ts";
import type { Invitation } from "#shared/contract/social.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { askRedis } from "../harness/redis.ts";
import type { ApiViewer } from "../harness/viewer.ts";

/** What the jobs write. Ids of the runs themselves and times of writing are no part of it. */
const drawn = [
  "regions", "image_regions", "image_links", "image_exposures", "region_transitions", "viewer_links", "communities", "community_members", "bridge_images",
] as const;
type World = Record<(typeof drawn)[number] | "seen", unknown[]>;
const everyJob = ["activity", "neighbours", "regions", "together", "transitions"];
/** Which job's output each of them reads: a run that began before the other had ended saw what was there earlier. */
const reads = [["neighbours", "regions"], ["transitions", "regions"], ["transitions", "neighbours"], ["activity", "regions"]] as const;

let stack: FilledStack;
let database: Database;
let staying: ApiViewer[];

/** Two scenes of six people, each liking most of what their scene likes. */
beforeAll(async () => {
  stack = await startFilledStack(96);
  database = neonDatabase(stack.connections.database.url, stack.connections.database.endpoint);
  const scenes = await scenesOf(12);
  staying = [];
  for (const scene of scenes) {
    for (let person = 0; person < 6; person++) {
      const viewer = await mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret });
      staying.push(viewer);
      await viewer.nextPage({ limit: 6 });
      await viewer.act(...scene.filter((_, index) => index % 6 !== person).map((imageId) => ({ kind: "like" as const, imageId })));
    }
  }
});
afterAll(async () => {
  await stack.remove();
});

async function scenesOf(size: number): Promise<string[][]> {
  const rows = await database.query(sql(`select id from images order by style, id`));
  const ids = rows.map((row) => row["id"] as string);
  return [ids.slice(0, size), ids.slice(-size)];
}

/** The node stores what it folded a moment after. */
const tastesStored = () =>
  expect.poll(async () => (await database.query(sql(
    `select count(*)::int as behind from viewers left join tastes on viewer_id = viewers.id where event_count > coalesce(event_offset, 0)`,
  )))[0]!["behind"], { timeout: 60_000, interval: 500 }).toBe(0);

/** One round of every job, as if none had run before; the node may be in the middle of one when they are forgotten, so it waits until each has seen what it reads. */
async function jobsRun(): Promise<void> {
  await tastesStored();
  await database.query(sql(`delete from job_runs`));
  await expect.poll(async () => {
    const rows = await database.query(sql(`select job, started_at, finished_at from job_runs where status = 'done' order by job`));
    const runs = new Map(rows.map((row) => [row["job"] as string, { from: row["started_at"] as Date, to: row["finished_at"] as Date }]));
    const late = reads.filter(([job, source]) => runs.has(job) && runs.has(source) && runs.get(job)!.from < runs.get(source)!.to);
    return [...everyJob.filter((job) => !runs.has(job)), ...late.map(([job, source]) => `${job} after ${source}`)];
  }, { timeout: 240_000, interval: 500 }).toEqual([]);
  await expect.poll(async () => (await database.query(sql(`select job from job_runs where status = 'running'`))).length, { timeout: 60_000 }).toBe(0);
}

/**
 * All that the jobs drew, and all that everyone may see of it. Regions and communities carry their ids on from draw to draw, so an id may
 * differ where what it names is the same: here each goes by what it is, a region by its centroid, a community by its members.
 */
async function world(): Promise<World> {
  const tables = await Promise.all(drawn.map(async (table) => {
    const rows = await database.query(sql(`select to_jsonb(${table}) - 'updated_at' as row from ${table}`));
    return [table, rows.map((row) => row["row"])] as const;
  }));
  const seen = [];
  for (const path of ["/v1/regions", "/v1/communities"]) seen.push(await (await fetch(new URL(path, stack.url))).json());
  for (const viewer of staying) seen.push(await viewer.ask("GET", "/v1/me/neighbours"), await viewer.ask("GET", "/v1/communities"));
  const named = await database.query(sql(
    `select id, encode(centroid, 'hex') as what from regions
     union all select community_id, string_agg(viewer_id::text, ' ' order by viewer_id) from community_members group by community_id`,
  ));
  const whatIs = new Map(named.map((row) => [row["id"] as string, row["what"] as string]));
  return inOrder({ ...Object.fromEntries(tables), seen }, whatIs) as World;
}

/** The same value with ids replaced by what they name, and every list in an order of its own: whatever it was, ids may have decided it. */
function inOrder(value: unknown, whatIs: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return whatIs.get(value) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inOrder(one, whatIs)]));
  const isListOfImages = value.every((one) => typeof one === "string" && !whatIs.has(one));
  const renamed = value.map((one) => inOrder(one, whatIs));
  return isListOfImages ? renamed : renamed.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Popular images by what is asked of the store now; each limit is a page of its own, so that no older copy answers. */
async function popular(limit: number): Promise<unknown[]> {
  const page = (await (await fetch(new URL(`/v1/feed/popular?window=all&limit=${limit}`, stack.url))).json()) as { items: { image: { id: string }; score: number }[] };
  return page.items.slice(0, 30).map(({ image, score }) => [image.id, score]);
}

/** Who comes, is in everything, and goes: and a friend of theirs who looked together with them. */
async function liveAndGo(whileThere: () => Promise<void>): Promise<{ traces: string[] }> {
  const scenes = await scenesOf(12);
  const [one, friend] = await Promise.all([0, 1].map(() => mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret })));
  const { code } = await one!.ask<Invitation>("POST", "/v1/me/invitations");
  const hosts = await staying[0]!.ask<Invitation>("POST", "/v1/me/invitations");
  const pages: FeedPage[] = [await one!.nextPage({ limit: 12 }), await one!.nextPage(), await one!.ask("GET", `/v1/feed?with=${hosts.code}`)];
  const events = scenes.flat().map((imageId) => ({ id: randomUUID(), kind: "love" as const, imageId }));
  await one!.act(...events);
  await one!.act({ kind: "hide", imageId: pages[0]!.items[0]!.image.id });
  await one!.send("PUT", "/v1/me/settings", { adventure: 0.9 });
  pages.push(await one!.nextPage(), await friend!.ask("GET", `/v1/feed?with=${code}`));
  await friend!.act(...scenes[1]!.map((imageId) => ({ kind: "like" as const, imageId })));
  const streams = await database.query(sql(`select id from feed_streams where viewer_id = any($1::uuid[])`, [one!.id, friend!.id]));
  await whileThere();
  for (const viewer of [one!, friend!]) expect((await viewer.send("DELETE", "/v1/me")).status).toBe(204);
  return {
    traces: [
      one!.id, friend!.id, one!.token, friend!.token, code, createHash("sha256").update(code).digest("hex"),
      ...events.map(({ id }) => id), ...pages.map((page) => page.page_id), ...streams.map((row) => row["id"] as string),
    ],
  };
}

/** Every row of every table, as text. */
async function everythingStored(): Promise<string> {
  const tables = await database.query(sql(`select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'image_vectors'`));
  const texts = [];
  for (const { table_name } of tables) texts.push(...(await database.query(sql(`select "${table_name as string}"::text as row from "${table_name as string}"`))).map((row) => row["row"] as string));
  return texts.join("\n");
}

const reading: Record<string, (key: string) => string[]> = {
  string: (key) => ["GET", key], hash: (key) => ["HGETALL", key], set: (key) => ["SMEMBERS", key], list: (key) => ["LRANGE", key, "0", "-1"], zset: (key) => ["ZRANGE", key, "0", "-1"],
};

/** Every key of Redis with what it holds. */
async function everythingCached(): Promise<Map<string, string>> {
  const redis = stack.connections.redis;
  const held = new Map<string, string>();
  for (const key of (await askRedis(redis, ["KEYS", "*"])) as string[]) {
    const type = (await askRedis(redis, ["TYPE", key])) as string;
    if (type !== "none") held.set(key, JSON.stringify(await askRedis(redis, reading[type]!(key))));
  }
  return held;
}

async function everythingLogged(): Promise<string> {
  const folder = join(stack.dataDir, "logs");
  const files = await readdir(folder);
  return (await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")))).join("\n");
}

describe("a viewer who was erased", () => {
  it("has left the world as it would be had they never come, and no word of theirs anywhere", { timeout: 600_000 }, async () => {
    await jobsRun();
    const without = await world();
    const popularWithout = await popular(40);
    // Otherwise the comparison would say nothing: the jobs draw the same from the same, and there is something to draw.
    await jobsRun();
    expect(await world()).toEqual(without);
    for (const table of ["regions", "image_links", "viewer_links", "communities", "community_members"] as const) expect(without[table].length, table).toBeGreaterThan(0);

    const { traces } = await liveAndGo(async () => {
      await jobsRun();
      const within = await world();
      for (const table of ["image_links", "image_exposures", "viewer_links", "community_members"] as const) expect(within[table], table).not.toEqual(without[table]);
      expect(await popular(41)).not.toEqual(popularWithout);
    });

    await jobsRun();
    const after = await world();
    for (const table of [...drawn, "seen"] as const) expect(after[table], table).toEqual(without[table]);
    expect(await popular(42)).toEqual(popularWithout);

    const [stored, cached, logged] = [await everythingStored(), await everythingCached(), await everythingLogged()];
    for (const trace of traces) {
      expect(stored.includes(trace), `${trace} is stored`).toBe(false);
      expect(logged.includes(trace), `${trace} is in a log`).toBe(false);
      const where = [...cached].filter(([key, value]) => !key.startsWith("barred:") && (key.includes(trace) || value.includes(trace))).map(([key]) => key);
      expect(where, `${trace} is cached`).toEqual([]);
    }
    // What keeps a page under way from being kept says nothing but that, and is gone within a minute.
    for (const [key, value] of cached) if (key.startsWith("barred:")) expect([value, Number(await askRedis(stack.connections.redis, ["TTL", key])) <= 60]).toEqual(['"1"', true]);
    expect([...cached.keys()].filter((key) => key.startsWith("popular:") && key.includes(":41:"))).toEqual([]);
  });
});
