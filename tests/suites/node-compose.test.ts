import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analyst } from "#gpu-node/ingest/analyst.ts";
import { openServices, type Services } from "#gpu-node/services.ts";
import { drawRegions } from "#gpu-node/taste/regions-job.ts";
import { Failure } from "#shared/contract/failures.ts";
import { ComposeAnswer, type ComposedPage, type ComposeRequest } from "#shared/contract/node.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { selectOutcomes, slotOutcomeOf } from "#shared/stores/page-store.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { spaceStore } from "#shared/stores/space-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { viewerStore } from "#shared/stores/viewer-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { append, event, makeWorld, noModels, on, type World } from "./node-world.ts";

let embedded: EmbeddedDatabase;
let database: Database;
let world: World;
let node: Services;

beforeAll(async () => {
  embedded = await embeddedDatabase();
  database = embedded.database;
  world = await makeWorld(database, { styles: 12, perStyle: 40 });
  node = openNode();
  await spaceStore(embedded.database).want(world.calibration);
  await drawRegions(node);
});
afterAll(() => embedded[Symbol.asyncDispose]());

/** Nothing is ingested here. */
const noAnalyst: Analyst = { analyse: () => Promise.reject(new Error("unused")), load: 0, close: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };

function openNode(): Services {
  const { space, dim, distance } = world.calibration;
  return openServices({ database, vectors: pgvectorStore(database), encoder: { space, dim, calibration: distance }, clock: Date.now, log: () => undefined, analyst: noAnalyst, ...noModels });
}

const there = new AbortController().signal;

function ask(viewer_id: string, stream_id: string, position: number, more: Partial<ComposeRequest> = {}): Promise<ComposeAnswer> {
  return node.composePages(
    { viewer_id, stream_id, position, pages: 1, limit: 12, mood: null, mode: "replace", served_through: position - 1, ...more },
    there,
  );
}

const idsOf = (pages: readonly ComposedPage[]): string[] => pages.flatMap((page) => page.slots.map((slot) => slot.image_id));
const styleOf = (id: string): string => world.images.find((image) => image.id === id)!.style;

/** The stream as the store has it, first page first. */
async function storedPages(stream: string): Promise<{ position: number; image_ids: string[]; slots: { propensity: number; image_id: string }[]; taste_offset: string }[]> {
  const rows = await database.query(sql(`select position, image_ids, slots, taste_offset from feed_pages where stream_id = $1 order by position`, stream));
  return rows as never;
}

describe("composing pages", () => {
  it("never shows an image twice in a stream, over thirty pages of likes and hides", async () => {
    const [viewer, stream, random] = [randomUUID(), randomUUID(), seededRandom("thirty")];
    const shown: string[] = [];
    for (let position = 0; position < 30; position++) {
      const { pages } = await ask(viewer, stream, position, { pages: 3 });
      expect(pages[0]!.slots).toHaveLength(12);
      shown.push(...idsOf([pages[0]!]));
      const acts = idsOf([pages[0]!]).filter(() => random() < 0.3);
      await append(database, viewer, acts.map((image_id) => event(random() < 0.6 ? "like" : "hide", { image_id })));
    }
    expect(shown).toHaveLength(360);
    expect(new Set(shown).size).toBe(360);
  });

  it("composes the page after a like with that like", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    await ask(viewer, stream, 0);
    const loved = world.byStyle.get("style-3")!;
    const offset = await append(database, viewer, on("like", loved.slice(0, 6)));
    const { taste_offset, pages } = await ask(viewer, stream, 1);
    expect(taste_offset).toBe(offset);
    const fromLoved = idsOf(pages).filter((id) => styleOf(id) === "style-3");
    expect(fromLoved.length).toBeGreaterThanOrEqual(4);
    expect((await storedPages(stream)).at(-1)!.taste_offset).toBe(String(offset));
    const slot = pages[0]!.slots.find((one) => styleOf(one.image_id) === "style-3" && one.source === "puddle")!;
    expect(loved.slice(0, 6).map((image) => image.id)).toContain(slot.why.anchor_image_id);
  });

  it("fits the contract and stores every slot with its propensity and score terms", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    await append(database, viewer, on("like", world.byStyle.get("style-1")!.slice(0, 5)));
    const answer = ComposeAnswer.parse(await ask(viewer, stream, 0, { pages: 3 }));
    const stored = await storedPages(stream);
    expect(stored.map((page) => page.image_ids)).toEqual(answer.pages.map((page) => idsOf([page])));
    for (const slot of stored.flatMap((page) => page.slots)) {
      expect(slot.propensity).toBeGreaterThan(0);
      expect(slot.propensity).toBeLessThanOrEqual(1);
      expect(slot).toHaveProperty("terms.quality");
    }
  });

  it("never brings back what was hidden or liked, in any stream, until it is taken back", async () => {
    const viewer = randomUUID();
    const hidden = world.byStyle.get("style-2")!.slice(0, 38);
    const hides = on("hide", hidden);
    await append(database, viewer, hides);
    const settled = new Set(hidden.map((image) => image.id));
    for (let s = 0; s < 3; s++) expect(idsOf((await ask(viewer, randomUUID(), 0, { pages: 5, limit: 20 })).pages).filter((id) => settled.has(id))).toEqual([]);
    await append(database, viewer, hides.map((one) => event("undo", { target: one.event_id })));
    await append(database, viewer, on("like", world.byStyle.get("style-2")!.slice(38)));
    const back = idsOf((await ask(viewer, randomUUID(), 0, { pages: 3 })).pages).filter((id) => settled.has(id));
    expect(back.length).toBeGreaterThan(0);
  });

  it("shows what was not seen elsewhere first, and the rest when little else is left", async () => {
    const viewer = randomUUID();
    const first = randomUUID();
    const { pages } = await ask(viewer, first, 0, { pages: 5, limit: 40 });
    await ask(viewer, first, 5, { served_through: 4 });
    const seen = new Set(idsOf(pages));
    const second = randomUUID();
    const early = idsOf((await ask(viewer, second, 0, { pages: 2, limit: 40 })).pages);
    expect(early.filter((id) => seen.has(id))).toEqual([]);
    const all: string[] = [...early];
    for (let position = 2; position < 12; position += 5) all.push(...idsOf((await ask(viewer, second, position, { pages: 5, limit: 40 })).pages));
    expect(new Set(all).size).toBe(all.length);
    expect(all.some((id) => seen.has(id))).toBe(true);
  });

  it("learns from what became of the slots that were served: who was welcomed, what was refused, and what a less was aimed at", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    await append(database, viewer, on("like", world.byStyle.get("style-5")!.slice(0, 6)));
    const { pages } = await ask(viewer, stream, 0);
    const slots = pages[0]!.slots;
    const [liked, hidden, lessened, undone] = [slots[0]!.image_id, slots[1]!.image_id, slots[2]!.image_id, slots[3]!.image_id];
    const taken = event("hide", { image_id: undone });
    await append(database, viewer, [
      event("like", { image_id: liked }), event("hide", { image_id: hidden }), event("less", { image_id: lessened, target: "popularity" }), taken,
      event("undo", { target: taken.event_id }),
    ]);
    expect((await database.query(selectOutcomes(viewer))).map(slotOutcomeOf)).toEqual([]);
    await ask(viewer, stream, 1);
    const outcomes = (await database.query(selectOutcomes(viewer))).map(slotOutcomeOf);
    expect(outcomes.map(({ image_id, position }) => [image_id, position])).toEqual(slots.map(({ image_id }, i) => [image_id, i]));
    expect(outcomes.slice(0, 4).map(({ outcome }) => outcome)).toEqual(["welcomed", "refused", "refused", "ignored"]);
    expect(outcomes.map(({ term }) => term)).toEqual(slots.map((_, i) => (i === 2 ? "popularity" : undefined)));
    expect(outcomes.map(({ source, features, puddle_id }) => ({ source, features, puddle_id }))).toEqual(slots.map(({ source, features, puddle_id }) => ({ source, features, puddle_id })));
    expect(outcomes.some(({ puddle_id }) => puddle_id !== undefined)).toBe(true);
  });

  it("weighs quality less on the page after a less aimed at it", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    await append(database, viewer, on("like", world.byStyle.get("style-6")!.slice(0, 6)));
    const first = (await ask(viewer, stream, 0)).pages[0]!.slots;
    const weight = (slots: typeof first) => Math.max(...slots.map(({ terms, features }) => (features!["quality"]! > 0 ? terms["quality"]! / features!["quality"]! : 0)));
    const before = weight(first);
    expect(before).toBeGreaterThan(0);
    await append(database, viewer, [event("less", { image_id: first[0]!.image_id, target: "quality" })]);
    expect(weight((await ask(viewer, stream, 1, { pages: 3 })).pages.flatMap(({ slots }) => slots))).toBeLessThan(0.6 * before);
  });

  it("composes for several viewers by the tastes of all, and shows nobody what one of them settled", async () => {
    const [viewer, friend] = [randomUUID(), randomUUID()];
    await append(database, viewer, on("like", world.byStyle.get("style-7")!.slice(0, 6)));
    await append(database, friend, [...on("like", world.byStyle.get("style-8")!.slice(0, 6)), ...on("hide", world.byStyle.get("style-9")!.slice(0, 6))]);
    const { pages } = await ask(viewer, randomUUID(), 0, { pages: 3, with_viewers: [friend] });
    const ids = idsOf(pages);
    const styles = new Set(ids.map(styleOf));
    expect(styles.has("style-7") && styles.has("style-8")).toBe(true);
    expect(styles.has("style-9")).toBe(false);
    const settled = new Set(["style-7", "style-8", "style-9"].flatMap((style) => world.byStyle.get(style)!.slice(0, 6).map(({ id }) => id)));
    expect(ids.filter((id) => settled.has(id))).toEqual([]);
  });

  it("ends short and then empty when everything has been shown, with no image twice and none held back", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    const shown: string[] = [];
    for (let position = 0; ; ) {
      const { pages } = await ask(viewer, stream, position, { pages: 5, limit: 40 });
      expect(pages.length).toBeGreaterThan(0);
      const ids = idsOf(pages);
      shown.push(...ids);
      position += pages.length;
      if (ids.length === 0) break;
      expect(position).toBeLessThan(60);
    }
    expect(new Set(shown).size).toBe(shown.length);
    // Only near-duplicates, of which one stands for all, may never have come.
    expect(shown.length).toBeGreaterThan(0.98 * world.images.length);
  });

  it("lets one of two writers at the same moment win, and never leaves an image on two pages", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    await append(database, viewer, on("like", world.byStyle.get("style-4")!.slice(0, 6)));
    await ask(viewer, stream, 0, { pages: 3 });
    for (let round = 0; round < 5; round++) {
      const asked = [
        ask(viewer, stream, 1 + round, { pages: 3 }),
        ask(viewer, stream, 3 + round, { mode: "extend", pages: 3 }),
        ask(viewer, stream, 1 + round, { pages: 3 }),
        append(database, viewer, on("like", [world.images[round]!])),
      ] as const;
      const answers = (await Promise.all(asked)).filter((answer) => typeof answer === "object");
      const newest = Math.max(...answers.filter((answer) => answer.current).map((answer) => answer.generation));
      const stored = await storedPages(stream);
      const ids = stored.flatMap((page) => page.image_ids);
      expect(new Set(ids).size).toBe(ids.length);
      // What the newest answer says is what stands.
      const winner = answers.find((answer) => answer.current && answer.generation === newest)!;
      for (const page of winner.pages) expect(stored.find((one) => one.position === page.position)!.image_ids).toEqual(idsOf([page]));
      for (const answer of answers) if (!answer.current) expect(answer.pages).toEqual([]);
    }
  });

  it("gives generations in order, so that a cache can tell the newest", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 3 }, () => ask(viewer, stream, 0)));
    expect(new Set(answers.map((answer) => answer.generation)).size).toBe(3);
  });

  it("writes nothing for a caller who has gone", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    const gone = AbortSignal.abort();
    const request: ComposeRequest = { viewer_id: viewer, stream_id: stream, position: 0, pages: 1, limit: 12, mood: null, mode: "replace", served_through: -1 };
    await expect(node.composePages(request, gone)).rejects.toThrow(Failure);
    expect(await storedPages(stream)).toEqual([]);
  });

  it("refuses an erased viewer and another viewer's stream, and writes nothing", async () => {
    const [viewer, other, stream] = [randomUUID(), randomUUID(), randomUUID()];
    await ask(viewer, stream, 0);
    await expect(ask(other, stream, 1)).rejects.toSatisfy((error) => error instanceof Failure && error.code === "viewer.erased");
    await viewerStore(database).erase(viewer, await digestOfViewer(viewer));
    await expect(ask(viewer, randomUUID(), 0)).rejects.toSatisfy((error) => error instanceof Failure && error.code === "viewer.erased");
    expect(await database.query(sql(`select 1 from viewers where id = $1`, viewer))).toEqual([]);
    expect(await storedPages(stream)).toEqual([]);
  });

  it("shows a removed image no more", async () => {
    const [viewer, stream] = [randomUUID(), randomUUID()];
    const removed = world.byStyle.get("style-11")!.slice(0, 30).map((image) => image.id);
    await database.query(sql(`update images set removed_at = now() where id = any($1::uuid[])`, removed));
    node.memory.forgetFacts();
    await append(database, viewer, on("like", world.byStyle.get("style-11")!.slice(30, 36)));
    const ids = idsOf((await ask(viewer, stream, 0, { pages: 5, limit: 30 })).pages);
    expect(ids.filter((id) => removed.includes(id))).toEqual([]);
    await database.query(sql(`update images set removed_at = null where id = any($1::uuid[])`, removed));
  });
});

describe("regions", () => {
  it("put every image into the region of its like, with a label, a place on the map and images to show", async () => {
    const regions = await node.regions.all(world.calibration.space);
    expect(regions.length).toBeGreaterThanOrEqual(8);
    expect(regions.reduce((sum, region) => sum + region.size, 0)).toBe(world.images.length);
    for (const region of regions) {
      expect(region.label).toMatch(/^style-\d+/);
      expect(Math.max(Math.abs(region.x), Math.abs(region.y))).toBeLessThanOrEqual(1);
      const named = new Set(region.top_image_ids.map(styleOf));
      expect([...named].some((style) => region.label.includes(style))).toBe(true);
    }
  });

  it("keep their ids and the map when they are drawn again from the same gallery", async () => {
    const { space } = world.calibration;
    const [before, map] = [await node.regions.all(space), await node.regions.projection(space)];
    await drawRegions(node);
    const after = await node.regions.all(space);
    const known = new Set(before.map((region) => region.id));
    expect(after.filter((region) => known.has(region.id)).length).toBeGreaterThanOrEqual(after.length / 2);
    expect(await node.regions.projection(space)).toEqual(map);
  });
});
