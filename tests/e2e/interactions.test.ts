import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import type { InteractionReceipt } from "#shared/contract/interaction.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import type { ApiViewer } from "../harness/viewer.ts";

const stack = inject("stack");

interface Logged {
  kind: string;
  target: string | null;
  occurred_at: string;
}
const logOf = async (viewer: ApiViewer): Promise<Logged[]> => (await viewer.ask<{ interactions: Logged[] }>("GET", "/v1/me/export")).interactions;

describe("a batch of events", () => {
  const good = (imageId: string, rest: object = {}) => ({ id: randomUUID(), kind: "view", image_id: imageId, at: new Date().toISOString(), ...rest });
  const sendAll = (viewer: ApiViewer, events: unknown[]): Promise<InteractionReceipt> => viewer.ask("POST", "/v1/interactions", { events });
  const someImages = async (viewer: ApiViewer): Promise<string[]> => (await viewer.nextPage({ limit: 10 })).items.map((item) => item.image.id);

  it("loses none of its good events to a bad one, which is named by its place", async () => {
    const viewer = await mintViewer(stack);
    const [one, two] = (await someImages(viewer)) as [string, string];
    const bad = [
      { ...good(one), kind: "adore" }, { ...good(one), image_id: randomUUID() }, { ...good(one), id: "x" }, { ...good(one), at: "yesterday" }, { ...good(one), extra: 1 },
      null, "event", [], { ...good(one), value: -1 }, { ...good(one), slot: 1.5 }, { ...good(one), image_id: null }, 7,
    ];
    const receipt = await sendAll(viewer, [good(one), ...bad, good(two)]);
    expect(receipt).toMatchObject({ accepted: 2, duplicates: 0, offset: 2 });
    expect(receipt.rejected.map((one) => one.index).sort((a, b) => a - b)).toEqual(bad.map((_, index) => index + 1));
    expect(receipt.rejected.find((one) => one.index === 2)).toMatchObject({ code: "interaction.unknown_image" });
    expect(receipt.rejected.find((one) => one.index === 1)?.message).toMatch(/^kind: /);
    expect(await logOf(viewer)).toHaveLength(2);
  });

  it("that holds nothing good changes nothing and still tells the viewer's place", async () => {
    const viewer = await mintViewer(stack);
    const [image] = (await someImages(viewer)) as [string];
    await sendAll(viewer, [good(image), good(image)]);
    expect(await sendAll(viewer, [{}, { ...good(image), image_id: randomUUID() }])).toMatchObject({ accepted: 0, duplicates: 0, offset: 2 });
  });

  it("counts an event once, by its id: within a batch, across batches and in either spelling", async () => {
    const viewer = await mintViewer(stack);
    const [image] = (await someImages(viewer)) as [string];
    const event = good(image, { kind: "like" });
    const shouted = { ...event, id: event.id.toUpperCase(), image_id: image.toUpperCase() };
    expect(await sendAll(viewer, [event, event, shouted])).toMatchObject({ accepted: 1, duplicates: 2, rejected: [], offset: 1 });
    expect(await sendAll(viewer, [event])).toMatchObject({ accepted: 0, duplicates: 1, offset: 1 });
    expect(await sendAll(viewer, [shouted, good(image)])).toMatchObject({ accepted: 1, duplicates: 1 });
    const changed = { ...event, kind: "hide" };
    expect(await sendAll(viewer, [changed])).toMatchObject({ accepted: 0, duplicates: 1 });
    expect((await logOf(viewer)).map((one) => one.kind)).toEqual(["like", "view"]);
  });

  it("counts once also when it is sent many times at the same moment", async () => {
    const viewer = await mintViewer(stack);
    const events = (await someImages(viewer)).map((image) => good(image));
    const receipts = await Promise.all(Array.from({ length: 8 }, () => sendAll(viewer, events)));
    expect(receipts.reduce((sum, one) => sum + one.accepted, 0)).toBe(events.length);
    expect(await logOf(viewer)).toHaveLength(events.length);
  });

  it("steers the next page in whatever spelling its ids come", async () => {
    const viewer = await mintViewer(stack);
    const [image] = (await someImages(viewer)) as [string];
    const receipt = await sendAll(viewer, [{ ...good(image), id: randomUUID().toUpperCase(), image_id: image.toUpperCase(), kind: "like" }]);
    expect(receipt.accepted).toBe(1);
    expect((await viewer.nextPage()).taste_offset).toBeGreaterThanOrEqual(receipt.offset);
  });

  it("may hold a hundred events and no more, and must hold one", async () => {
    const viewer = await mintViewer(stack);
    const images = await someImages(viewer);
    const many = (count: number) => Array.from({ length: count }, (_, index) => good(images[index % images.length]!));
    expect(await sendAll(viewer, many(100))).toMatchObject({ accepted: 100, offset: 100 });
    for (const events of [many(101), []]) {
      const problem = await problemOf(await viewer.send("POST", "/v1/interactions", { events }), "request.invalid");
      expect(problem.fields?.map((one) => one.field)).toEqual(["json.events"]);
    }
    expect(await logOf(viewer)).toHaveLength(100);
  });

  it("takes what happened in the future as now, and what happened in an age past as a week old", async () => {
    const viewer = await mintViewer(stack);
    const [image] = (await someImages(viewer)) as [string];
    const sentAt = Date.now();
    await sendAll(viewer, ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", new Date(sentAt - 3_600_000).toISOString()].map((at) => good(image, { at })));
    const times = (await logOf(viewer)).map((one) => Date.parse(one.occurred_at));
    const within = (time: number, wanted: number) => expect(Math.abs(time - wanted)).toBeLessThan(60_000);
    within(times[0]!, sentAt);
    within(times[1]!, sentAt - 7 * 86_400_000);
    within(times[2]!, sentAt - 3_600_000);
  });
});

describe("a less that is aimed", () => {
  const less = (imageId: string, term?: string, kind = "less") => ({ id: randomUUID(), kind, image_id: imageId, at: new Date().toISOString(), ...(term === undefined ? {} : { term }) });
  const suppressed = async (viewer: ApiViewer) => (await viewer.taste()).suppressed.length;

  it("is on record with what it is aimed at, holds back nothing where that is no matter of content, and can be taken back", async () => {
    const viewer = await mintViewer(stack);
    const [one, two, three] = (await viewer.nextPage({ limit: 3 })).items.map((item) => item.image.id) as [string, string, string];
    await viewer.ask("POST", "/v1/interactions", { events: [less(one, "popularity"), less(two, "together")] });
    expect(await suppressed(viewer)).toBe(0);
    await viewer.ask("POST", "/v1/interactions", { events: [less(three)] });
    expect(await suppressed(viewer)).toBe(1);
    expect((await logOf(viewer)).map(({ kind, target }) => [kind, target])).toEqual([["less", "popularity"], ["less", "together"], ["less", null]]);
    for (const undone of [three, two, one]) expect(await viewer.ask("POST", "/v1/me/taste/undo", {})).toMatchObject({ kind: "less", image_id: undone });
    expect(await suppressed(viewer)).toBe(0);
  });

  it("is refused where the term is none or the event no less, naming the field", async () => {
    const viewer = await mintViewer(stack);
    const [image] = (await viewer.nextPage({ limit: 1 })).items.map((item) => item.image.id) as [string];
    const { rejected, accepted } = await viewer.ask<InteractionReceipt>("POST", "/v1/interactions", { events: [less(image, "diversity"), less(image, "popularity", "hide"), less(image, "puddle:")] });
    expect(accepted).toBe(0);
    expect(rejected.map(({ message }) => message.split(":")[0])).toEqual(["term", "term", "term"]);
  });
});
