import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analyst } from "#gpu-node/ingest/analyst.ts";
import { collectiveThread, type CollectiveThread } from "#gpu-node/collective/collective-thread.ts";
import { LikeLog } from "#gpu-node/collective/like-log.ts";
import { heldMs, runIfDue, type RunJobParts, type ScheduledJob } from "#gpu-node/collective/scheduled-job.ts";
import { collectiveJobs } from "#gpu-node/jobs.ts";
import type { LogEvent } from "#gpu-node/runtime/log.ts";
import { openServices, type Services } from "#gpu-node/services.ts";
import { dayMs, hourMs, minuteMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { jobStore } from "#shared/stores/job-store.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { spaceStore } from "#shared/stores/space-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { viewerStore } from "#shared/stores/viewer-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { append, event, makeWorld, noModels, type MadeImage, type World } from "./node-world.ts";

const noAnalyst: Analyst = { analyse: () => Promise.reject(new Error("unused")), load: 0, close: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
const now = Date.now();

/** A scene of viewers: each likes its styles, image after image, in two sessions. */
interface Scene {
  styles: [number, number];
  viewers: string[];
}

/** A database with its node and jobs; every viewer's likes are decided by their id alone. */
interface Place {
  embedded: EmbeddedDatabase;
  database: Database;
  world: World;
  node: Services;
  jobs: ScheduledJob[];
  parts: RunJobParts;
  lines: LogEvent[];
}

const scenes: Scene[] = [[0, 1], [2, 3], [1, 2]].map(([a, b], s) => ({
  styles: [a!, b!],
  viewers: Array.from({ length: [8, 7, 4][s]! }, () => randomUUID()),
}));
const everybody = scenes.flatMap(({ viewers }) => viewers);
const images = Array.from({ length: 8 * 24 }, () => randomUUID());

let thread: CollectiveThread;
let place: Place;
beforeAll(async () => {
  thread = collectiveThread();
  place = await openPlace();
  await Promise.all(everybody.map((viewer) => live(place, viewer)));
  await settle(place);
});
afterAll(async () => {
  await thread.close();
  await place.embedded[Symbol.asyncDispose]();
});

async function openPlace(): Promise<Place> {
  const embedded = await embeddedDatabase();
  const { database } = embedded;
  const world = await makeWorld(database, { styles: 8, perStyle: 24, ids: images });
  const lines: LogEvent[] = [];
  const log = (entry: LogEvent): void => void lines.push(entry);
  const encoder = { space: world.calibration.space, dim: world.calibration.dim, calibration: world.calibration.distance };
  const node = openServices({ database, vectors: pgvectorStore(database), encoder, clock: () => now, log, analyst: noAnalyst, ...noModels });
  await spaceStore(database).want({ space: encoder.space, dim: encoder.dim, distance: encoder.calibration });
  const parts: RunJobParts = { jobs: jobStore(database), holder: randomUUID(), clock: () => now, log };
  return { embedded, database, world, node, parts, lines, jobs: collectiveJobs(node, thread, parts) };
}

async function live({ database, world }: Place, viewer: string): Promise<void> {
  const random = seededRandom(viewer);
  const { styles } = scenes.find(({ viewers }) => viewers.includes(viewer))!;
  const of = (style: number): MadeImage[] => world.byStyle.get(`style-${style}`)!;
  const likes = Array.from({ length: 24 }, (_, i) => {
    const own = of(styles[i % 2]!);
    // The first twelve of a style are what everybody knows.
    const image = own[Math.floor(random() * 12)]!;
    const at = now - (i < 12 ? 5 * dayMs : 2 * hourMs) + i * minuteMs;
    return event(i % 5 === 0 ? "love" : "like", { event_id: uuidFrom(random), image_id: image.id, at });
  });
  await append(database, viewer, likes);
}

function uuidFrom(random: () => number): string {
  const hex = () => Math.floor(random() * 0x10000).toString(16).padStart(4, "0");
  return `${hex()}${hex()}-${hex()}-4${hex().slice(1)}-8${hex().slice(1)}-${hex()}${hex()}${hex()}`;
}

/** Catches tastes up and runs every job, whatever it last saw. */
async function settle({ node, jobs }: Place): Promise<void> {
  const { signal } = new AbortController();
  await node.keeper.catchUpAll(signal);
  for (const job of jobs) await job.run({ signal, cursor: null, progress: () => Promise.resolve() });
}

/** Everything the jobs wrote, with regions and communities named by what they are instead of by their ids, and no timestamps. */
async function written({ database, node, world }: Place): Promise<Record<string, string[]>> {
  const { space } = world.calibration;
  const regions = await node.regions.all(space);
  const names = new Map(regions.map(({ id, centroid }) => [id, Buffer.from(centroid.buffer).toString("base64")]));
  const communities = await database.query(sql(`select community_id, array_agg(viewer_id::text order by viewer_id) as members from community_members group by 1`));
  for (const row of communities) names.set(row["community_id"] as string, (row["members"] as string[]).join());
  const tables = {
    regions: `select id, label, size, encode(centroid, 'base64') as centroid, x, y, top_image_ids, activity, drying, offered, welcomed from regions`,
    image_regions: `select image_id, region_id from image_regions`,
    image_links: `select image_id, linked_ids, weights from image_links`,
    image_exposures: `select * from image_exposures`,
    region_transitions: `select community_id, from_region, to_region, weight, viewers from region_transitions`,
    viewer_links: `select viewer_id, neighbour_id, weight, shared from viewer_links`,
    communities: `select id, label, size, region_ids, top_image_ids from communities`,
    community_members: `select viewer_id, community_id from community_members`,
    bridge_images: `select image_id, community_ids, score from bridge_images`,
  };
  const found: Record<string, string[]> = {};
  for (const [table, query] of Object.entries(tables)) {
    const rows = await database.query(sql(query));
    found[table] = rows.map((row) => [...names].reduce((text, [id, name]) => text.replaceAll(`"${id}"`, `"${name}"`), JSON.stringify(row))).sort();
  }
  return found;
}

/** What the jobs write where the viewer never was. */
async function worldWithout(viewer: string): Promise<Record<string, string[]>> {
  const other = await openPlace();
  try {
    await Promise.all(everybody.filter((one) => one !== viewer).map((one) => live(other, one)));
    await settle(other);
    return await written(other);
  } finally {
    await other.embedded[Symbol.asyncDispose]();
    // The driver has one endpoint for the whole process.
    neonDatabase(place.embedded.url, place.embedded.endpoint);
  }
}

describe("what viewers tell about each other", () => {
  it("links images of one scene, and gives a viewer what their scene likes and they have not seen", async () => {
    const { node, world } = place;
    const styleOf = new Map(world.images.map(({ id, style }) => [id, style]));
    const liked = world.byStyle.get("style-0")!.slice(0, 4).map(({ id }) => ({ image_id: id, strength: 1 }));
    const scores = await node.collective.togetherFor(liked, 10);
    expect(scores.size).toBe(10);
    for (const [id, { by }] of scores) {
      expect(["style-0", "style-1"]).toContain(styleOf.get(id));
      expect(liked.map(({ image_id }) => image_id)).toContain(by);
    }
  });

  it("links viewers of one scene most strongly with each other, alike from both sides", async () => {
    const rows = await place.database.query(sql(`select viewer_id, neighbour_id, weight from viewer_links`));
    const weight = new Map(rows.map((row) => [`${row["viewer_id"] as string} ${row["neighbour_id"] as string}`, row["weight"] as number]));
    for (const [pair, one] of weight) expect(weight.get(pair.split(" ").reverse().join(" "))).toBe(one);
    const [a, b] = [scenes[0]!.viewers, scenes[1]!.viewers];
    expect(weight.get(`${a[0]} ${a[1]}`)).toBeGreaterThan(weight.get(`${a[0]} ${b[0]}`) ?? 0);
  });

  it("stores no community of fewer than five, and labels those there are by where they live", async () => {
    const rows = await place.database.query(sql(`select label, size, (select count(*)::int from community_members where community_id = id) as members from communities`));
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const row of rows) {
      expect(row["members"]).toBeGreaterThanOrEqual(5);
      expect(row["size"]).toBe(row["members"]);
      expect(row["label"]).toMatch(/^style-\d/);
    }
  });

  it("shows a viewer only images that two neighbours or more have liked", async () => {
    const viewer = scenes[0]!.viewers[0]!;
    const shown = await place.node.collective.neighbourImages(viewer);
    expect(shown.length).toBeGreaterThan(0);
    const rows = await place.database.query(sql(
      `select image_id, count(distinct interactions.viewer_id)::int as likers from interactions
       join viewer_links on neighbour_id = interactions.viewer_id where viewer_links.viewer_id = $1 group by image_id`, viewer));
    const likers = new Map(rows.map((row) => [row["image_id"] as string, row["likers"] as number]));
    for (const id of shown) expect(likers.get(id)).toBeGreaterThanOrEqual(2);
  });

  it("expects the moves that the viewer makes, in probabilities that sum to one", async () => {
    const { node, world } = place;
    const regionOf = await node.regions.regionOfImage(world.calibration.space);
    const [here, there] = [0, 1].map((style) => regionOf.get(world.byStyle.get(`style-${style}`)![0]!.id)!);
    const next = await node.collective.transitionsFor(scenes[0]!.viewers[0]!, [here!]);
    expect([...next.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(next.get(there!)).toBeGreaterThan(1 / next.size);
  });

  it("counts no move that one viewer alone made, and links no image that one viewer alone likes", async () => {
    const [viewers] = await place.database.query(sql(`select min(viewers) as least from region_transitions`));
    expect(viewers!["least"]).toBeGreaterThanOrEqual(2);
    const [alone] = await place.database.query(sql(
      `select count(*)::int as links from image_links, unnest(linked_ids || image_id) as linked
       where (select count(distinct viewer_id) from interactions where image_id = linked and kind in ('like', 'love', 'save', 'share')) < 2`));
    expect(alone!["links"]).toBe(0);
  });
});

describe("a viewer who opts out", () => {
  it("is nobody's neighbour and in no community, and is shown no one's likes", async () => {
    const { database, node } = place;
    const [viewer, other] = scenes[1]!.viewers;
    await database.query(sql(`update viewers set settings = '{"shared_taste": false}' where id = $1`, viewer));
    await settle(place);
    const rows = await database.query(sql(`select 1 from viewer_links where viewer_id = $1 or neighbour_id = $1 union all select 1 from community_members where viewer_id = $1`, viewer));
    expect(rows).toEqual([]);
    node.collective.forget(viewer!);
    expect(await node.collective.neighbourImages(viewer!)).toEqual([]);
    node.collective.forget(other!);
    expect((await node.collective.neighbourImages(other!)).length).toBeGreaterThan(0);
    await database.query(sql(`update viewers set settings = '{}' where id = $1`, viewer));
    await settle(place);
  });
});

describe("erasure", () => {
  it("leaves, after the next run, the tables of a world in which the viewer never was", async () => {
    const erased = scenes[0]!.viewers[2]!;
    const before = await written(place);
    const never = await worldWithout(erased);
    await viewerStore(place.database).erase(erased, await digestOfViewer(erased));
    place.node.keeper.forget(erased);
    await settle(place);
    const after = await written(place);
    for (const [table, rows] of Object.entries(never)) expect(after[table], table).toEqual(rows);
    // The test would see it: the viewer had left a mark.
    for (const table of ["regions", "image_links", "region_transitions", "viewer_links"]) expect(before[table], table).not.toEqual(never[table]);
  });
});

describe("the log of likes", () => {
  it("reads on from where it was, forgets what was taken back, and comes to what a fresh one reads", async () => {
    const { database, world } = place;
    const { signal } = new AbortController();
    const [viewer, likes] = [randomUUID(), new LikeLog(database)];
    const events = world.images.slice(0, 6).map(({ id }) => event("like", { image_id: id }));
    await append(database, viewer, events.slice(0, 3));
    expect((await likes.read(signal)).get(viewer)?.length).toBe(3);
    await append(database, viewer, [...events.slice(3), event("view", { image_id: events[0]!.image_id })]);
    expect((await likes.read(signal)).get(viewer)?.map(({ image_id }) => image_id)).toEqual(events.map(({ image_id }) => image_id));
    await append(database, viewer, [event("undo", { target: events[1]!.event_id })]);
    const left = await likes.read(signal);
    expect(left.get(viewer)?.map(({ image_id }) => image_id)).toEqual(events.filter((_, i) => i !== 1).map(({ image_id }) => image_id));
    expect(left).toEqual(await new LikeLog(database).read(signal));
    await viewerStore(database).erase(viewer, await digestOfViewer(viewer));
    expect((await likes.read(signal)).has(viewer)).toBe(false);
  });
});

describe("scheduled jobs", () => {
  const job = (name: string, run: ScheduledJob["run"], mark = "1"): ScheduledJob => ({
    name, run, due: (last) => Promise.resolve(last?.watermark === mark ? undefined : mark),
  });
  const { signal } = new AbortController();
  const rowOf = async (name: string) => (await place.parts.jobs.all()).find((row) => row.job === name);

  it("run once for what they have seen, and say what they did", async () => {
    const { parts, lines } = place;
    const once = job("once", async ({ progress }) => {
      await progress(0.6);
      return { things: 3 };
    });
    expect(await runIfDue(once, undefined, parts, signal)).toBe(true);
    const row = await rowOf("once");
    expect(row).toMatchObject({ status: "done", progress: 1, watermark: "1", report: { things: 3 }, runs: 1 });
    expect(await runIfDue(once, row, parts, signal)).toBe(false);
    expect(lines.filter((line) => "job" in line && line.job === "once").map((line) => line.event)).toEqual(["job.started", "job.progress", "job.finished"]);
  });

  it("are never run by two nodes at once", async () => {
    const { parts } = place;
    let running = 0;
    let most = 0;
    const slow = job("alone", async ({ progress }) => {
      most = Math.max(most, ++running);
      await progress(0.5);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running--;
      return {};
    });
    const ran = await Promise.all([1, 2, 3].map((n) => runIfDue(slow, undefined, { ...parts, holder: `node-${n}` }, signal)));
    expect(ran.filter(Boolean).length).toBe(1);
    expect(most).toBe(1);
  });

  it("go on where they were stopped", async () => {
    const { parts } = place;
    const stopping = new AbortController();
    const seen: unknown[] = [];
    const long = job("long", async ({ cursor, progress }) => {
      seen.push(cursor);
      for (let at = Number(cursor ?? 0); at < 4; at++) {
        if (at === 2 && seen.length === 1) stopping.abort(new Error("stopping"));
        await progress(at / 4, at);
      }
      return {};
    });
    await runIfDue(long, undefined, parts, stopping.signal);
    expect(await rowOf("long")).toMatchObject({ status: "stopped", cursor: 1 });
    await runIfDue(long, await rowOf("long"), parts, signal);
    expect(seen).toEqual([null, 1]);
    expect(await rowOf("long")).toMatchObject({ status: "done", cursor: null });
  });

  it("are taken over from a node that was not heard of for a minute, and stop where that node still works", async () => {
    const { parts, database } = place;
    let lost: unknown;
    const abandoned = job("abandoned", async ({ progress }) => {
      await database.query(sql(`update job_runs set held_until = now() - interval '1 second' where job = 'abandoned'`));
      expect(await runIfDue(job("abandoned", () => Promise.resolve({ by: "other" })), undefined, { ...parts, holder: "other" }, signal)).toBe(true);
      await progress(0.5).catch((error: unknown) => (lost = error));
      throw new Error("gone");
    });
    await runIfDue(abandoned, undefined, parts, signal);
    expect(String(lost)).toMatch(/taken over/);
    expect(await rowOf("abandoned")).toMatchObject({ status: "done", report: { by: "other" } });
    expect(heldMs).toBeLessThanOrEqual(minuteMs);
  });

  it("that fail say so, keep what was found before, and are tried again after a rest", async () => {
    const { parts, database } = place;
    await runIfDue(job("frail", () => Promise.resolve({ good: 1 })), undefined, parts, signal);
    const failing = job("frail", () => Promise.reject(new TypeError("secret")), "2");
    await runIfDue(failing, await rowOf("frail"), parts, signal);
    const row = await rowOf("frail");
    expect(row).toMatchObject({ status: "failed", watermark: "1", report: { good: 1 } });
    const [stored] = await database.query(sql(`select error from job_runs where job = 'frail'`));
    expect(stored!["error"]).toBe("TypeError");
    expect(await runIfDue(failing, row, { ...parts, clock: () => row!.finished_at! + 1_000 }, signal)).toBe(false);
    expect(await runIfDue(failing, row, { ...parts, clock: () => row!.finished_at! + minuteMs }, signal)).toBe(true);
  });

  it("that name regions follow at once where these were drawn anew, and rest after all else", async () => {
    const { parts, jobs, node, database, world } = place;
    const named = (...names: string[]) => jobs.filter(({ name }) => names.includes(name));
    for (const one of jobs) await runIfDue(one, undefined, parts, signal);
    const aMomentAgo = { started_at: now - 5_000, finished_at: now - 5_000 };
    const followers = named("neighbours", "transitions", "activity");
    const due = async () => {
      const rows = new Map((await parts.jobs.all()).map((row) => [row.job, row]));
      const marks = await Promise.all(followers.map((one) => one.due({ ...rows.get(one.name)!, ...aMomentAgo })));
      return followers.filter((_, i) => marks[i] !== undefined).map(({ name }) => name);
    };
    await append(database, everybody[0]!, [event("like", { image_id: world.images[0]!.id })]);
    await node.keeper.catchUpAll(signal);
    expect(await due()).toEqual([]);
    for (const one of named("regions")) await one.run({ signal, cursor: null, progress: () => Promise.resolve() });
    expect(await due()).toEqual(["neighbours", "transitions", "activity"]);
    for (const one of followers) await runIfDue(one, undefined, parts, signal);
    expect(await due()).toEqual([]);
  });

  it("have nothing to do when nothing happened since", async () => {
    const { parts, jobs } = place;
    const later = { ...parts, clock: () => now };
    for (const one of jobs) await runIfDue(one, undefined, later, signal);
    const rows = new Map((await parts.jobs.all()).map((row) => [row.job, row]));
    // Communities were found anew, and transitions count by them: one more round, then rest.
    for (const one of jobs) await runIfDue(one, { ...rows.get(one.name)!, finished_at: 0, started_at: 0 }, later, signal);
    const rested = new Map((await parts.jobs.all()).map((row) => [row.job, row]));
    for (const one of jobs) expect(await one.due({ ...rested.get(one.name)!, finished_at: 0, started_at: 0 }), one.name).toBeUndefined();
  });
});
