import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { galleryEntries } from "#local/gallery/gallery.ts";
import type { FieldProblem } from "#shared/contract/failures.ts";
import type { Image } from "#shared/contract/image.ts";
import { SearchPage } from "#shared/contract/search.ts";
import { sql } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";

const stack = inject("stack");
const database = neonDatabase(stack.database.url, stack.database.endpoint);
/** An address of this file's own: visitors who are not known are counted by theirs. */
const ask = (query: Record<string, string>, headers: Record<string, string> = { "cf-connecting-ip": "203.0.113.90" }): Promise<Response> =>
  fetch(new URL(`/v1/search?${new URLSearchParams(query).toString()}`, stack.url), { headers });
const found = async (query: Record<string, string>): Promise<SearchPage> => {
  const response = await ask(query);
  expect(response.status).toBe(200);
  return SearchPage.parse(await response.json());
};
const imagesOf = (page: SearchPage): Image[] => page.items.map(({ image }) => image);

/** All pages of one search. */
async function wholeOf(query: Record<string, string>): Promise<SearchPage[]> {
  const pages = [await found(query)];
  for (let cursor = pages[0]!.cursor; cursor !== null; cursor = pages.at(-1)!.cursor) pages.push(await found({ ...query, cursor }));
  return pages;
}

const styles = [...new Set(galleryEntries().slice(0, stack.images).map(({ style }) => style))];

describe("words", () => {
  it.each(styles)("find the style they name: %s", async (style) => {
    const { items, by } = await found({ q: style.replaceAll("-", " "), limit: "4" });
    expect(by).toContain("words");
    expect(items.map(({ image }) => image.style)).toEqual(Array(4).fill(style));
  });

  it("find what a caption says, whatever the capitals and the order, before images that say only part of it", async () => {
    const { caption, creator } = imagesOf(await found({ q: "blueprint", limit: "1" }))[0]!;
    const backwards = caption.toUpperCase().split(" ").reverse().join("  ");
    expect(imagesOf(await found({ q: backwards, limit: "3" })).map((image) => image.caption)).toContain(caption);
    expect(imagesOf(await found({ q: creator, limit: "3" })).map((image) => image.creator)).toContain(creator);
  });

  it.each([["watercolor", "watercolour"], ["mozaic", "mosaic"], ["isometirc", "isometric-room"], ["blueprnit", "blueprint"]])("with a slip, %s, find what was meant, and say so", async (typed, style) => {
    const page = await found({ q: typed, limit: "4" });
    expect(page.by).toContain("spelling");
    expect(imagesOf(page).map((image) => image.style)).toEqual(Array(4).fill(style));
  });

  it("find already what is not typed to its end", async () => {
    expect(imagesOf(await found({ q: "waterc", limit: "4" })).map((image) => image.style)).toEqual(Array(4).fill("watercolour"));
  });

  it("that are quoted or have a minus are taken at their word", async () => {
    expect(imagesOf(await found({ q: '"neon city" -neon' }))).toEqual([]);
    const without = imagesOf(await found({ q: "city -neon", limit: "48" }));
    const textOf = ({ style, tags, caption }: Image) => [style, ...tags, caption].join(" ").toLowerCase();
    expect(without.filter((image) => /\bneon\b/.test(textOf(image)))).toEqual([]);
  });

  it("that are nowhere find nothing, which is no error", async () => {
    expect(await found({ q: "qxzvw" })).toMatchObject({ by: [], items: [], found: 0, cursor: null });
  });
});

describe("a filter", () => {
  it.each([
    [{ style: "Mosaic" }, (image: Image) => image.style === "mosaic"],
    [{ mood: "calm" }, (image: Image) => image.mood === "calm"],
    [{ tag: "blue" }, (image: Image) => image.tags.includes("blue")],
    [{ orientation: "portrait" }, (image: Image) => image.height > 1.05 * image.width],
    [{ orientation: "landscape" }, (image: Image) => image.width > 1.05 * image.height],
    [{ orientation: "square" }, (image: Image) => Math.abs(image.width - image.height) <= 0.05 * image.width],
  ] as [Record<string, string>, (image: Image) => boolean][])("%o lets only those through", async (filter, holds) => {
    const all = imagesOf(await found({ q: "blue sea sky mosaic city night", ...filter, limit: "48" }));
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((image) => !holds(image))).toEqual([]);
  });

  it("by creator takes the name as it is written on the image", async () => {
    const { creator } = imagesOf(await found({ q: "mandala", limit: "1" }))[0]!;
    const all = imagesOf(await found({ q: "mandala", creator: creator.toUpperCase() }));
    expect(new Set(all.map((image) => image.creator))).toEqual(new Set([creator]));
  });
});

describe("the pages of a search", () => {
  it("repeat no image, hold as many as were asked for, and end", async () => {
    const pages = await wholeOf({ q: "blue", limit: "7" });
    const ids = pages.flatMap(imagesOf).map(({ id }) => id);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.slice(0, -1).map((page) => page.items.length)).toEqual(pages.slice(0, -1).map(() => 7));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(pages[0]!.found);
  });

  it("go on in the same order when an image came or went meanwhile", async () => {
    const query = { q: "blue", limit: "5" };
    const first = await found(query);
    const second = await found({ ...query, cursor: first.cursor! });
    const gone = second.items[2]!.image.id;
    try {
      await database.query(sql(`update images set removed_at = now() where id = $1`, gone));
      const again = await found({ ...query, cursor: first.cursor! });
      expect(imagesOf(again).map(({ id }) => id).slice(0, 4)).toEqual(imagesOf(second).map(({ id }) => id).filter((id) => id !== gone));
      expect(again.items).toHaveLength(5);
    } finally {
      await database.query(sql(`update images set removed_at = null where id = $1`, gone));
    }
  });

  it("are refused to a cursor of another search, or of none", async () => {
    const { cursor } = await found({ q: "blue", limit: "3" });
    await problemOf(await ask({ q: "red", cursor: cursor! }), "search.cursor_invalid");
    await problemOf(await ask({ q: "blue", style: "mosaic", cursor: cursor! }), "search.cursor_invalid");
    await problemOf(await ask({ q: "blue", cursor: "made up" }), "search.cursor_invalid");
    expect((await found({ q: "  BLUE ", cursor: cursor! })).items.length).toBeGreaterThan(0);
  });
});

describe("an image that must not be shown", () => {
  it("is not found by who hid it, and is by everybody else", async () => {
    const viewer = await mintViewer(stack);
    const search = async () => SearchPage.parse(await viewer.ask("GET", "/v1/search?q=pointillism&limit=48"));
    const before = await search();
    const hidden = before.items[0]!.image.id;
    await viewer.act({ kind: "hide", imageId: hidden });
    const after = await search();
    expect(imagesOf(after).map(({ id }) => id)).not.toContain(hidden);
    expect(after.found).toBe(before.found - 1);
    expect(imagesOf(await found({ q: "pointillism", limit: "48" })).map(({ id }) => id)).toContain(hidden);
  });

  it("is gone at once when it was removed, also from a search just made", async () => {
    const gone = imagesOf(await found({ q: "stained glass" }))[0]!.id;
    try {
      await database.query(sql(`update images set removed_at = now() where id = $1`, gone));
      expect(imagesOf(await found({ q: "stained glass" })).map(({ id }) => id)).not.toContain(gone);
    } finally {
      await database.query(sql(`update images set removed_at = null where id = $1`, gone));
    }
  });
});

describe("a search", () => {
  it.each([
    [{}, "q"], [{ q: "" }, "q"], [{ q: "   " }, "q"], [{ q: "?! …" }, "q"], [{ q: "x".repeat(201) }, "q"], [{ q: "a\0b" }, "q"], [{ q: "a", limit: "49" }, "limit"],
    [{ q: "a", mood: "angry" }, "mood"], [{ q: "a", orientation: "round" }, "orientation"], [{ q: "a", style: "" }, "style"],
  ] as [Record<string, string>, string][])("%o is refused by the field's name", async (query, field) => {
    const problem = await problemOf(await ask(query), "request.invalid");
    expect(new Set(problem.fields?.map((one: FieldProblem) => one.field))).toEqual(new Set([`query.${field}`]));
  });

  it.each(["'", "a' or 1=1 --", "\\", "a & | ! ( ) : * <->", "a:*b", '"', "-", "- -a", "!!a", "<b>a</b>", "%", "日本語", "é́é", "a".repeat(200), Array(60).fill("ab").join(" "), "💥 a", "ﬁ ½ ²"])(
    "for %s is answered", async (q) => {
      const response = await ask({ q });
      if (/[\p{L}\p{N}]/u.test(q)) SearchPage.parse(await response.json());
      else await problemOf(response, "request.invalid");
    });

  it("may be kept for a second by anyone where nobody is known, and by nobody where somebody is", async () => {
    const open = await ask({ q: "blue" });
    expect(open.headers.get("cache-control")).toBe("public, max-age=1");
    expect(open.headers.get("vary")?.toLowerCase()).toContain("authorization");
    const known = await (await mintViewer(stack)).send("GET", "/v1/search?q=blue");
    expect(known.headers.get("cache-control")).toBe("private, no-store");
  });

  it("tells the viewer's log where an image was met", async () => {
    const viewer = await mintViewer(stack);
    const [image] = imagesOf(await found({ q: "woodblock", limit: "1" }));
    const event = { id: randomUUID(), kind: "like", image_id: image!.id, at: new Date().toISOString() };
    await viewer.ask("POST", "/v1/interactions", { events: [{ ...event, origin: "search" }, { ...event, id: randomUUID(), kind: "view" }] });
    const { interactions } = await viewer.ask<{ interactions: { kind: string; origin: string | null }[] }>("GET", "/v1/me/export");
    expect(interactions.map(({ kind, origin }) => [kind, origin])).toEqual([["like", "search"], ["view", null]]);
    const refused = await viewer.ask<{ rejected: { message: string }[] }>("POST", "/v1/interactions", { events: [{ ...event, id: randomUUID(), origin: "elsewhere" }] });
    expect(refused.rejected.map(({ message }) => message.split(":")[0])).toEqual(["origin"]);
  });

  it("is written in no log", async () => {
    const secret = "zanzibarianlighthousekeeper";
    await found({ q: secret });
    for (const name of ["edge", "gpu-node", "redis", "postgres"])
      expect(await readFile(join(stack.dataDir, "logs", `${name}.log`), "utf8").catch(() => "")).not.toContain(secret);
  });
});
