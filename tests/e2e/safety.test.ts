import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoredImage, type Image } from "#shared/contract/image.ts";
import { HeldImage, type Reviewed, type ReviewPage, type Scored } from "#shared/contract/review.ts";
import { reviewedFrom } from "#shared/contract/safety.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { startFilledStack, type FilledStack } from "../harness/filled-stack.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { unsafePicture } from "../harness/unsafe-picture.ts";
import type { ApiViewer } from "../harness/viewer.ts";

const images = 40;
let stack: FilledStack;
let database: Database;
let operator: ApiViewer;
const viewerOf = () => mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret });
const get = (path: string): Promise<Response> => fetch(new URL(path, stack.url));

beforeAll(async () => {
  stack = await startFilledStack(images);
  database = neonDatabase(stack.connections.database.url, stack.connections.database.endpoint);
  operator = await mintViewer({ url: stack.url, jwtSecret: stack.secrets.jwtSecret }, "operator viewer");
});
afterAll(async () => {
  await stack.remove();
});

async function upload(bytes: Uint8Array): Promise<Response> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(bytes)]));
  return fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${operator.token}` }, body: form });
}
const queue = (query = ""): Promise<ReviewPage> => operator.ask("GET", `/v1/review${query}`);
const decide = (id: string, verdict: object): Promise<Response> => operator.send("POST", `/v1/review/${id}`, verdict);

describe("every image", () => {
  it("has a score, its colours and its orientation stored, and of the gallery none waits", async () => {
    const rows = await database.query(sql(`select unsafe, safety, palette, orientation, width, height from images`));
    expect(rows).toHaveLength(images);
    for (const row of rows) {
      const palette = row["palette"] as { colour: string; share: number }[];
      expect(row["unsafe"] as number).toBeLessThan(reviewedFrom);
      expect(Object.values(row["safety"] as Record<string, number>).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 4);
      expect(palette.length).toBeGreaterThan(0);
      expect(palette.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 1);
      const [width, height] = [row["width"] as number, row["height"] as number];
      expect(row["orientation"]).toBe(width > 1.1 * height ? "landscape" : height > 1.1 * width ? "portrait" : "square");
    }
    expect(await queue()).toEqual({ items: [], next: null });
  });

  it("stored before there was a score is scored when operators ask, bit by bit, each once", async () => {
    const before = await database.query(sql(`select id, unsafe, palette from images order by seq limit 7`));
    await database.query(sql(`update images set unsafe = null, safety = null, palette = null where id = any($1::uuid[])`, before.map((row) => row["id"])));
    expect(await operator.ask<Scored>("POST", "/v1/review/score?limit=5")).toEqual({ scored: 5, held: 0, left: 2 });
    expect(await operator.ask<Scored>("POST", "/v1/review/score?limit=5")).toEqual({ scored: 2, held: 0, left: 0 });
    expect(await operator.ask<Scored>("POST", "/v1/review/score")).toEqual({ scored: 0, held: 0, left: 0 });
    const after = await database.query(sql(`select id, unsafe, palette from images where id = any($1::uuid[]) order by seq`, before.map((row) => row["id"])));
    for (const [i, row] of after.entries()) {
      expect(row["id"]).toBe(before[i]!["id"]);
      expect(Math.abs((row["unsafe"] as number) - (before[i]!["unsafe"] as number))).toBeLessThan(0.2);
      expect(row["palette"]).not.toBeNull();
    }
  });
});

describe("an upload that the classifier holds to be explicit", () => {
  it("waits for an operator: kept, told so, and shown to nobody; approved, it is there", async () => {
    const bytes = await unsafePicture(0);
    const answer = await upload(bytes);
    expect(answer.status).toBe(202);
    const held = HeldImage.parse(await answer.json());
    expect(held.unsafe).toBeGreaterThanOrEqual(reviewedFrom);
    await problemOf(await get(`/v1/images/${held.id}`), "image.not_found");
    await problemOf(await get(`/media/${held.id}/320.webp`), "image.not_found");
    expect((await upload(bytes)).status).toBe(202);

    const { items } = await queue();
    expect(items).toEqual([expect.objectContaining({ id: held.id, width: 224, height: 224, unsafe: held.unsafe, picture: `/v1/review/${held.id}/picture` })]);
    const picture = await operator.send("GET", items[0]!.picture);
    expect(picture.headers.get("content-type")).toBe("image/webp");
    expect(await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).toMatchObject({ width: 224, height: 224 });

    const approved = await decide(held.id, { decision: "approve", unsafe: 0.1 });
    expect((await approved.json()) as Reviewed).toMatchObject({ id: held.id, decision: "approve" });
    const image = (await (await get(`/v1/images/${held.id}`)).json()) as Image;
    expect((await get(image.variants[0]!.url)).status).toBe(200);
    expect((await queue()).items).toEqual([]);
    await problemOf(await decide(held.id, { decision: "remove" }), "review.not_found");
    await problemOf(await operator.send("GET", items[0]!.picture), "review.not_found");
    expect(StoredImage.parse(await (await upload(bytes)).json())).toMatchObject({ already_there: true, image: { id: held.id } });
  });

  it("is gone for good when an operator refuses it, and the same bytes with it", async () => {
    const bytes = await unsafePicture(1);
    const { id } = HeldImage.parse(await (await upload(bytes)).json());
    expect((await decide(id, { decision: "remove" })).status).toBe(200);
    await problemOf(await upload(bytes), "image.removed");
    await problemOf(await get(`/v1/images/${id}`), "image.not_found");
    expect((await queue()).items).toEqual([]);
  });

  it("leaves pages in waiting when it is scored after all, having counted as less until then", async () => {
    const bytes = await unsafePicture(0);
    const { image } = StoredImage.parse(await (await upload(bytes)).json());
    const holdsIt = async (viewer: ApiViewer): Promise<boolean> => {
      await viewer.nextPage({ limit: 8 });
      const rows = await database.query(sql(`select 1 from feed_pages join feed_streams on feed_streams.id = stream_id where viewer_id = $1 and position > 0 and names @> array[$2::uuid]`, viewer.id, image.id));
      return rows.length > 0;
    };
    let viewer: ApiViewer;
    do viewer = await viewerOf();
    while (!(await holdsIt(viewer)));
    await database.query(sql(`update images set unsafe = null where id = $1`, image.id));
    // It was approved, so it is not held again.
    expect(await operator.ask<Scored>("POST", "/v1/review/score")).toEqual({ scored: 1, held: 0, left: 0 });
    const seen: string[] = [];
    while (!viewer.atEnd) seen.push(...(await viewer.nextPage()).items.map((item) => item.image.id));
    expect(seen.length).toBeGreaterThan(8);
    expect(seen).not.toContain(image.id);
    await problemOf(await get(`/v1/images/${image.id}`), "image.withheld");
  });

  it("is told of page by page, the longest waiting first", async () => {
    const ids = [];
    for (const which of [2, 3]) ids.push(HeldImage.parse(await (await upload(await unsafePicture(which))).json()).id);
    const first = await queue("?limit=1");
    expect(first.items.map(({ id }) => id)).toEqual([ids[0]]);
    const second = await queue(`?limit=1&after=${first.next}`);
    expect(second).toMatchObject({ items: [{ id: ids[1] }], next: null });
    // Removing or restoring what waits decides it too.
    expect((await operator.send("DELETE", `/v1/images/${ids[0]!}?reason=seen`)).status).toBe(200);
    expect((await operator.send("POST", `/v1/images/${ids[1]!}/restore`)).status).toBe(200);
    expect((await queue()).items).toEqual([]);
    expect((await operator.send("DELETE", `/v1/images/${ids[1]!}?reason=seen`)).status).toBe(200);
  });

  it("is for operators' eyes alone", async () => {
    const viewer = await viewerOf();
    for (const [method, path] of [["GET", "/v1/review"], ["POST", "/v1/review/score"], ["GET", "/v1/review/00000000-0000-4000-8000-000000000000/picture"]] as const)
      await problemOf(await viewer.send(method, path), "auth.scope");
    await problemOf(await viewer.send("POST", "/v1/review/00000000-0000-4000-8000-000000000000", { decision: "approve" }), "auth.scope");
    await problemOf(await decide("00000000-0000-4000-8000-000000000000", { decision: "approve" }), "review.not_found");
  });
});

describe("a copy of an image that is there", () => {
  it("is told so, leads to the original, and no list shows both", async () => {
    const original = await sharp(randomBytes(24 * 18 * 3), { raw: { width: 24, height: 18, channels: 3 } }).resize(960, 720, { kernel: "cubic" }).png().toBuffer();
    const first = StoredImage.parse(await (await upload(original)).json());
    expect(first.duplicate_of).toBeNull();
    const copies: StoredImage[] = [];
    for (const bytes of [await sharp(original).jpeg({ quality: 60 }).toBuffer(), await sharp(original).resize(480).webp({ quality: 50 }).toBuffer()]) {
      const answer = await upload(bytes);
      expect(answer.status).toBe(201);
      copies.push(StoredImage.parse(await answer.json()));
    }
    for (const copy of copies) expect(copy).toMatchObject({ already_there: false, duplicate_of: first.image.id });
    expect(StoredImage.parse(await (await upload(await sharp(original).jpeg({ quality: 60 }).toBuffer())).json())).toEqual({ ...copies[0], already_there: true });

    const all = [first.image.id, ...copies.map(({ image }) => image.id)];
    const among = (ids: readonly string[]): string[] => ids.filter((id) => all.includes(id));
    const neighbours = async (id: string) => ((await (await get(`/v1/images/${id}/similar?limit=48`)).json()) as { items: { image: Image }[] }).items.map(({ image }) => image.id);
    for (const id of all) expect(among(await neighbours(id))).toEqual([]);
    const other = (await neighbours(first.image.id))[0]!;
    expect(among(await neighbours(other)).length).toBeLessThanOrEqual(1);
    const viewer = await viewerOf();
    await viewer.ask("PUT", "/v1/me/settings", { safety: "open" });
    const seen: string[] = [];
    do seen.push(...(await viewer.nextPage({ limit: 40 })).items.map(({ image }) => image.id));
    while (!viewer.atEnd);
    expect(among(seen)).toEqual([first.image.id]);

    // Without its original, a copy stands for itself.
    expect((await operator.send("DELETE", `/v1/images/${first.image.id}?reason=moved+on`)).status).toBe(200);
    expect(StoredImage.parse(await (await upload(await sharp(original).jpeg({ quality: 60 }).toBuffer())).json()).duplicate_of).toBeNull();
  });

  it("is none where two pictures only share a hand", async () => {
    const rows = await database.query(sql(`select count(*)::int as copies from images where duplicate_of is not null and style <> ''`));
    expect(rows[0]!["copies"]).toBe(0);
  });
});
