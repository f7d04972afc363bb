import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import { sql } from "#shared/stores/database.ts";
import { neonDatabase } from "#shared/stores/neon-database.ts";
import { goodClaims, mintToken, mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { askRedis } from "../harness/redis.ts";
import { ApiViewer } from "../harness/viewer.ts";

const stack = inject("stack");
const database = neonDatabase(stack.database.url, stack.database.endpoint);

interface Export {
  viewer_id: string;
  settings: { adventure: number; shared_taste: boolean };
  interactions: { event_id: string; kind: string; image_id: string | null }[];
  pages: { id: string; stream_id: string; image_ids: string[] }[];
  taste: { viewer_id: string; puddles: { id: string }[] } | null;
}
const exportOf = (viewer: ApiViewer): Promise<Export> => viewer.ask("GET", "/v1/me/export");

/** A viewer with a life: pages read, images liked and hidden, a setting chosen. */
async function livedIn(): Promise<{ viewer: ApiViewer; eventIds: string[]; pageIds: string[] }> {
  const viewer = await mintViewer(stack);
  const pages = [await viewer.nextPage({ limit: 6 }), await viewer.nextPage()];
  const eventIds = pages.flatMap((page) => page.items).slice(0, 6).map(() => randomUUID());
  await viewer.act(...pages.flatMap((page) => page.items).slice(0, 6).map((item, index) => ({ id: eventIds[index]!, kind: index % 3 === 2 ? ("hide" as const) : ("like" as const), imageId: item.image.id })));
  await viewer.send("PUT", "/v1/me/settings", { adventure: 0.7 });
  const third = await viewer.nextPage();
  await expect.poll(async () => (await viewer.taste()).puddles.length, { timeout: 10_000 }).toBeGreaterThan(0);
  return { viewer, eventIds, pageIds: [...pages, third].map((page) => page.page_id) };
}

describe("what one viewer holds", () => {
  it("is all in their export, and nothing of another's is", async () => {
    const [mine, other] = await Promise.all([livedIn(), livedIn()]);
    // A taste is stored a moment after it changed.
    await expect.poll(async () => (await exportOf(mine.viewer)).taste?.puddles.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    const held = await exportOf(mine.viewer);
    expect(held.viewer_id).toBe(mine.viewer.id);
    expect(held.settings).toEqual({ adventure: 0.7, shared_taste: true, safety: "standard" });
    expect(held.interactions.filter((event) => event.kind !== "settings").map((event) => event.event_id)).toEqual(mine.eventIds);
    expect(held.pages.map((page) => page.id)).toEqual(expect.arrayContaining(mine.pageIds));
    expect(held.taste?.viewer_id).toBe(mine.viewer.id);
    const text = JSON.stringify(held);
    for (const theirs of [other.viewer.id, ...other.eventIds, ...other.pageIds]) expect(text).not.toContain(theirs);
  });

  it("cannot be taken back, forgotten or changed by another who knows its ids", async () => {
    const [mine, other] = await Promise.all([livedIn(), livedIn()]);
    const before = await mine.viewer.taste();
    for (const id of mine.eventIds) await problemOf(await other.viewer.send("POST", "/v1/me/taste/undo", { event_id: id }), "taste.nothing_to_undo");
    const theirs = new Set((await other.viewer.taste()).puddles.map((puddle) => puddle.id));
    for (const { id } of before.puddles) {
      const response = await other.viewer.send("DELETE", `/v1/me/taste/puddles/${id}`);
      if (theirs.has(id)) expect(response.status).toBe(200);
      else await problemOf(response, "taste.unknown_puddle");
    }
    const after = await mine.viewer.taste();
    expect(after.offset).toBe(before.offset);
    expect(after.puddles.map(({ id, count }) => ({ id, count }))).toEqual(before.puddles.map(({ id, count }) => ({ id, count })));
  });

  it("is not mixed up when another sends events under the same ids", async () => {
    const [mine, other] = await Promise.all([livedIn(), mintViewer(stack)]);
    const page = await other.nextPage({ limit: 6 });
    const receipt = await other.act(...mine.eventIds.map((id, index) => ({ id, kind: "hide" as const, imageId: page.items[index]!.image.id })));
    expect(receipt).toMatchObject({ accepted: mine.eventIds.length, duplicates: 0, rejected: [] });
    expect((await exportOf(mine.viewer)).interactions.filter((event) => event.kind === "hide")).toHaveLength(2);
  });

  it("does not come with a page that another's stream is named on", async () => {
    const [mine, other] = await Promise.all([livedIn(), livedIn()]);
    const stream = (await exportOf(mine.viewer)).pages[0]!.stream_id;
    expect((await exportOf(other.viewer)).pages.map((page) => page.stream_id)).not.toContain(stream);
  });
});

describe("a puddle of the viewer's own", () => {
  it("is forgotten when they say so, and comes back when they take that back", async () => {
    const { viewer } = await livedIn();
    const [puddle] = (await viewer.taste()).puddles;
    expect((await viewer.send("DELETE", `/v1/me/taste/puddles/${puddle!.id}`)).status).toBe(200);
    expect((await viewer.taste()).puddles.map((one) => one.id)).not.toContain(puddle!.id);
    await problemOf(await viewer.send("DELETE", `/v1/me/taste/puddles/${puddle!.id}`), "taste.unknown_puddle");
    expect((await viewer.send("POST", "/v1/me/taste/undo")).status).toBe(200);
    expect((await viewer.taste()).puddles.map((one) => one.id)).toContain(puddle!.id);
  });

  it("that they never had is not found, and leaves nothing in their log", async () => {
    const { viewer } = await livedIn();
    const before = await exportOf(viewer);
    for (const id of ["p999", "nothing", "%E2%98%83", "x".repeat(64)]) {
      await problemOf(await viewer.send("DELETE", `/v1/me/taste/puddles/${id}`), "taste.unknown_puddle");
      await problemOf(await viewer.send("DELETE", `/v1/me/taste/suppressed/${id}`), "taste.unknown_puddle");
    }
    expect((await exportOf(viewer)).interactions).toEqual(before.interactions);
  });
});

describe("erasure", () => {
  /** Where anything of a viewer could be left. */
  async function leftOf(viewerId: string): Promise<Record<string, number>> {
    const counts = await database.query(sql(
      `select (select count(*) from viewers where id = $1)::int as viewers, (select count(*) from interactions where viewer_id = $1)::int as interactions,
              (select count(*) from tastes where viewer_id = $1)::int as tastes, (select count(*) from feed_streams where viewer_id = $1)::int as streams,
              (select count(*) from feed_pages where stream_id in (select id from feed_streams where viewer_id = $1))::int as pages`,
      viewerId,
    ));
    const keys = (await askRedis(stack.redis, ["KEYS", `*${viewerId}*`])) as string[];
    // What keeps a page that is still being composed from being kept: it says nothing and is gone in a minute.
    return { ...(counts[0] as Record<string, number>), redis: keys.filter((key) => !key.startsWith("barred:")).length };
  }
  const nothing = { viewers: 0, interactions: 0, tastes: 0, streams: 0, pages: 0, redis: 0 };

  it("reaches every store and cache, and no other viewer", async () => {
    const [mine, other] = await Promise.all([livedIn(), livedIn()]);
    // The node stores tastes a moment after it folded them.
    const everywhere = async (id: string) => Object.values(await leftOf(id)).every((count) => count > 0);
    await expect.poll(() => everywhere(mine.viewer.id), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => everywhere(other.viewer.id), { timeout: 10_000 }).toBe(true);
    const others = await leftOf(other.viewer.id);
    expect((await mine.viewer.send("DELETE", "/v1/me")).status).toBe(204);
    expect(await leftOf(mine.viewer.id)).toEqual(nothing);
    expect(await askRedis(stack.redis, ["TTL", `barred:{${mine.viewer.id}}`])).toBeLessThanOrEqual(60);
    // A refill under way may have added to what the other viewer has; nothing may have gone.
    for (const [where, count] of Object.entries(await leftOf(other.viewer.id))) expect(count, where).toBeGreaterThanOrEqual(others[where] ?? 0);
    expect((await exportOf(other.viewer)).interactions.filter((event) => event.kind !== "settings").map((event) => event.event_id)).toEqual(other.eventIds);
    expect((await other.viewer.nextPage()).items.length).toBeGreaterThan(0);
  });

  it("leaves a token that opens nothing and brings nothing back, whatever it is used for", async () => {
    const { viewer, eventIds } = await livedIn();
    const page = await viewer.nextPage();
    const cursor = encodeURIComponent(page.cursor!);
    await viewer.send("DELETE", "/v1/me");
    const event = { id: randomUUID(), kind: "like", image_id: page.items[0]!.image.id, at: new Date().toISOString() };
    const uses: [string, string, unknown?][] = [
      ["GET", "/v1/feed"], ["GET", `/v1/feed?cursor=${cursor}`], ["GET", "/v1/me/taste"], ["GET", "/v1/me/export"], ["POST", "/v1/interactions", { events: [event] }],
      ["POST", "/v1/interactions", { events: ["not an event"] }], ["PUT", "/v1/me/settings", { adventure: 0.1 }], ["POST", "/v1/me/taste/undo", {}],
      ["POST", "/v1/me/taste/undo", { event_id: eventIds[0] }], ["GET", "/v1/me/neighbours"], ["POST", "/v1/me/invitations"], ["DELETE", "/v1/me/invitations"], ["DELETE", "/v1/me/taste/puddles/p1"], ["DELETE", "/v1/me/taste/suppressed/s1"],
    ];
    for (const [method, path, body] of uses) await problemOf(await viewer.send(method, path, body), "viewer.erased");
    expect((await viewer.send("DELETE", "/v1/me")).status).toBe(204);
    expect(await leftOf(viewer.id)).toEqual(nothing);
    const another = new ApiViewer(stack.url, viewer.id, await mintToken(stack.jwtSecret, { ...goodClaims(viewer.id), jti: "made later" }));
    await problemOf(await another.send("GET", "/v1/feed"), "viewer.erased");
  });

  it("holds against requests that are under way at that moment", async () => {
    const { viewer } = await livedIn();
    const { items, cursor } = await viewer.nextPage();
    const meanwhile = () => [
      viewer.send("GET", "/v1/feed"), viewer.send("GET", `/v1/feed?cursor=${encodeURIComponent(cursor!)}`), viewer.send("PUT", "/v1/me/settings", { adventure: 0.9 }),
      viewer.send("POST", "/v1/interactions", { events: items.map((item) => ({ id: randomUUID(), kind: "like", image_id: item.image.id, at: new Date().toISOString() })) }),
    ];
    const answers = await Promise.all([...meanwhile(), viewer.send("DELETE", "/v1/me"), ...meanwhile(), ...meanwhile()]);
    for (const answer of answers) {
      if (answer.status >= 300) await problemOf(answer, "viewer.erased");
    }
    // Long enough for what was still under way in the background.
    await new Promise((done) => setTimeout(done, 1_500));
    expect(await leftOf(viewer.id)).toEqual(nothing);
  });
});
