import { createHash, randomUUID } from "node:crypto";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeClipFiles } from "#gpu-node/models/clip/shaped/clip-files.ts";
import { clipTiny } from "#gpu-node/models/clip/shaped/clip-shaped.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { ComposeAnswer, EmbedImageAnswer, EmbedTextAnswer, IngestAnswer, ModelsAnswer, type SpaceView } from "#shared/contract/node.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { nodePlace, type NodePlace, type RunningNode } from "./node-process.ts";

/** A model as the registry would have pulled it; beside it one of which a file is damaged. */
const model = "clip-tiny";
const originals = new Map<string, Uint8Array<ArrayBuffer>>();
let embedded: EmbeddedDatabase;
let place: NodePlace;
let node: RunningNode;
let whole: string, damaged: string;

beforeAll(async () => {
  [whole, damaged] = [await mkdtemp(join(tmpdir(), "miraveja-models-")), await mkdtemp(join(tmpdir(), "miraveja-models-"))];
  for (const dir of [whole, damaged]) await writeClipFiles(dir, model, clipTiny);
  await appendFile(join(damaged, model, "image.onnx"), "x");
  embedded = await embeddedDatabase();
  place = await nodePlace(embedded, originals);
  node = await place.start();
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  await embedded?.[Symbol.asyncDispose]();
  for (const dir of [whole, damaged]) await rm(dir, { recursive: true, force: true });
});

/** Wider than what variants are made of: a network is shown the original, not what was reduced before. */
async function ingest(seed: number): Promise<{ id: string; space: string }> {
  const [width, height] = [1400, 90];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 120 * Math.sin((i * (seed % 7) + seed) / (9 + (seed % 5))));
  const bytes = Uint8Array.from(await sharp(pixels, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 }).toBuffer());
  const id = uuidOfDigest(createHash("sha256").update(bytes).digest());
  const answer = IngestAnswer.parse(await (await node.ask("POST", "/v1/ingest", bytes.slice())).json());
  originals.set(id, bytes);
  await imageStore(embedded.database).insert({ id, ...answer, caption: "", style: "", tags: [], mood: null, creator: "", media_type: "image/png" });
  return { id, space: answer.space };
}

const restart = async (settings: Record<string, string> = {}): Promise<void> => {
  await node.kill("SIGTERM");
  node = await place.start(settings);
};
const spaces = async (): Promise<SpaceView[]> => ModelsAnswer.parse(await (await node.ask("GET", "/v1/models")).json()).spaces;
const serving = async (): Promise<string> => (await spaces()).find(({ state }) => state === "serving")!.space;
const until = async (look: () => Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 40_000; !(await look()); await sleep(50)) if (performance.now() > end) throw new Error("waited 40 s in vain");
};

describe("a model of the registry as the node's encoder", () => {
  it("is refused at the start by one line that names the others, where there is no such model", async () => {
    await expect(place.start({ IMAGE_ENCODER: "clip-huge", MODELS_DIR: whole })).rejects.toThrow(/^IMAGE_ENCODER has to be one of eyes-2, .*clip-vit-b32/);
  });

  it("damaged or not pulled, leaves the node serving and seeing with what it has", async () => {
    for (const MODELS_DIR of [damaged, join(damaged, "none")]) {
      await restart({ IMAGE_ENCODER: MODELS_DIR === damaged ? model : "clip-vit-b32", MODELS_DIR });
      expect(await spaces()).toEqual([{ space: nodeEncoder.space, state: "serving" }]);
      expect((await ingest(originals.size + 1)).space).toBe(nodeEncoder.space);
    }
  });

  it("embeds all images anew, then serves, sees what comes in, and reads words", async () => {
    await restart({ IMAGE_ENCODER: model, MODELS_DIR: whole });
    await until(async () => (await serving()).startsWith(`${model}-`));
    const space = await serving();
    const before = [...originals.keys()];
    await until(async () => (await ingest(originals.size + 1)).space === space);
    const late = [...originals.keys()].at(-1)!;
    const stored = await pgvectorStore(embedded.database).fetch(space, [...before, late]);
    expect(stored.size).toBe(before.length + 1);
    // Embedded anew, taken in, or only asked about: one file has one vector.
    for (const id of [before[0]!, late]) {
      const { vector, ...asked } = EmbedImageAnswer.parse(await (await node.ask("POST", "/v1/embed/images", originals.get(id)!.slice())).json());
      expect(asked).toEqual({ space, dim: clipTiny.dim });
      expect(Math.max(...vector.map((value, i) => Math.abs(value - stored.get(id)![i]!)))).toBeLessThan(1e-4);
    }
    const words = EmbedTextAnswer.parse(await (await node.ask("POST", "/v1/embed/text", { texts: ["a photo of the cat"] })).json());
    expect(words).toMatchObject({ space, dim: clipTiny.dim });
    expect(words.vectors[0]).toHaveLength(clipTiny.dim);
    const request = { viewer_id: randomUUID(), stream_id: randomUUID(), position: 0, pages: 1, limit: 3, mood: null, mode: "replace", served_through: -1 };
    expect(ComposeAnswer.parse(await (await node.ask("POST", "/v1/feed/compose", request)).json()).pages[0]!.slots).toHaveLength(3);
  });

  it("goes on without the setting; and where its files are gone, with the vectors there are", async () => {
    const space = await serving();
    await restart({ MODELS_DIR: whole });
    expect(await serving()).toBe(space);
    expect((await ingest(originals.size + 1)).space).toBe(space);
    await restart({ MODELS_DIR: damaged });
    expect(await serving()).toBe(space);
    expect((await ingest(originals.size + 1)).space).toBe(nodeEncoder.space);
    const request = { viewer_id: randomUUID(), stream_id: randomUUID(), position: 0, pages: 1, limit: 3, mood: null, mode: "replace", served_through: -1 };
    expect((await node.ask("POST", "/v1/feed/compose", request)).status).toBe(200);
    await restart({ MODELS_DIR: whole });
    const [late] = [...originals.keys()].slice(-1);
    await until(async () => (await pgvectorStore(embedded.database).fetch(space, [late!])).size === 1);
  });
});
