import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { PopularPage } from "#shared/contract/feed.ts";
import type { RegionList } from "#shared/contract/region.ts";
import type { z } from "zod";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { askRedis } from "../harness/redis.ts";

const stack = inject("stack");
/** An address of this file's own: visitors who are not known are counted by theirs. */
const ask = (query: string, headers: Record<string, string> = { "cf-connecting-ip": "203.0.113.70" }): Promise<Response> => fetch(new URL(`/v1/feed/popular${query}`, stack.url), { headers });
const pageOf = async (query: string): Promise<PopularPage> => PopularPage.parse(await (await ask(query)).json());
const regions = async () => ((await (await fetch(new URL("/v1/regions", stack.url))).json()) as z.infer<typeof RegionList>).regions;

/** How often the page of this window and region was made by the query: each time is a line in the edge's log. */
async function refills(window: string, region: string | null): Promise<number> {
  const lines = (await readFile(join(stack.dataDir, "logs", "edge.log"), "utf8")).split("\n").filter((line) => line.includes("popular.refilled"));
  return lines.map((line) => JSON.parse(line) as { window: string; region: string | null }).filter((line) => line.window === window && line.region === region).length;
}

describe("the popular feed", () => {
  it("is made once for a thousand visitors who miss it at the same moment", async () => {
    const region = (await regions())[0]!.id;
    const before = await refills("day", region);
    // Operators are not limited; a crowd of guests would be, by their one address.
    const { token } = await mintViewer(stack, "operator viewer");
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask(`?window=day&region=${region}&limit=37`, { authorization: `Bearer ${token}` })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(bodies.size).toBe(1);
    await expect.poll(() => refills("day", region)).toBe(before + 1);
  });

  it("may be kept by anyone for a second and no longer, because an image it shows may be removed", async () => {
    const response = await ask("");
    expect(response.headers.get("cache-control")).toBe("public, max-age=1");
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  it("is served stale at once, while one request of those that see it so makes it anew", async () => {
    const key = "popular:all:23:";
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await askRedis(stack.redis, ["SET", key, JSON.stringify({ ...(await pageOf("?window=all&limit=22")), refreshed_at: hourAgo })]);
    const before = await refills("all", null);
    const seen = await Promise.all(Array.from({ length: 20 }, () => pageOf("?window=all&limit=23")));
    expect(seen[0]!.refreshed_at).toBe(hourAgo);
    const kept = async () => JSON.parse((await askRedis(stack.redis, ["GET", key])) as string) as PopularPage;
    await expect.poll(async () => (await kept()).refreshed_at, { timeout: 10_000 }).not.toBe(hourAgo);
    expect((await kept()).items).toHaveLength(23);
    await expect.poll(() => refills("all", null)).toBe(before + 1);
  });

  it("holds what many like first, and as many as were asked for", async () => {
    const viewers = await Promise.all(Array.from({ length: 12 }, () => mintViewer(stack)));
    const { items } = await viewers[0]!.nextPage({ limit: 2 });
    const [loved, pushed] = items.map((item) => item.image.id) as [string, string];
    const scoreOf = (page: PopularPage, id: string) => page.items.find((item) => item.image.id === id)?.score ?? 0;
    const before = await pageOf("?window=week&limit=58");
    await Promise.all(viewers.map((viewer) => viewer.act({ kind: "love", imageId: loved })));
    // One viewer counts once, however often they say it.
    await viewers[0]!.act(...Array.from({ length: 90 }, () => ({ kind: "love" as const, imageId: pushed })));
    const page = await pageOf("?window=week&limit=59");
    expect(page.items).toHaveLength(59);
    expect(page.items.map((item) => item.score)).toEqual(page.items.map((item) => item.score).sort((a, b) => b - a));
    expect(scoreOf(page, loved)).toBeGreaterThanOrEqual(12 * 1.5);
    expect(scoreOf(page, pushed) - scoreOf(before, pushed)).toBeLessThanOrEqual(12 * 1.5);
  });

  it("keeps to a region that is asked for", async () => {
    const [one, two] = await regions();
    const [inOne, inTwo] = await Promise.all([pageOf(`?region=${one!.id}&limit=60`), pageOf(`?region=${two!.id}&limit=60`)]);
    expect(inOne.region).toBe(one!.id);
    const ids = (page: PopularPage) => page.items.map((item) => item.image.id);
    expect(ids(inOne)).toHaveLength(Math.min(60, one!.size));
    expect(ids(inOne).filter((id) => ids(inTwo).includes(id))).toEqual([]);
    if (one!.size <= 60) expect(ids(inOne)).toEqual(expect.arrayContaining(one!.top_images.map((image) => image.id)));
  });

  it("knows no region that is not there, and keeps nothing of it", async () => {
    await problemOf(await ask("?region=nowhere"), "region.not_found");
    expect(await askRedis(stack.redis, ["KEYS", "popular:*nowhere*"])).toEqual([]);
  });

  it.each(["window=year", "limit=0", "limit=61", "region=", `region=${"r".repeat(65)}`, "region=%00", "region=a&region=b"])("refuses %s by the field's name", async (query) => {
    const problem = await problemOf(await ask(`?${query}`), "request.invalid");
    expect(problem.fields?.map((one) => one.field)).toEqual([`query.${query.split("=")[0]}`]);
  });
});
