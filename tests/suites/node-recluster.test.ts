import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageMemory } from "#gpu-node/taste/image-memory.ts";
import { positivesBetween, reclusterDue, reclusterJob, type ReclusterParts } from "#gpu-node/taste/recluster-job.ts";
import { tasteKeeper } from "#gpu-node/taste/taste-keeper.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { viewerStore } from "#shared/stores/viewer-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { append, makeWorld, on, type World } from "./node-world.ts";

let embedded: EmbeddedDatabase;
let world: World;
let parts: ReclusterParts;
let now = Date.now();

beforeAll(async () => {
  embedded = await embeddedDatabase();
  const { database } = embedded;
  world = await makeWorld(database);
  const { calibration } = world;
  const images = imageMemory({ space: calibration.space, vectors: pgvectorStore(database), images: imageStore(database), clock: Date.now });
  const log = interactionLog(database);
  parts = { log, clock: () => now, keeper: tasteKeeper({ database, log, images, calibration, onFault: (what) => expect.fail(what) }) };
});
afterAll(() => embedded[Symbol.asyncDispose]());

const likes = (count: number) => on("like", world.images.slice(0, count));
const like = (viewerId: string, count: number) => append(embedded.database, viewerId, likes(count));
const kinds = async (viewerId: string) => (await interactionLog(embedded.database).since(viewerId, 0, 1_000)).map(({ kind }) => kind);
const entries = async (viewerId: string) => (await kinds(viewerId)).filter((kind) => kind === "recluster").length;

function run(cursor: unknown = null, signal = new AbortController().signal, onProgress: (share: number, cursor: unknown) => void = () => undefined) {
  const progress = (share: number, next?: unknown): Promise<void> => Promise.resolve(onProgress(share, next));
  return reclusterDue(parts, { signal, cursor, progress });
}

describe("nightly re-clustering", () => {
  it("adds one entry to the log of every viewer with enough new likes, folds it, and adds none again until there are more", async () => {
    const [busy, quiet] = [randomUUID(), randomUUID()];
    await like(busy, positivesBetween);
    await like(quiet, positivesBetween - 1);
    expect(await run()).toEqual({ viewers: 1 });
    expect([await entries(busy), await entries(quiet)]).toEqual([1, 0]);
    expect((await parts.keeper.current(busy)).taste.offset).toBe(positivesBetween + 1);
    now += dayMs;
    expect(await run()).toEqual({ viewers: 0 });
    await like(busy, positivesBetween);
    await like(quiet, 1);
    expect(await run()).toEqual({ viewers: 2 });
    expect([await entries(busy), await entries(quiet)]).toEqual([2, 1]);
  });

  it("adds no second entry on the same day, however often it is run", async () => {
    const viewer = randomUUID();
    await like(viewer, positivesBetween);
    await run();
    await like(viewer, positivesBetween);
    expect(await run()).toEqual({ viewers: 0 });
    expect(await entries(viewer)).toBe(1);
    now += dayMs;
    expect(await run()).toEqual({ viewers: 1 });
  });

  it("goes on after the viewer it had come to when it was stopped", async () => {
    const viewers = Array.from({ length: 3 }, () => randomUUID()).sort();
    for (const viewer of viewers) await like(viewer, positivesBetween);
    const stopping = new AbortController();
    const seen: { share: number; cursor: unknown }[] = [];
    await expect(run(null, stopping.signal, (share, cursor) => {
      seen.push({ share, cursor });
      if (seen.length === 2) stopping.abort();
    })).rejects.toThrow();
    expect(seen.map(({ cursor }) => cursor)).toEqual(viewers.slice(0, 2));
    expect(seen.map(({ share }) => share)).toEqual(seen.map(({ share }) => share).toSorted((a, b) => a - b));
    expect(await Promise.all(viewers.map(entries))).toEqual([1, 1, 0]);
    expect(await run(seen.at(-1)!.cursor)).toEqual({ viewers: 1 });
    expect(await Promise.all(viewers.map(entries))).toEqual([1, 1, 1]);
  });

  it("passes over a viewer who was erased while it ran", async () => {
    const [first, second] = [randomUUID(), randomUUID()].sort();
    for (const viewer of [first!, second!]) await like(viewer, positivesBetween);
    const erasing = { ...parts, log: { ...parts.log, dueForRecluster: async (...args: Parameters<typeof parts.log.dueForRecluster>) => {
      const due = await parts.log.dueForRecluster(...args);
      if (due.includes(first!)) await viewerStore(embedded.database).erase(first!, await digestOfViewer(first!));
      return due;
    } } };
    expect(await reclusterDue(erasing, { signal: new AbortController().signal, cursor: null, progress: () => Promise.resolve() })).toEqual({ viewers: 1 });
    expect([await entries(first!), await entries(second!)]).toEqual([0, 1]);
  });

  it("is never offered to be taken back", async () => {
    const viewer = randomUUID();
    await like(viewer, positivesBetween);
    await run();
    expect((await kinds(viewer)).at(-1)).toBe("recluster");
    const log = interactionLog(embedded.database);
    const entry = (await log.since(viewer, 0, 1_000)).at(-1)!;
    expect(await log.undoable(viewer, entry.event_id)).toBeUndefined();
    expect((await log.undoable(viewer, null))?.kind).toBe("like");
  });

  it("is due once a day", async () => {
    const job = reclusterJob(parts);
    const today = await job.due(undefined);
    const last = { job: job.name, status: "done" as const, started_at: now, finished_at: now, progress: 1, cursor: null, watermark: today!, report: null, runs: 1 };
    expect(await job.due(last)).toBeUndefined();
    now += dayMs;
    expect(await job.due(last)).not.toBe(today);
    expect(await job.due(last)).toBeDefined();
  });
});
