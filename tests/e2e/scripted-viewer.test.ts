import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { FeedItem, FeedPage } from "#shared/contract/feed.ts";
import { RegionList } from "#shared/contract/region.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import { ApiViewer } from "../harness/viewer.ts";

/** Likes every image of one style it is shown, hides every image of another, and scrolls. */
const pages = 30;
/** Styles of every kind, and for each another one to hide. Which of them a viewer meets first is up to the dice. */
const pairs = [
  ["stained-glass", "neon-city"], ["flow-field", "woodblock"], ["neon-city", "cut-outs"],
  ["watercolour", "synth-sunset"], ["bauhaus", "isometric-room"], ["halftone-pop", "grain-dunes"],
] as const;
const { url, images } = inject("stack");

interface Journey {
  pages: FeedPage[];
  /** Per page: the log's offset after the acts before it. */
  offsetBefore: number[];
}

async function travel(liked: readonly string[], hidden: string, adventure: number, count: number): Promise<Journey> {
  const viewer = await ApiViewer.guest(url);
  await viewer.ask("PUT", "/v1/me/settings", { adventure });
  const journey: Journey = { pages: [], offsetBefore: [] };
  let offset = 0;
  while (journey.pages.length < count) {
    const page = await viewer.nextPage();
    journey.pages.push(page);
    journey.offsetBefore.push(offset);
    const acts = page.items.flatMap(({ image }): Act[] => {
      if (liked.includes(image.style)) return [{ kind: "like", imageId: image.id }];
      return image.style === hidden ? [{ kind: "hide", imageId: image.id }] : [];
    });
    if (acts.length > 0) offset = (await viewer.act(...acts)).offset;
    if (viewer.atEnd) break;
  }
  return journey;
}

/** Images that lie in a region. */
async function regionsDrawn(): Promise<number> {
  const { regions } = RegionList.parse(await (await fetch(new URL("/v1/regions", url))).json());
  return regions.reduce((sum, { size }) => sum + size, 0);
}

type Act = Parameters<ApiViewer["act"]>[number];
const itemsOf = (list: FeedPage[]): FeedItem[] => list.flatMap((page) => page.items);
const shareOf = (items: FeedItem[], style: string) => items.filter((item) => item.image.style === style).length / items.length;
const stylesOf = (items: FeedItem[]) => new Set(items.map((item) => item.image.style));

describe("a viewer who likes one style and hides another", () => {
  const [liked, hidden] = pairs[0];
  let journey: Journey;
  let others: { liked: string; journey: Journey }[];

  beforeAll(async () => {
    // First pages span the regions, which are drawn from the whole gallery a moment after its last image came in.
    await vi.waitFor(async () => expect(await regionsDrawn()).toBeGreaterThanOrEqual(0.9 * images), { timeout: 60_000, interval: 500 });
    journey = await travel([liked], hidden, defaultSettings.adventure, pages);
    others = await Promise.all(
      pairs.slice(1).map(async ([like, hide]) => ({ liked: like, journey: await travel([like], hide, defaultSettings.adventure, 5) })),
    );
  });

  it("gets at least half a page of the liked style within five pages, whichever style it is", () => {
    const viewers = [{ liked, journey }, ...others].map((one) => {
      const shares = one.journey.pages.slice(0, 5).map((page) => shareOf(page.items, one.liked));
      console.log(`likes ${one.liked}: share of it on pages 1–5: ${shares.map((share) => share.toFixed(2)).join(" ")}`);
      return { met: shares.findIndex((share) => share > 0), best: Math.max(...shares) };
    });
    // Liking cannot begin before seeing, and which style comes when is up to the dice: thirty styles in twelve slots a page.
    const inTime = viewers.filter(({ met }) => met >= 0 && met <= 2);
    expect(inTime.length).toBeGreaterThanOrEqual(pairs.length / 2);
    expect(inTime.filter(({ best }) => best >= 0.5).length).toBeGreaterThanOrEqual(inTime.length - 1);
  });

  it("hardly sees the hidden style again once it was hidden", () => {
    const firstHidden = journey.pages.findIndex((page) => page.items.some((item) => item.image.style === hidden));
    expect(firstHidden).toBeGreaterThanOrEqual(0);
    const after = itemsOf(journey.pages.slice(firstHidden + 1));
    console.log(`share of the hidden style afterwards: ${(100 * shareOf(after, hidden)).toFixed(2)} % of ${after.length} slots`);
    expect(shareOf(after, hidden)).toBeLessThan(0.02);
  });

  it("explores at least three styles it had not seen", () => {
    const seen = stylesOf(journey.pages[0]!.items);
    const explored = new Set<string>();
    for (const page of journey.pages.slice(1)) {
      for (const item of page.items) if (item.source === "explore" && !seen.has(item.image.style)) explored.add(item.image.style);
      for (const style of stylesOf(page.items)) seen.add(style);
    }
    console.log(`unseen styles explored: ${explored.size}`);
    expect(explored.size).toBeGreaterThanOrEqual(3);
  });

  it("never sees an image twice in thirty pages", () => {
    const ids = itemsOf(journey.pages).map((item) => item.image.id);
    expect(journey.pages).toHaveLength(pages);
    expect(ids.length).toBe(pages * 12);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gets every page composed after its latest act", () => {
    for (const [index, page] of journey.pages.entries()) expect(page.taste_offset).toBeGreaterThanOrEqual(journey.offsetBefore[index]!);
  });

  it("has every slot's probability on record", () => {
    for (const item of itemsOf(journey.pages)) {
      expect(item.propensity).toBeGreaterThan(0);
      expect(item.propensity).toBeLessThanOrEqual(1);
      expect(Object.keys(item.why.terms).length).toBeGreaterThan(0);
    }
  });

  it("meets more styles with the dial at 1 than at 0", async () => {
    const runs = 3;
    const count = async (adventure: number) => {
      const journeys = await Promise.all(Array.from({ length: runs }, () => travel(["stained-glass", "watercolour", "halftone-pop", "flow-field"], hidden, adventure, 7)));
      // After the pages that span the gallery for everybody who is new, and before the images of the liked styles run out.
      return journeys.reduce((sum, one) => sum + stylesOf(itemsOf(one.pages.slice(3))).size, 0) / runs;
    };
    const [near, far] = [await count(0), await count(1)];
    console.log(`styles met on pages 4–7, mean of ${runs} viewers: ${near.toFixed(1)} with the dial at 0, ${far.toFixed(1)} at 1`);
    expect(far).toBeGreaterThan(near * 1.25);
  });
});

describe("taking an act back", () => {
  it("leaves the taste as if it had never been", async () => {
    const viewer = await ApiViewer.guest(url);
    const page = await viewer.nextPage();
    const [first, second] = page.items.map((item) => item.image.id) as [string, string];
    await viewer.act({ kind: "like", imageId: first });
    const before = await viewer.taste();
    const hide = randomUUID();
    await viewer.act({ kind: "hide", imageId: second, id: hide });
    expect((await viewer.taste()).suppressed).toHaveLength(1);
    await viewer.ask("POST", "/v1/me/taste/undo", { event_id: hide });
    const after = await viewer.taste();
    expect(after.suppressed).toEqual([]);
    expect(after.puddles.map(({ id, count, spread }) => ({ id, count, spread }))).toEqual(before.puddles.map(({ id, count, spread }) => ({ id, count, spread })));
    expect([after.user_vector?.x, after.user_vector?.y]).toEqual([before.user_vector?.x, before.user_vector?.y]);
  });
});
