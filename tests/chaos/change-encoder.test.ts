import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeEncoder, openEncoder } from "#gpu-node/models/node-encoder.ts";
import { tasteEventOf } from "#gpu-node/taste/taste-advance.ts";
import { buildWeb } from "#local/build-web.ts";
import { drawEntry, galleryEntries } from "#local/gallery/gallery.ts";
import { uploadImage } from "#local/upload/upload-image.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { servingSpace } from "#shared/stores/space-store.ts";
import { tasteStore } from "#shared/stores/taste-store.ts";
import { encodeTaste } from "#shared/taste/codec.ts";
import { foldLog } from "#shared/taste/fold.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { signal, until } from "./processes.ts";
import { RestlessViewer } from "./restless-viewer.ts";

/** What is asserted of each answer while all this goes on stands in `RestlessViewer`: every page comes, from cache, composed or as fallback. */
const images = 48;
const wanted = await openEncoder("builtin-3");
let stack: FilledStack;
let database: Database;
let viewers: RestlessViewer[];

beforeAll(async () => {
  await buildWeb();
  stack = await startFilledStack(images);
  database = neonDatabase(stack.connections.database.url, stack.connections.database.endpoint);
  viewers = [];
  for (let i = 0; i < 3; i++) viewers.push(await RestlessViewer.start(stack.url, seededRandom(`restless while spaces change ${i}`)));
}, 300_000);

afterAll(async () => {
  delete process.env["IMAGE_ENCODER"];
  for (const viewer of viewers ?? []) await viewer.stop();
  await stack?.remove();
}, 60_000);

const nodePid = () => stack.processes().find(({ name }) => name === "gpu-node")!.pid;

/** Kills the node and waits for its next life, which sees with what the setting says by then. */
async function killNode(): Promise<void> {
  const pid = nodePid();
  signal(pid, "SIGKILL");
  await until("the node is started again", () => (nodePid() === pid ? undefined : true));
}

async function composedFor(everyone: readonly RestlessViewer[]): Promise<void> {
  const before = everyone.map(({ served }) => served.composed);
  await until("every viewer gets a composed page", () => {
    for (const viewer of everyone) viewer.orThrow();
    return everyone.every(({ served }, i) => served.composed > before[i]!) || undefined;
  });
}

const count = async (space: string) => pgvectorStore(database).count(space);

describe("changing the encoder under viewers who scroll and act", () => {
  it("leaves nobody without a page, before, during and after", async () => {
    await until("every viewer has acted", () => {
      for (const viewer of viewers) viewer.orThrow();
      return viewers.every(({ acts }) => acts >= 10) || undefined;
    });
    expect(await servingSpace(database)).toBe(nodeEncoder.space);
    process.env["IMAGE_ENCODER"] = "builtin-3";
    await killNode();
    await until("some images are seen anew", async () => ((await count(wanted.space)) > 0 ? true : undefined));
    await killNode();
    await composedFor(viewers);
    const entry = galleryEntries()[images]!;
    const stored = await uploadImage({ url: stack.url, token: await stack.token(["operator"]) }, new Uint8Array(await drawEntry(entry)), "image/jpeg", {});
    expect(stored.outcome).toBe("stored");
    await until("the new space serves", async () => {
      for (const viewer of viewers) viewer.orThrow();
      return (await servingSpace(database)) === wanted.space || undefined;
    });
    await composedFor(viewers);
    // The last image came while the space was being filled or just after; into the one before it is seen only while that serves.
    expect(await count(wanted.space)).toBe(images + 1);
    expect(await count(nodeEncoder.space)).toBeGreaterThanOrEqual(images);
  }, 600_000);

  it("ends with every taste the fold of its log in the new space, to the bit", async () => {
    for (const viewer of viewers) await viewer.stop();
    for (const viewer of viewers) viewer.orThrow();
    const { space, dim, calibration: distance } = wanted;
    const ids = (await database.query(sql(`select id from images`))).map((row) => row["id"] as string);
    const vectors = await pgvectorStore(database).fetch(space, ids);
    for (const viewer of viewers) {
      const view = await viewer.tasteNow();
      expect(view.space).toBe(space);
      expect(view.puddles.length).toBeGreaterThan(0);
      const log = (await interactionLog(database).since(viewer.id, 0, 100_000)).map(tasteEventOf);
      expect(log.filter(({ kind }) => kind === "move")).toHaveLength(1);
      const stored = await until("the stored taste has come as far as the log", async () => {
        const taste = await tasteStore(database).load(viewer.id, space);
        return taste !== undefined && taste.offset === log.length ? taste : undefined;
      });
      expect(encodeTaste(stored)).toEqual(encodeTaste(foldLog(viewer.id, space, log, (id) => vectors.get(id), { space, dim, distance })));
    }
  }, 300_000);
});
