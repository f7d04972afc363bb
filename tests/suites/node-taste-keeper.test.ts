import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageMemory } from "#gpu-node/taste/image-memory.ts";
import { foldBatch, tasteEventOf } from "#gpu-node/taste/taste-advance.ts";
import { tasteKeeper, type TasteKeeper, type TasteKeeperParts } from "#gpu-node/taste/taste-keeper.ts";
import { Failure } from "#shared/contract/failures.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { interactionLog, type NewEvent } from "#shared/stores/interaction-log.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { tasteStore } from "#shared/stores/taste-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { viewerStore } from "#shared/stores/viewer-store.ts";
import { encodeTaste } from "#shared/taste/codec.ts";
import { foldLog } from "#shared/taste/fold.ts";
import { emptyTaste, type Taste } from "#shared/taste/taste.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { append, event, makeWorld, on, type World } from "./node-world.ts";

let embedded: EmbeddedDatabase;
let database: Database;
let world: World;

beforeAll(async () => {
  embedded = await embeddedDatabase();
  database = embedded.database;
  world = await makeWorld(database);
});
afterAll(() => embedded[Symbol.asyncDispose]());

function openKeeper(more: Partial<TasteKeeperParts> = {}): TasteKeeper {
  const { calibration } = world;
  const images = imageMemory({ space: calibration.space, vectors: pgvectorStore(database), images: imageStore(database), clock: Date.now });
  const onFault = (what: string, error: unknown): void => expect.fail(`${what}: ${String(error)}`);
  return tasteKeeper({ database, log: interactionLog(database), images, calibration, onFault, ...more });
}

/** What the whole log comes to when it is folded in one go, without the keeper. */
async function foldedByHand(viewerId: string): Promise<Taste> {
  const vectors = new Map(world.images.map((image) => [image.id, image.vector]));
  const events = (await interactionLog(database).since(viewerId, 0, 100_000)).map(tasteEventOf);
  return foldLog(viewerId, world.calibration.space, events, (id) => vectors.get(id), world.calibration);
}

const bits = (taste: Taste): string => {
  const { state, vectors } = encodeTaste(taste);
  return JSON.stringify(state) + Buffer.from(vectors).toString("base64");
};

const stored = (viewerId: string): Promise<Taste | undefined> => tasteStore(database).load(viewerId, world.calibration.space);

/** A mixed log over many styles. */
function someEvents(count: number, seed: string): NewEvent[] {
  const random = seededRandom(seed);
  const kinds = ["like", "like", "love", "view", "dwell", "hide", "save", "open"] as const;
  const start = Date.now() - count * 60_000;
  return Array.from({ length: count }, (_, i) =>
    event(kinds[Math.floor(random() * kinds.length)]!, {
      image_id: world.images[Math.floor(random() * world.images.length)]!.id,
      value: 4_000 * random(),
      at: start + i * 60_000,
    }),
  );
}

describe("taste keeper", () => {
  it("comes to the very taste the log folds to, however the log was cut into reads", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    const events = someEvents(260, "cuts");
    for (const [from, to] of [[0, 1], [1, 90], [90, 91], [91, 260]] as const) {
      await append(database, viewer, events.slice(from, to));
      await keeper.current(viewer);
    }
    const { taste } = await keeper.current(viewer);
    expect(taste.puddles.length).toBeGreaterThan(3);
    expect(bits(taste)).toBe(bits(await foldedByHand(viewer)));
  });

  it("counts an event once, however often it is sent and however many ask at the same time", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    const events = someEvents(40, "again");
    for (let again = 0; again < 3; again++) {
      await append(database, viewer, events);
      await Promise.all(Array.from({ length: 8 }, () => keeper.current(viewer)));
    }
    expect(bits((await keeper.current(viewer)).taste)).toBe(bits(await foldedByHand(viewer)));
  });

  it("holds events of writers at the same time, each once, whoever was first", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    const batches = Array.from({ length: 6 }, (_, i) => someEvents(10, `writer ${i}`));
    await Promise.all(batches.flatMap((batch) => [append(database, viewer, batch), keeper.current(viewer), append(database, viewer, batch)]));
    const { taste } = await keeper.current(viewer);
    const log = await interactionLog(database).since(viewer, 0, 1_000);
    expect(log).toHaveLength(60);
    expect(taste.offset).toBe(log.at(-1)!.viewer_seq);
    expect(bits(taste)).toBe(bits(await foldedByHand(viewer)));
  });

  it("reads a long log in stretches and comes to the same", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    const events = someEvents(foldBatch + 150, "long");
    for (let from = 0; from < events.length; from += 400) await append(database, viewer, events.slice(from, from + 400));
    const { taste } = await keeper.current(viewer);
    expect(taste.offset).toBe(events.length);
    expect(bits(taste)).toBe(bits(await foldedByHand(viewer)));
  });

  it("takes an undone event out as if it had never been, and goes on from there", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    const likes = on("like", [...world.byStyle.get("style-0")!.slice(0, 3), world.byStyle.get("style-5")![0]!]);
    await append(database, viewer, likes);
    const before = (await keeper.current(viewer)).taste;
    await append(database, viewer, [event("undo", { target: likes[3]!.event_id })]);
    const after = (await keeper.current(viewer)).taste;
    expect(before.puddles).toHaveLength(2);
    expect(after.puddles).toHaveLength(1);
    expect(after.signals).toBe(3);
    await append(database, viewer, someEvents(5, "after the undo"));
    expect(bits((await keeper.current(viewer)).taste)).toBe(bits(await foldedByHand(viewer)));
  });

  it("looks back as far as a re-clustering needs, past what it read, past what was undone, and after a restart", async () => {
    const viewer = randomUUID();
    const [steady, start] = [openKeeper(), Date.now() - 10_000_000];
    const likes = (count: number, seed: string) => someEvents(count, seed).map((one, i) => ({ ...one, at: start + i * 1_000 }));
    const entry = () => event("recluster", { at: start + 5_000_000 });
    const early = likes(90, "before");
    await append(database, viewer, [...early, entry()]);
    await steady.current(viewer);
    const undo = event("undo", { target: early.find(({ kind }) => kind === "like")!.event_id });
    for (const batch of [likes(40, "between"), [undo], likes(20, "after"), [entry()], likes(5, "last")]) {
      await append(database, viewer, batch);
      const { taste } = await steady.current(viewer);
      const byHand = bits(await foldedByHand(viewer));
      expect(bits(taste)).toBe(byHand);
      await steady.flush();
      expect(bits((await openKeeper().current(viewer)).taste)).toBe(byHand);
    }
    const positives = await interactionLog(database).positivesUpTo(viewer, 1_000, 7);
    const standing = (await interactionLog(database).since(viewer, 0, 1_000)).filter(({ kind, event_id }) => ["like", "love", "save", "open"].includes(kind) && event_id !== undo.target);
    expect(positives).toEqual(standing.slice(-7));
  });

  it("folds a taste anew that another build stored, and puts its own in its place", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    await append(database, viewer, someEvents(30, "older build"));
    await keeper.current(viewer);
    await keeper.flush();
    await database.query(sql(`update tastes set state = jsonb_set(state, '{version}', '1') where viewer_id = $1`, viewer));
    await append(database, viewer, someEvents(3, "newer build"));
    const upgraded = openKeeper();
    expect(bits((await upgraded.current(viewer)).taste)).toBe(bits(await foldedByHand(viewer)));
    await database.query(sql(`update tastes set event_offset = 33 where viewer_id = $1`, viewer));
    await upgraded.flush();
    expect(bits((await stored(viewer))!)).toBe(bits(await foldedByHand(viewer)));
  });

  it("goes on from the stored taste after a restart, to the bit as if it had never stopped", async () => {
    const viewer = randomUUID();
    const events = someEvents(120, "restart");
    const first = openKeeper();
    await append(database, viewer, events.slice(0, 70));
    await first.current(viewer);
    await first.flush();
    expect((await stored(viewer))?.offset).toBe(70);

    const uninterrupted = first;
    await append(database, viewer, events.slice(70));
    let read = 0;
    const counting: Database = {
      query: (statement) => database.query(statement),
      transaction: async (statements) => {
        const results = await database.transaction(statements);
        read += results.flat().filter((row) => "viewer_seq" in row).length;
        return results;
      },
    };
    const restarted = openKeeper({ database: counting });
    expect(bits((await restarted.current(viewer)).taste)).toBe(bits((await uninterrupted.current(viewer)).taste));
    expect(read).toBe(50);
  });

  it("stores nothing and remembers nothing of a viewer who was erased meanwhile", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper({ saveDelayMs: 60_000 })];
    await append(database, viewer, someEvents(10, "erased"));
    expect((await keeper.current(viewer)).taste.offset).toBe(10);
    await viewerStore(database).erase(viewer, await digestOfViewer(viewer));
    await keeper.flush();
    expect(await stored(viewer)).toBeUndefined();
    expect((await keeper.current(viewer)).taste).toEqual(emptyTaste(viewer, world.calibration.space));
    await keeper.flush();
    expect(await database.query(sql(`select 1 from viewers where id = $1`, viewer))).toEqual([]);
  });

  it("gives way to a node that has come further, and then knows what that one knew", async () => {
    const viewer = randomUUID();
    const [slow, fast] = [openKeeper({ saveDelayMs: 60_000 }), openKeeper()];
    const events = someEvents(30, "two nodes");
    await append(database, viewer, events.slice(0, 10));
    await slow.current(viewer);
    await append(database, viewer, events.slice(10));
    await fast.current(viewer);
    await fast.flush();
    await slow.flush();
    expect((await stored(viewer))?.offset).toBe(30);
    expect(bits((await slow.current(viewer)).taste)).toBe(bits((await fast.current(viewer)).taste));
  });

  it("catches up every viewer who is behind, past one whose log cannot be read", async () => {
    const viewers = Array.from({ length: 5 }, () => randomUUID());
    for (const viewer of viewers) await append(database, viewer, someEvents(5, viewer));
    const broken = viewers[2]!;
    const faults: string[] = [];
    const keeper = openKeeper({
      database: {
        query: (statement) => database.query(statement),
        transaction: (statements) =>
          statements.some(({ text, params }) => text.includes("event_count") && params[0] === broken)
            ? Promise.reject(new Error("unreadable"))
            : database.transaction(statements),
      },
      onFault: (what) => faults.push(what),
    });
    const caughtUp = await keeper.catchUpAll(new AbortController().signal);
    expect(caughtUp).toBeGreaterThanOrEqual(4);
    expect(faults).toEqual(["catch_up"]);
    for (const viewer of viewers) expect((await stored(viewer))?.offset).toBe(viewer === broken ? undefined : 5);
    expect(await openKeeper().catchUpAll(new AbortController().signal)).toBe(1);
    expect((await interactionLog(database).behind(world.calibration.space, null, 10))).toEqual([]);
  });

  it("keeps what it could not store while the database was away, and stores it later", async () => {
    const viewer = randomUUID();
    let away = false;
    const keeper = openKeeper({
      database: {
        query: (statement) => database.query(statement),
        transaction: (statements) => (away ? Promise.reject(new Failure("store.away")) : database.transaction(statements)),
      },
      saveDelayMs: 60_000,
    });
    await append(database, viewer, someEvents(10, "outage"));
    await keeper.current(viewer);
    away = true;
    await expect(keeper.flush()).rejects.toThrow(Failure);
    await expect(keeper.current(viewer)).rejects.toThrow(Failure);
    away = false;
    await keeper.catchUpAll(new AbortController().signal);
    expect((await stored(viewer))?.offset).toBe(10);
  });

  it("does not let a taste that the store refuses hold up the others, and tries it again later", async () => {
    const [refused, fine] = [randomUUID(), randomUUID()];
    let refusing = true;
    const faults: string[] = [];
    const keeper = openKeeper({
      database: {
        query: (statement) => database.query(statement),
        transaction: (statements) =>
          refusing && statements.some(({ text, params }) => text.includes("insert into tastes") && params[0] === refused)
            ? Promise.reject(new Error("refused"))
            : database.transaction(statements),
      },
      onFault: (what) => faults.push(what),
      saveDelayMs: 60_000,
    });
    await append(database, refused, someEvents(10, "refused"));
    await keeper.current(refused);
    await expect(keeper.flush()).rejects.toThrow("refused");
    await append(database, fine, someEvents(10, "fine"));
    await keeper.current(fine);
    await keeper.flush();
    expect((await stored(fine))?.offset).toBe(10);
    refusing = false;
    await keeper.catchUpAll(new AbortController().signal);
    expect((await stored(refused))?.offset).toBe(10);
  });

  it("reads the log again when told to forget, and is none the worse for it", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper({ saveDelayMs: 60_000 })];
    await append(database, viewer, someEvents(20, "forget"));
    const before = bits((await keeper.current(viewer)).taste);
    keeper.forget(viewer);
    expect(bits((await keeper.current(viewer)).taste)).toBe(before);
  });

  it("gives the settings the viewer chose along with the taste", async () => {
    const [viewer, keeper] = [randomUUID(), openKeeper()];
    await viewerStore(database).saveSettings(viewer, { adventure: 0.9 }, await digestOfViewer(viewer));
    expect((await keeper.current(viewer)).settings).toEqual({ adventure: 0.9, shared_taste: true, safety: "standard" });
  });
});
