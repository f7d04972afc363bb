import { createHash, randomUUID } from "node:crypto";
import sharp from "sharp";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ComposeAnswer, IngestAnswer, ModelsAnswer, type SpaceView } from "#shared/contract/node.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { sql } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { spaceStore } from "#shared/stores/space-store.ts";
import { harmless } from "../harness/harmless.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { nodePlace, type NodePlace, type RunningNode } from "./node-process.ts";
import { append, event } from "./node-world.ts";

const originals = new Map<string, Uint8Array<ArrayBuffer>>();
let embedded: EmbeddedDatabase;
let place: NodePlace;
let node: RunningNode;

beforeAll(async () => {
  embedded = await embeddedDatabase();
  place = await nodePlace(embedded, originals);
  node = await place.start();
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  await embedded?.[Symbol.asyncDispose]();
});

/** Ingests as the edge does. */
async function ingest(seed: number): Promise<string> {
  const pixels = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => 128 + 120 * Math.sin((i * (seed % 7) + seed) / (9 + (seed % 5))));
  const bytes = Uint8Array.from(await sharp(pixels, { raw: { width: 64, height: 48, channels: 3 } }).png().toBuffer());
  const id = uuidOfDigest(createHash("sha256").update(bytes).digest());
  const answer = IngestAnswer.parse(await (await node.ask("POST", "/v1/ingest", bytes)).json());
  originals.set(id, bytes);
  await imageStore(embedded.database).insert({ id, ...answer, caption: "", style: "", tags: [], mood: null, creator: "", media_type: "image/png" });
  return id;
}

const restart = async (settings: Record<string, string> = {}): Promise<void> => {
  await node.kill("SIGTERM");
  node = await place.start(settings);
};
const spaces = async (): Promise<SpaceView[]> => ModelsAnswer.parse(await (await node.ask("GET", "/v1/models")).json()).spaces;
const stateOf = async (space: string) => (await spaces()).find((one) => one.space === space)?.state;
const spacesOf = async (id: string): Promise<string[]> =>
  (await embedded.database.query(sql(`select space from image_vectors where image_id = $1 order by space`, id))).map((row) => row["space"] as string);
const until = async (look: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 40_000; !(await look()); await sleep(50)) if (performance.now() > end) throw new Error("waited 40 s in vain");
};

describe("the setting that chooses the encoder", () => {
  it("unset, is the dual one that ships with the project", async () => {
    expect(await spaces()).toEqual([{ space: "eyes-2", state: "serving" }]);
    for (let seed = 1; seed <= 6; seed++) expect(await spacesOf(await ingest(seed))).toEqual(["eyes-2"]);
  });

  it("changed, serves on as before while originals are out of reach, and sees what comes in with both", async () => {
    place.edge.open = false;
    await restart({ IMAGE_ENCODER: "builtin-3" });
    await until(async () => (await spaces()).some(({ filling }) => filling !== undefined));
    expect(await spaces()).toEqual([
      { space: "eyes-2", state: "serving" },
      { space: "builtin-3", state: "filling", filling: { done: 0, total: 6, eta_seconds: null } },
    ]);
    expect(await spacesOf(await ingest(7))).toEqual(["builtin-3", "eyes-2"]);
    const metrics = await node.ask("GET", "/v1/models");
    expect(metrics.status).toBe(200);
  });

  it("turns to the new space once it is whole, passing over an image that nobody can have, and composes there", async () => {
    const lost = randomUUID();
    await imageStore(embedded.database).insert({
      id: lost, width: 64, height: 48, caption: "", style: "", tags: [], mood: null, creator: "", thumbhash: "AAAA", colour: "#808080", quality: 0.5, media_type: "image/png", phash: "0".repeat(16), ...harmless,
    });
    await pgvectorStore(embedded.database).upsert("eyes-2", [{ image_id: lost, vector: (await pgvectorStore(embedded.database).fetch("eyes-2", [...originals.keys()])).values().next().value! }]);
    const viewer = randomUUID();
    await append(embedded.database, viewer, [event("like", { image_id: [...originals.keys()][0]! })]);
    place.edge.open = true;
    await until(async () => (await stateOf("builtin-3")) === "serving");
    expect(await stateOf("eyes-2")).toBe("retired");
    expect([...(await spaceStore(embedded.database).unseen("builtin-3"))]).toEqual([lost]);
    for (const id of originals.keys()) expect(await spacesOf(id)).toEqual(["builtin-3", "eyes-2"]);
    const request = { viewer_id: viewer, stream_id: randomUUID(), position: 0, pages: 1, limit: 4, mood: null, mode: "replace", served_through: -1 };
    expect(ComposeAnswer.parse(await (await node.ask("POST", "/v1/feed/compose", request)).json()).pages[0]!.slots).toHaveLength(4);
    // A new one each time: what was seen a moment before the turn has both for good.
    for (let seed = 8; (await spacesOf(await ingest(seed))).join() !== "builtin-3"; seed++) if (seed === 40) throw new Error("it never sees with the new one alone");
  });

  it("unset again, goes on with what there is", async () => {
    await restart();
    expect((await spaces()).map(({ space, state }) => [space, state])).toEqual([["eyes-2", "retired"], ["builtin-3", "serving"]]);
  });

  it("changed back, embeds only what came since", async () => {
    const given = place.edge.given;
    await restart({ IMAGE_ENCODER: "eyes-2" });
    await until(async () => (await stateOf("eyes-2")) === "serving");
    expect(place.edge.given).toBe(given + 1);
  });

  it("set to what serves, gives up a filling under way", async () => {
    place.edge.open = false;
    await embedded.database.query(sql(`delete from image_vectors where space = 'eyes-2'`));
    await restart({ IMAGE_ENCODER: "builtin-3" });
    expect(await stateOf("builtin-3")).toBe("filling");
    await restart({ IMAGE_ENCODER: "eyes-2" });
    expect((await spaces()).map(({ space, state }) => [space, state])).toEqual([["eyes-2", "serving"], ["builtin-3", "retired"]]);
  });
});
