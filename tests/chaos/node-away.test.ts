import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { tasteEventOf } from "#gpu-node/taste/taste-advance.ts";
import { buildWeb } from "#local/build-web.ts";
import { base64Decode } from "#shared/kernel/base64.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { encodeTaste, type EncodedTaste, type TasteState } from "#shared/taste/codec.ts";
import { foldLog, imagesNeeded } from "#shared/taste/fold.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { signal, until } from "./processes.ts";
import { RestlessViewer } from "./restless-viewer.ts";

/**
 * The node is killed and hung while viewers scroll and act. What is asserted of each answer stands in `RestlessViewer`:
 * it keeps the first thing that went wrong, and every test looks whether there is one.
 */
let stack: FilledStack;
let database: Database;
let viewers: RestlessViewer[];

beforeAll(async () => {
  await buildWeb();
  stack = await startFilledStack(48);
  database = neonDatabase(stack.connections.database.url, stack.connections.database.endpoint);
  viewers = [];
  for (let i = 0; i < 4; i++) viewers.push(await RestlessViewer.start(stack.url, seededRandom(`restless ${i}`)));
}, 300_000);

afterAll(async () => {
  for (const viewer of viewers ?? []) await viewer.stop();
  await stack?.remove();
}, 60_000);

const nodePid = () => stack.processes().find(({ name }) => name === "gpu-node")!.pid;

/** Until every viewer has been served this way, counted from the call. */
async function allServedBy(kind: "composed" | "fallback"): Promise<void> {
  const before = viewers.map((viewer) => viewer.served[kind]);
  await until(`every viewer gets a page that is ${kind}`, () => {
    for (const viewer of viewers) viewer.orThrow();
    return viewers.every((viewer, i) => viewer.served[kind] > before[i]!) || undefined;
  });
}

async function expectStaleTaste(): Promise<void> {
  await Promise.all(
    viewers.map((viewer) => until("a taste that says it is stale", async () => ((await viewer.tasteNow()).stale ? true : undefined), 60_000)),
  );
}

/** Stored tastes, once each has come as far as its viewer's log. */
async function storedTastes(): Promise<EncodedTaste[]> {
  return Promise.all(
    viewers.map(({ id }) =>
      until(`the stored taste of ${id} has come as far as the log`, async () => {
        const rows = await database.query(
          sql(
            `select state, encode(vectors, 'base64') as vectors from tastes join viewers on viewers.id = viewer_id
             where viewer_id = $1 and space = $2 and event_offset = event_count`,
            id, nodeEncoder.space,
          ),
        );
        return rows[0] && { state: rows[0]["state"] as TasteState, vectors: base64Decode(rows[0]["vectors"] as string) };
      }),
    ),
  );
}

/** The taste that one uninterrupted fold of the viewer's log comes to. */
async function foldedAnew(viewerId: string): Promise<EncodedTaste> {
  const { space, dim, calibration: distance } = nodeEncoder;
  const events = (await interactionLog(database).since(viewerId, 0, 100_000)).map(tasteEventOf);
  const vectors = await pgvectorStore(database).fetch(space, [...imagesNeeded(emptyTaste(viewerId, space), events)]);
  return encodeTaste(foldLog(viewerId, space, events, (id) => vectors.get(id), { space, dim, distance }));
}

describe("while the node is killed again and again", () => {
  it("answers every feed request from cache or fallback, and takes every interaction", async () => {
    await allServedBy("composed");
    for (let kill = 0; kill < 3; kill++) {
      const pid = nodePid();
      signal(pid, "SIGKILL");
      await expectStaleTaste();
      // Once more, on its way back.
      if (kill === 1) signal(await until("the node is started again", () => (nodePid() === pid ? undefined : nodePid())), "SIGKILL");
      await allServedBy("fallback");
      await allServedBy("composed");
    }
    for (const viewer of viewers) expect(viewer.served.cache).toBeGreaterThan(0);
  }, 600_000);

  it("answers the same way while the node hangs without dying", async () => {
    const pid = nodePid();
    signal(pid, "SIGSTOP");
    try {
      await allServedBy("fallback");
      await expectStaleTaste();
    } finally {
      signal(pid, "SIGCONT");
    }
    await allServedBy("composed");
  }, 300_000);

  it("ends with the tastes of an uninterrupted run, to the byte", async () => {
    for (const viewer of viewers) await viewer.stop();
    for (const viewer of viewers) viewer.orThrow();
    for (const viewer of viewers) expect(viewer.acts).toBeGreaterThan(20);
    await Promise.all(viewers.map((viewer) => until("a taste that is not stale", async () => ((await viewer.tasteNow()).stale ? undefined : true))));

    const stored = await storedTastes();
    const anew = await Promise.all(viewers.map(({ id }) => foldedAnew(id)));
    expect(stored).toEqual(anew);
    for (const [i, viewer] of viewers.entries()) expect(stored[i]!.state.offset).toBe(viewer.acts);
  }, 300_000);

  it("folds tastes that were lost anew from the log, to the same bytes", async () => {
    const before = await storedTastes();
    await database.query(sql(`delete from tastes`));
    signal(nodePid(), "SIGKILL");
    expect(await storedTastes()).toEqual(before);
  }, 300_000);
});
