import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeedPage, PopularPage } from "#shared/contract/feed.ts";
import type { Image, Removal, StoredImage } from "#shared/contract/image.ts";
import type { z } from "zod";
import { sql, type Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { askRedis } from "../harness/redis.ts";
import type { ApiViewer } from "../harness/viewer.ts";

/** The bar: gone from everywhere this long after the operator's answer. */
const withinMs = 1_000;

let stack: FilledStack;
let database: Database;
let operator: ApiViewer;
const get = (path: string): Promise<Response> => fetch(new URL(path, stack.url), { headers: { authorization: `Bearer ${operator.token}` } });
const viewerOf = () => mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret });

beforeAll(async () => {
  stack = await startFilledStack(96);
  database = neonDatabase(stack.connections.database.url, stack.connections.database.endpoint);
  operator = await mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret }, "operator viewer");
});
afterAll(async () => {
  await stack.remove();
});

const remove = (id: string, query = "reason=a+test"): Promise<Response> => operator.send("DELETE", `/v1/images/${id}?${query}`);
const restore = (id: string): Promise<Response> => operator.send("POST", `/v1/images/${id}/restore`);

/** Everything Redis holds, as text, but for the note that the image was removed. */
async function everythingCached(): Promise<string> {
  const redis = stack.connections.redis;
  const texts: string[] = [];
  for (const key of (await askRedis(redis, ["KEYS", "*"])) as string[]) {
    const type = (await askRedis(redis, ["TYPE", key])) as string;
    if (type === "hash") texts.push(JSON.stringify(await askRedis(redis, ["HGETALL", key])));
    if (type === "string") texts.push((await askRedis(redis, ["GET", key])) as string);
  }
  return texts.join("\n");
}

/** Every public list in which an image can stand. */
const lists = ["/v1/feed/popular?limit=60", "/v1/feed/popular?window=all&limit=60", "/v1/feed/popular?window=day&limit=59", "/v1/regions", "/v1/communities"];

async function listed(): Promise<string> {
  const regions = ((await (await get("/v1/regions")).json()) as { regions: { id: string }[] }).regions.map(({ id }) => `/v1/regions/${id}`);
  return (await Promise.all([...lists, ...regions].map(async (path) => (await get(path)).text()))).join("\n");
}

/** The image is nowhere from now on, however often it is looked for. */
async function expectGone(image: Image, neighbour: string): Promise<void> {
  await problemOf(await get(`/v1/images/${image.id}`), "image.not_found");
  await problemOf(await get(`/v1/images/${image.id}/similar`), "image.not_found");
  for (const { url } of image.variants) await problemOf(await get(url), "image.not_found");
  for (const text of [await listed(), await everythingCached(), await (await get(`/v1/images/${neighbour}/similar?limit=48`)).text()]) expect(text.includes(image.id)).toBe(false);
}

describe("an image that an operator removes", () => {
  it("is gone within a second from pages composed and cached, from lists, searches, files and the taste it fed, while others scroll", async () => {
    const liking = await viewerOf();
    const first = await liking.nextPage({ limit: 12 });
    await liking.act(...first.items.slice(0, 6).map((item) => ({ kind: "love" as const, imageId: item.image.id })));
    // Pages composed before it goes: some name it as an item, and the liking viewer's as the reason of another.
    const reasons = [await liking.nextPage(), await liking.nextPage()].flatMap((page) => page.items.flatMap(({ why }) => why.anchor_image_id ?? []));
    expect(reasons.length).toBeGreaterThan(0);
    const image = (await (await get(`/v1/images/${reasons[0]!}`)).json()) as Image;
    const [neighbour] = ((await (await get(`/v1/images/${image.id}/similar`)).json()) as { items: { image: Image }[] }).items;
    for (let i = 0; i < 3; i++) await viewerOf().then((viewer) => viewer.act({ kind: "love", imageId: image.id }));
    expect(JSON.stringify(await liking.taste())).toContain(image.id);
    const viewers = await Promise.all(Array.from({ length: 12 }, viewerOf));
    const opened = await Promise.all(viewers.map((viewer) => viewer.nextPage({ limit: 20 })));
    expect(await listed()).toContain(image.id);
    await expect.poll(everythingCached).toContain(`"anchor_image_id\\":\\"${image.id}`);
    const naming = await database.query(sql(`select stream_id, position from feed_pages where names @> array[$1::uuid]`, image.id));
    expect(naming.length).toBeGreaterThan(5);

    // Others scroll all the while; what they are given later than the bar must not have it.
    let goneAt = Infinity;
    const late: string[] = [];
    const scrolling = new AbortController();
    const scrollers = viewers.map(async (viewer) => {
      while (!scrolling.signal.aborted) {
        const askedAt = performance.now();
        const page = await viewer.nextPage();
        if (askedAt > goneAt && JSON.stringify(page).includes(image.id)) late.push(page.page_id);
        if (viewer.atEnd) viewer.startOver();
        await sleep(20);
      }
    });
    const popularNow = (async () => {
      while (!scrolling.signal.aborted) {
        const askedAt = performance.now();
        const texts = await Promise.all(lists.slice(0, 3).map(async (path) => (await get(path)).text()));
        if (askedAt > goneAt && texts.some((text) => text.includes(image.id))) late.push("popular");
        await sleep(20);
      }
    })();

    await sleep(300);
    const removal = await remove(image.id, "reason=Not+ours+to+show");
    expect(removal.status).toBe(200);
    expect((await removal.json()) as Removal).toMatchObject({ id: image.id, reason: "Not ours to show" });
    const answeredAt = performance.now();
    // Nothing keeps it longer than the copies of the popular feed beside visitors.
    await sleep(600);
    goneAt = performance.now();
    expect(goneAt - answeredAt).toBeLessThan(withinMs);
    await expectGone(image, neighbour!.image.id);
    expect(JSON.stringify(await liking.taste())).not.toContain(image.id);
    await sleep(2_500);
    scrolling.abort();
    await Promise.all([...scrollers, popularNow]);
    expect(late).toEqual([]);
    await expectGone(image, neighbour!.image.id);

    // A cursor sent again gets its page again, less the image.
    for (const [index, page] of opened.entries()) {
      if (!page.items.some((item) => item.image.id === image.id) || page.cursor === null) continue;
      const again = await viewers[index]!.ask<FeedPage>("GET", `/v1/feed?cursor=${page.cursor}`).catch(() => null);
      expect(JSON.stringify(again)).not.toContain(image.id);
    }
    expect(await database.query(sql(`select 1 from image_vectors where image_id = $1`, image.id))).toEqual([]);
  });

  it("leaves each page that had it as it was but for that one item", async () => {
    const viewer = await viewerOf();
    const one = await viewer.nextPage({ limit: 6 });
    const two = await viewer.ask<FeedPage>("GET", `/v1/feed?cursor=${one.cursor}`);
    const gone = two.items[2]!.image.id;
    expect((await remove(gone)).status).toBe(200);
    const again = await viewer.ask<FeedPage>("GET", `/v1/feed?cursor=${one.cursor}`);
    expect(again.items.map((item) => item.image.id)).toEqual(two.items.map((item) => item.image.id).filter((id) => id !== gone));
    expect({ ...again, items: [], served_by: "" }).toEqual({ ...two, items: [], served_by: "" });
    expect((await restore(gone)).status).toBe(200);
  });

  it("takes no like any more, and the same bytes are refused and bring no file of it back", async () => {
    const png = await sharp(randomBytes(200 * 200 * 3), { raw: { width: 200, height: 200, channels: 3 } }).png().toBuffer();
    const upload = () => {
      const form = new FormData();
      form.set("file", new Blob([new Uint8Array(png)]), "x.png");
      return fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${operator.token}` }, body: form });
    };
    const { image } = (await (await upload()).json()) as z.infer<typeof StoredImage>;
    expect((await remove(image.id)).status).toBe(200);
    await problemOf(await upload(), "image.removed");
    await problemOf(await get(image.variants[0]!.url), "image.not_found");
    const viewer = await viewerOf();
    const { rejected } = await viewer.act({ kind: "like", imageId: image.id });
    expect(rejected).toHaveLength(1);
    // Again is the same, with a new reason.
    expect(((await (await remove(image.id, "reason=again")).json()) as Removal).reason).toBe("again");
  });

  it("comes back as it was when it is restored, and cannot when its original was deleted with it", async () => {
    const { items } = (await (await get("/v1/feed/popular?window=all&limit=3")).json()) as PopularPage;
    const before = (await (await get(`/v1/images/${items[1]!.image.id}`)).json()) as Image;
    const files = await Promise.all(before.variants.map(async ({ url }) => Buffer.from(await (await get(url)).arrayBuffer()).toString("base64")));
    expect((await remove(before.id)).status).toBe(200);
    const back = await restore(before.id);
    expect(await back.json()).toEqual(before);
    expect(await Promise.all(before.variants.map(async ({ url }) => Buffer.from(await (await get(url)).arrayBuffer()).toString("base64")))).toEqual(files);
    expect(((await (await get(`/v1/images/${before.id}/similar`)).json()) as { items: unknown[] }).items).toHaveLength(12);
    expect((await restore(before.id)).status).toBe(200);

    expect((await remove(items[2]!.image.id, "reason=for+good&original=delete")).status).toBe(200);
    await problemOf(await restore(items[2]!.image.id), "image.original_gone");
  });

  it("is removed by operators alone, by its id, for a reason", async () => {
    const viewer = await viewerOf();
    const { items } = await viewer.nextPage({ limit: 1 });
    const { id } = items[0]!.image;
    await problemOf(await viewer.send("DELETE", `/v1/images/${id}?reason=mine`), "auth.scope");
    await problemOf(await viewer.send("POST", `/v1/images/${id}/restore`), "auth.scope");
    await problemOf(await remove(id, "reason="), "request.invalid");
    await problemOf(await remove(id, "original=keep"), "request.invalid");
    await problemOf(await remove("00000000-0000-4000-8000-00000000dead"), "image.not_found");
    await problemOf(await restore("00000000-0000-4000-8000-00000000dead"), "image.not_found");
    expect((await get(`/v1/images/${id}`)).status).toBe(200);
  });
});
