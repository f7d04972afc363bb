import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seeFile, seerOf, type SeenVector } from "#gpu-node/ingest/see.ts";
import { builtinEncoder } from "#gpu-node/models/builtin-encoder.ts";
import { tasteEventOf } from "#gpu-node/taste/taste-advance.ts";
import { ComposeAnswer } from "#shared/contract/node.ts";
import { TasteView } from "#shared/contract/taste.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { spaceStore } from "#shared/stores/space-store.ts";
import { tasteStore } from "#shared/stores/taste-store.ts";
import { encodeTaste } from "#shared/taste/codec.ts";
import { foldLog } from "#shared/taste/fold.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { nodePlace, type NodePlace, type RunningNode } from "./node-process.ts";
import { append, event, makeWorld, on, type World } from "./node-world.ts";

const images = 2_000;
const kills = 8;
const before = "old-encoder-7";
const { space: after, dim, calibration: distance } = builtinEncoder;

const random = seededRandom("changing the encoder");
const originals = new Map<string, Uint8Array<ArrayBuffer>>();
const viewers = Array.from({ length: 6 }, () => randomUUID());
/** So many more that moving them all takes a moment, in which a kill can fall. */
const crowd = Array.from({ length: 150 }, () => randomUUID());
let embedded: EmbeddedDatabase;
let database: Database;
let world: World;
let place: NodePlace;
let tastesBefore: TasteView[];

/** A small picture of noise on a colour: every one different. */
async function picture(): Promise<Uint8Array<ArrayBuffer>> {
  const tone = [0, 1, 2].map(() => 40 + 160 * random());
  const pixels = Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => tone[i % 3]! + 40 * random());
  return Uint8Array.from(await sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } }).png({ compressionLevel: 1 }).toBuffer());
}

beforeAll(async () => {
  for (let i = 0; i < images; i++) {
    const bytes = await picture();
    originals.set(uuidOfDigest(createHash("sha256").update(bytes).digest()), bytes);
  }
  embedded = await embeddedDatabase();
  database = embedded.database;
  world = await makeWorld(database, { space: before, styles: 20, perStyle: images / 20, ids: [...originals.keys()] });
  await spaceStore(database).want(world.calibration);
  place = await nodePlace(embedded, originals);
  for (const [v, viewer] of viewers.entries()) {
    const styles = [v, v + 6, v + 12].map((style) => world.byStyle.get(`style-${style}`)!);
    await append(database, viewer, [...styles.flatMap((style) => on("like", style.slice(0, 6))), ...on("hide", world.byStyle.get("style-19")!.slice(v, v + 2))]);
  }
  for (const [v, viewer] of crowd.entries()) await append(database, viewer, on("like", world.images.slice(v, v + 2)));
  // A puddle that was forgotten, and a like that was taken back: neither may come back with the move.
  const node = await place.start({ IMAGE_ENCODER: after });
  const told = await tasteOf(node, viewers[0]!);
  const [liked] = (await interactionLog(database).since(viewers[1]!, 0, 1)).map(({ event_id }) => event_id);
  await append(database, viewers[0]!, [event("forget_puddle", { target: told.puddles[0]!.id })]);
  await append(database, viewers[1]!, [event("undo", { target: liked! })]);
  tastesBefore = [];
  for (const viewer of viewers) tastesBefore.push(await tasteOf(node, viewer));
  await node.kill("SIGKILL");
}, 180_000);

afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  await embedded?.[Symbol.asyncDispose]();
});

const tasteOf = async (node: RunningNode, viewer: string): Promise<TasteView> => TasteView.parse(await (await node.ask("GET", `/v1/taste/${viewer}`)).json());

async function states(): Promise<Record<string, string>> {
  return Object.fromEntries((await spaceStore(database).all()).map(({ space, state }) => [space, state]));
}

/** Per space how many vectors there are, of how many images, and of which dimensions. */
async function vectorsHeld(): Promise<Record<string, unknown>> {
  const rows = await database.query(
    sql(`select space, count(*)::int as vectors, count(distinct image_id)::int as images, array_agg(distinct vector_dims(embedding)) as dims from image_vectors group by space`),
  );
  return Object.fromEntries(rows.map(({ space, vectors, images, dims }) => [space as string, { vectors, images, dims }]));
}

async function movesEntered(): Promise<number> {
  return (await database.query(sql(`select count(*)::int as count from interactions where kind = 'move'`)))[0]!["count"] as number;
}

async function page(node: RunningNode, viewer: string): Promise<ComposeAnswer> {
  const request = { viewer_id: viewer, stream_id: randomUUID(), position: 0, pages: 1, limit: 6, mood: null, mode: "replace", served_through: -1 };
  const response = await node.ask("POST", "/v1/feed/compose", request);
  expect(response.status).toBe(200);
  return ComposeAnswer.parse(await response.json());
}

const bits = (taste: Taste): string => {
  const { state, vectors } = encodeTaste(taste);
  return JSON.stringify(state) + Buffer.from(vectors).toString("base64");
};

describe(`embedding ${images} images anew while the node is killed again and again`, () => {
  it("goes on where it was, and serves full pages in one space or the other all the while", async () => {
    let held = 0;
    let cutShort = 0;
    for (let kill = 0; kill < kills; kill++) {
      const node = await place.start({ IMAGE_ENCODER: after });
      for (const end = performance.now() + 200 + 1_800 * random(); performance.now() < end; await sleep(100))
        expect((await page(node, viewers[kill % viewers.length]!)).pages[0]!.slots).toHaveLength(6);
      await node.kill("SIGKILL");
      const now = await vectorsHeld();
      const grown = (now[after] as { vectors: number } | undefined)?.vectors ?? 0;
      expect(grown).toBeGreaterThanOrEqual(held);
      expect(now[before]).toEqual({ vectors: images, images, dims: [32] });
      if (grown > 0) expect(now[after]).toEqual({ vectors: grown, images: grown, dims: [dim] });
      if (grown < images) cutShort++;
      held = grown;
    }
    // Otherwise the kills came after everything was done, and nothing was shown.
    expect(cutShort).toBeGreaterThanOrEqual(3);

    const moving = await place.start({ IMAGE_ENCODER: after });
    while ((await movesEntered()) === 0) await sleep(5);
    await moving.kill("SIGKILL");
    expect(await movesEntered()).toBeLessThan(viewers.length + crowd.length);

    const node = await place.start({ IMAGE_ENCODER: after });
    while ((await states())[after] !== "serving") {
      expect((await page(node, viewers[0]!)).pages[0]!.slots).toHaveLength(6);
      await sleep(100);
    }
    await node.kill("SIGKILL");
    expect(await states()).toEqual({ [before]: "retired", [after]: "serving" });
  }, 300_000);

  it("leaves every image one vector in the new space, the very one it would get if it came today", async () => {
    expect(await vectorsHeld()).toEqual({ [before]: { vectors: images, images, dims: [32] }, [after]: { vectors: images, images, dims: [dim] } });
    expect(await database.query(sql(`select * from unseen_images`))).toEqual([]);
    // What a kill throws away is done again, and little more.
    expect(place.edge.given).toBeLessThan(images + (kills + 1) * 20);
    const sample = [...originals].filter((_, i) => i % 25 === 0);
    const stored = await pgvectorStore(database).fetch(after, sample.map(([id]) => id));
    for (const [id, bytes] of sample) expect(stored.get(id), id).toEqual((await seeFile(bytes, seerOf(builtinEncoder)) as SeenVector).vector);
  });

  it("keeps viewers' puddles under their ids, each around an image of its own", async () => {
    const node = await place.start({ IMAGE_ENCODER: after });
    for (const [v, viewer] of viewers.entries()) {
      const [then, now] = [tastesBefore[v]!, await tasteOf(node, viewer)];
      expect(now.space).toBe(after);
      expect(now.puddles.map(({ id }) => id).sort()).toEqual(then.puddles.map(({ id }) => id).sort());
      expect(now.suppressed.map(({ id }) => id).sort()).toEqual(then.suppressed.map(({ id }) => id).sort());
      for (const { id, count } of then.puddles) expect(now.puddles.find((puddle) => puddle.id === id)!.count).toBe(count);
      const liked = (await interactionLog(database).since(viewer, 0, 100)).flatMap(({ kind, image_id }) => (kind === "like" ? [image_id] : []));
      for (const { medoid } of now.puddles) expect(liked).toContain(medoid!.id);
    }
    await node.kill("SIGTERM");
  });

  it("moved each taste once, and each is the fold of its log from nothing in the new space, to the bit", async () => {
    const vectors = await pgvectorStore(database).fetch(after, [...originals.keys()]);
    for (const viewer of [...viewers, ...crowd]) {
      const log = (await interactionLog(database).since(viewer, 0, 1_000)).map(tasteEventOf);
      expect(log.filter(({ kind }) => kind === "move")).toHaveLength(1);
      const stored = await tasteStore(database).load(viewer, after);
      expect(bits(stored!)).toBe(bits(foldLog(viewer, after, log, (id) => vectors.get(id), { space: after, dim, distance })));
      expect(stored!.offset).toBe(log.length);
    }
  });

  it("cannot hold a vector of one space against those of the other", async () => {
    const store = pgvectorStore(database);
    const [old] = (await store.fetch(before, [world.images[0]!.id])).values();
    await expect(store.search(after, [old!], { limit: 1 })).rejects.toThrow();
    await expect(store.upsert(after, [{ image_id: world.images[0]!.id, vector: old! }])).rejects.toThrow(RangeError);
    const [events] = [await interactionLog(database).since(viewers[0]!, 0, 100)];
    const oldVectors = await store.fetch(before, world.images.map(({ id }) => id));
    expect(() => foldLog(viewers[0]!, after, events.map(tasteEventOf), (id) => oldVectors.get(id), { space: after, dim, distance })).toThrow(RangeError);
  });
});
