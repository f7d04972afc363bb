import { describe, expect, inject, it } from "vitest";
import { FeedPage } from "#shared/contract/feed.ts";
import { moods } from "#shared/contract/image.ts";
import { cursors } from "#shared/security/opaque-cursor.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import type { ApiViewer } from "../harness/viewer.ts";

const stack = inject("stack");

const pageAt = (viewer: ApiViewer, cursor: string, rest = ""): Promise<FeedPage> => viewer.ask("GET", `/v1/feed?cursor=${encodeURIComponent(cursor)}${rest}`);
const idsOf = (page: FeedPage): string[] => page.items.map((item) => item.image.id);
/** All of a page but who served it: the same page comes from the cache the second time. */
const contentOf = ({ served_by: _, ...page }: FeedPage) => page;

describe("a stream of pages", () => {
  it("shows no image twice from its first page to its end, and ends", async () => {
    const viewer = await mintViewer(stack);
    const seen: string[] = [];
    const positions: number[] = [];
    do {
      const page = FeedPage.parse(await viewer.nextPage({ limit: 40 }));
      positions.push(page.position);
      seen.push(...idsOf(page));
    } while (!viewer.atEnd);
    expect(new Set(seen).size).toBe(seen.length);
    expect(positions).toEqual(positions.map((_, index) => index));
    expect(seen.length).toBeGreaterThanOrEqual(60);
  });

  it("shows no image twice while the viewer likes and hides as they go", async () => {
    const viewer = await mintViewer(stack);
    const seen: string[] = [];
    for (let count = 0; count < 8 && !(count > 0 && viewer.atEnd); count++) {
      const page = await viewer.nextPage({ limit: 8 });
      seen.push(...idsOf(page));
      if (page.items.length > 1) await viewer.act({ kind: "like", imageId: page.items[0]!.image.id }, { kind: "hide", imageId: page.items[1]!.image.id });
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("gives the same page again to a cursor sent again", async () => {
    const viewer = await mintViewer(stack);
    const first = await viewer.nextPage({ limit: 6 });
    const second = await pageAt(viewer, first.cursor!);
    const third = await pageAt(viewer, second.cursor!);
    expect(contentOf(await pageAt(viewer, second.cursor!))).toEqual(contentOf(third));
    expect(contentOf(await pageAt(viewer, first.cursor!))).toEqual(contentOf(second));
  });

  it("composes the last page anew for a client that fetched it ahead and then acted, and leaves earlier ones alone", async () => {
    const viewer = await mintViewer(stack);
    const first = await viewer.nextPage({ limit: 6 });
    const second = await pageAt(viewer, first.cursor!);
    const ahead = await pageAt(viewer, second.cursor!);
    const { offset } = await viewer.act({ kind: "like", imageId: second.items[0]!.image.id }, { kind: "hide", imageId: second.items[1]!.image.id });
    const anew = await pageAt(viewer, second.cursor!);
    expect(ahead.taste_offset).toBeLessThan(offset);
    expect(anew.taste_offset).toBeGreaterThanOrEqual(offset);
    expect(idsOf(anew).filter((id) => [...idsOf(first), ...idsOf(second)].includes(id))).toEqual([]);
    expect(contentOf(await pageAt(viewer, first.cursor!))).toEqual(contentOf(second));
  });

  it("gives one and the same page to a cursor that is sent several times at once", async () => {
    const viewer = await mintViewer(stack);
    const first = await viewer.nextPage({ limit: 6 });
    // Nothing fresh is waiting after a like, so each of these has to be composed.
    await viewer.act({ kind: "like", imageId: first.items[0]!.image.id });
    const pages = await Promise.all(Array.from({ length: 4 }, () => pageAt(viewer, first.cursor!)));
    const next = await Promise.all(pages.map((page) => pageAt(viewer, page.cursor!)));
    for (const page of pages) for (const after of next) expect(idsOf(after).filter((id) => idsOf(page).includes(id))).toEqual([]);
    expect(new Set(pages.map((page) => page.page_id)).size).toBe(1);
  });

  it("keeps the limit and the mood of its first page, whatever is asked beside a cursor", async () => {
    const viewer = await mintViewer(stack);
    const first: FeedPage = await viewer.ask("GET", "/v1/feed?limit=5&mood=calm");
    const next = await pageAt(viewer, first.cursor!, "&limit=17&mood=dark");
    expect(first.items).toHaveLength(5);
    expect(next.items).toHaveLength(5);
    expect([...first.items, ...next.items].filter((item) => item.image.mood !== "calm")).toEqual([]);
  });

  it.each([1, 7, 40])("holds as many images a page as were asked for: %i", async (limit) => {
    const page = await (await mintViewer(stack)).nextPage({ limit });
    expect(page.items).toHaveLength(limit);
    expect(page.items.map((item) => item.slot)).toEqual(page.items.map((_, index) => index));
  });

  it.each(moods)("shows images of another mood only when those of %s are used up", async (mood) => {
    const viewer = await mintViewer(stack);
    const shown: boolean[] = [];
    for (let count = 0; count < 3; count++) shown.push(...(await viewer.nextPage({ mood, limit: 12 })).items.map((item) => item.image.mood === mood));
    expect(shown).toEqual([...shown].sort((a, b) => Number(b) - Number(a)));
  });

  it.each(["limit=0", "limit=41", "limit=-1", "limit=1.5", "limit=many", "limit=1&limit=2", "mood=angry", "cursor="])("refuses %s by the field's name", async (query) => {
    const problem = await problemOf(await (await mintViewer(stack)).send("GET", `/v1/feed?${query}`), "request.invalid");
    expect(problem.fields?.map((one) => one.field)).toEqual([`query.${query.split("=")[0]}`]);
  });

  it("composes the page after a like or a hide from it", async () => {
    const viewer = await mintViewer(stack);
    let page = await viewer.nextPage({ limit: 6 });
    for (const kind of ["like", "hide", "save", "less"] as const) {
      const sentAt = Date.now();
      const receipt = await viewer.act({ kind, imageId: page.items[0]!.image.id });
      page = await viewer.nextPage();
      expect(page.taste_offset).toBeGreaterThanOrEqual(receipt.offset);
      expect(Date.parse(page.composed_at)).toBeGreaterThanOrEqual(sentAt);
    }
  });

  it("comes from the node first and from the cache after, and tells which", async () => {
    const viewer = await mintViewer(stack);
    const first = await viewer.nextPage({ limit: 4 });
    expect(["composed", "fallback"]).toContain(first.served_by);
    expect((await viewer.nextPage()).served_by).toBe("cache");
    expect((await viewer.nextPage()).served_by).toBe("cache");
  });

  it("is never kept by anything between", async () => {
    const response = await (await mintViewer(stack)).send("GET", "/v1/feed");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("is past after five more pages, and says so", async () => {
    const viewer = await mintViewer(stack);
    const { cursor } = await viewer.nextPage({ limit: 2 });
    for (let count = 0; count < 7; count++) await viewer.nextPage();
    await problemOf(await viewer.send("GET", `/v1/feed?cursor=${encodeURIComponent(cursor!)}`), "feed.cursor_expired");
  });
});

describe("a cursor", () => {
  const refused = async (viewer: ApiViewer, cursor: string) => problemOf(await viewer.send("GET", `/v1/feed?cursor=${encodeURIComponent(cursor)}`), "feed.cursor_invalid");

  it("opens for the viewer it was made for and nobody else", async () => {
    const [mine, other] = await Promise.all([mintViewer(stack), mintViewer(stack)]);
    const { cursor } = await mine.nextPage({ limit: 3 });
    await refused(other, cursor!);
    expect((await mine.send("GET", `/v1/feed?cursor=${encodeURIComponent(cursor!)}`)).status).toBe(200);
  });

  it("is refused with any one character altered, left out or doubled", async () => {
    const viewer = await mintViewer(stack);
    const { cursor } = await viewer.nextPage({ limit: 3 });
    const text = cursor!;
    const spread = Array.from({ length: 24 }, (_, index) => Math.floor((index * text.length) / 24));
    const altered = spread.flatMap((at) => [
      text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1), text.slice(0, at) + text.slice(at + 1), text.slice(0, at) + text[at]! + text.slice(at),
    ]).filter((one) => one !== text);
    expect(altered.length).toBeGreaterThan(60);
    for (let from = 0; from < altered.length; from += 12) await Promise.all(altered.slice(from, from + 12).map((one) => refused(viewer, one)));
  });

  it("is refused when truncated, when extended and when it is no cursor at all", async () => {
    const viewer = await mintViewer(stack);
    const { cursor } = await viewer.nextPage({ limit: 3 });
    const [keyId, payload, mac] = cursor!.split("~") as [string, string, string];
    for (const bad of [
      cursor!.slice(0, 20), `${keyId}~${payload}`, `${keyId}~${payload}~`, `~${payload}~${mac}`, `${cursor}~`, `${cursor} `, `${keyId}~${payload}~${mac}=`,
      "null", "0", "{}", "../../..", "a".repeat(2_000), "\0", payload,
    ]) await refused(viewer, bad);
  });

  it("is refused when signed with a secret of another's making, also under the right key's name", async () => {
    const viewer = await mintViewer(stack);
    const { cursor } = await viewer.nextPage({ limit: 3 });
    const [keyId, payload] = cursor!.split("~") as [string, string];
    const content = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const secret = "a secret that the edge has never been told of";
    for (const name of [keyId, "other"]) {
      await refused(viewer, cursors([{ keyId: name, secret }]).seal(content, `feed ${viewer.id}`));
      await refused(viewer, cursors([{ keyId: name, secret }]).seal({ ...content, p: 0 }, `feed ${viewer.id}`));
    }
  });

  it("tells nothing of the viewer or of the server to who reads it", async () => {
    const viewer = await mintViewer(stack);
    const { cursor } = await viewer.nextPage({ limit: 3 });
    const content = Buffer.from(cursor!.split("~")[1]!, "base64url").toString();
    expect(content).not.toContain(viewer.id);
    expect(Object.keys(JSON.parse(content) as object).sort()).toEqual(["l", "m", "p", "s", "t"]);
  });
});
