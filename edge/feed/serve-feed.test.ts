import { describe, expect, it } from "vitest";
import type { Asking } from "../asking.ts";
import { Failure } from "#shared/contract/failures.ts";
import type { FeedPage } from "#shared/contract/feed.ts";
import type { ComposeRequest } from "#shared/contract/node.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import type { PageCache } from "../clients/page-cache.ts";
import { feedPlaces } from "./feed-place.ts";
import { serveFeed, type ServeFeedParts } from "./serve-feed.ts";

const viewer = "00000000-0000-4000-8000-00000000000a";
const friend = "00000000-0000-4000-8000-00000000000b";
const code = "A".repeat(22);
const asking: Asking = { requestId: "request-1", background: (_work, promise) => void promise.catch(() => undefined) };
const image = "00000000-0000-4000-8000-0000000000ff";

function world(more: Partial<ServeFeedParts> = {}) {
  const composed: ComposeRequest[] = [];
  const kept = new Map<string, string>();
  const asked = { companions: 0 };
  const pageCache = {
    take: (_viewer: string, stream: string, position: number) =>
      Promise.resolve({ page: kept.get(`${stream} ${position}`) ?? null, stalePage: null, refillFrom: position + 1, servedThrough: position - 1, underWay: false }),
    store: (_viewer: string, stream: string, { pages }: { pages: { position: number; body: string }[] }) =>
      Promise.resolve(pages.forEach(({ position, body }) => kept.set(`${stream} ${position}`, body))),
  } as unknown as PageCache;
  const answer = (request: ComposeRequest) => ({
    generation: 1, current: true, taste_offset: 0, composed_at: new Date(0).toISOString(), safety: "standard" as const,
    pages: Array.from({ length: request.pages }, (_, i) => ({
      page_id: crypto.randomUUID(), position: request.position + i,
      slots: [{ image_id: image, source: "fresh" as const, propensity: 1, terms: {}, why: { term: "recency", text: "New here" } }],
    })),
  });
  const serve = serveFeed({
    places: feedPlaces([{ keyId: "k", secret: "s".repeat(32) }], () => 1_000),
    pageCache,
    node: { compose: (request) => Promise.resolve((composed.push(request), answer(request))) },
    fallback: (_viewer, place, company) => Promise.resolve(answer({ position: place.position, pages: 1, with_viewers: [...company] } as unknown as ComposeRequest)),
    images: { byIds: () => Promise.resolve([]) },
    companions: () => Promise.resolve((asked.companions++, [friend])),
    clock: () => 1_000,
    ...more,
  });
  const page = async (query: Parameters<typeof serve>[1]) => JSON.parse(await serve(viewer, query, asking)) as FeedPage;
  return { page, composed, asked };
}

describe("a page in company", () => {
  it("is composed for all of them, one at a time, asking anew who they are for every page", async () => {
    const { page, composed, asked } = world();
    const first = await page({ limit: 1, with: code });
    const second = await page({ limit: 1, cursor: first.cursor! });
    expect(composed.map(({ with_viewers, pages, position }) => ({ with_viewers, pages, position }))).toEqual([
      { with_viewers: [friend], pages: 1, position: 0 }, { with_viewers: [friend], pages: 1, position: 1 },
    ]);
    expect(asked.companions).toBe(2);
    expect(JSON.stringify([first, second])).not.toContain(friend);
  });

  it("that was served before is served again as it was, and nothing is composed ahead of it", async () => {
    const { page, composed } = world();
    const first = await page({ limit: 1, with: code });
    const again = [await page({ limit: 1, cursor: first.cursor! }), await page({ limit: 1, cursor: first.cursor! })];
    expect(again[1]!.page_id).toBe(again[0]!.page_id);
    expect(composed).toHaveLength(2);
  });

  it("is refused, and not served as the viewer's alone, once the invitation no longer holds", async () => {
    const { page, composed } = world({ companions: () => Promise.reject(new Failure("invitation.expired")) });
    await expect(page({ limit: 1, with: code })).rejects.toMatchObject({ code: "invitation.expired" });
    expect(composed).toEqual([]);
  });

  it("is for all of them while the node is away too", async () => {
    let company: readonly string[] = [];
    const away = { compose: () => Promise.reject(new NodeAway("unreachable", "gone")) };
    const { page } = world({
      node: away,
      fallback: (_viewer, place, those) => {
        company = those;
        return Promise.resolve({ generation: 1, current: true, taste_offset: 0, composed_at: new Date(0).toISOString(), safety: "standard" as const, pages: [{ page_id: crypto.randomUUID(), position: place.position, slots: [] }] });
      },
    });
    expect((await page({ limit: 1, with: code })).served_by).toBe("fallback");
    expect(company).toEqual([friend]);
  });
});

describe("a page alone", () => {
  it("asks nothing about company, waiting or composed", async () => {
    const { page, composed, asked } = world();
    const first = await page({ limit: 1 });
    expect((await page({ limit: 1, cursor: first.cursor! })).served_by).toBe("cache");
    expect(asked.companions).toBe(0);
    expect(composed[0]).not.toHaveProperty("with_viewers");
    expect(composed[0]!.pages).toBe(3);
  });
});
