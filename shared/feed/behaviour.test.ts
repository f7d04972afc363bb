import { describe, expect, it } from "vitest";
import type { InteractionKind } from "#shared/taste/signal.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig } from "./feed-config.ts";
import { simulateGallery } from "#tests/simulation/simulated-gallery.ts";
import { simulateViewer } from "#tests/simulation/simulated-viewer.ts";
import type { SimulatedPage } from "#tests/simulation/simulated-viewer.ts";

const everyone = Array.from({ length: 36 }, (_, v) => ({ seed: v + 1, liked: `style${(v * 5 + 2) % 30}`, hidden: `style${(v * 7 + 3) % 30}` }));
const viewers = everyone.slice(0, 12);
const likesOneHidesOne = ({ liked, hidden }: { liked: string; hidden: string }) => (style: string): InteractionKind =>
  style === liked ? "like" : style === hidden ? "hide" : "view";
const share = (pages: readonly SimulatedPage[], style: string) => {
  const slots = pages.flatMap((page) => page.slots);
  return slots.filter((slot) => slot.style === style).length / slots.length;
};
const stylesOf = (pages: readonly SimulatedPage[]) => new Set(pages.flatMap((page) => page.slots.map((slot) => slot.style)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each([
  { name: "clear styles", gallery: simulateGallery({ noise: 1 }) },
  { name: "overlapping styles", gallery: simulateGallery({ noise: 1.8 }) },
  { name: "a narrow band of distances", gallery: simulateGallery({ noise: 1.4, narrow: 1.8 }) },
])("a viewer who likes one style and hides another, among $name", ({ gallery }) => {
  const runs = viewers.map((viewer) => ({ ...viewer, ...simulateViewer(gallery, { pages: 30, seed: viewer.seed, react: likesOneHidesOne(viewer) }) }));

  it("soon has pages that are half of the liked style", () => {
    const reached = runs.filter(({ pages, liked }) => {
      const found = pages.findIndex((page) => page.slots.some((slot) => slot.style === liked));
      return pages.slice(found + 1, found + 5).some((page) => share([page], liked) >= 0.5);
    });
    expect(reached.length).toBeGreaterThanOrEqual(11);
  });

  it("mostly has them within five pages, the search for the style included", () => {
    const journeys = everyone.map((viewer) => ({ ...viewer, ...simulateViewer(gallery, { pages: 5, seed: viewer.seed, react: likesOneHidesOne(viewer) }) }));
    const reached = journeys.filter(({ pages, liked }) => pages.some((page) => share([page], liked) >= 0.5));
    expect(reached.length / everyone.length).toBeGreaterThanOrEqual(0.75);
  });

  it("hardly sees the hidden style again", () => {
    expect(mean(runs.map(({ pages, hidden }) => share(pages.slice(5), hidden)))).toBeLessThan(0.02);
  });

  it("meets at least three other styles on the way", () => {
    for (const { pages, liked, hidden } of runs) expect([...stylesOf(pages.slice(0, 5))].filter((style) => style !== liked && style !== hidden).length).toBeGreaterThanOrEqual(3);
  });

  it("sees thirty full pages without a repeat, long after the liked style is used up", () => {
    for (const { pages } of runs) {
      const images = pages.flatMap((page) => page.slots.map((slot) => slot.image_id));
      expect(images).toHaveLength(360);
      expect(new Set(images).size).toBe(360);
    }
  });

  it("sees more styles with the dial at one than at nought", () => {
    const styles = (adventure: number) =>
      mean(viewers.map((viewer) => stylesOf(simulateViewer(gallery, { pages: 6, seed: viewer.seed, adventure, react: likesOneHidesOne(viewer) }).pages.slice(2)).size));
    expect(styles(1)).toBeGreaterThan(styles(0) + 1.5);
  });
});

describe("a viewer of three tastes", () => {
  const gallery = simulateGallery({ perStyle: 60 });

  /** Of three families: styles of one family may feed one puddle. */
  const runs = (config: FeedConfig, length: number) => [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
    const liked = [seed, seed + 9, seed + 13].map((s) => `style${s}`);
    return { liked, ...simulateViewer(gallery, { pages: length, seed, config, react: (style) => (liked.includes(style) ? "like" : "view") }) };
  });

  it("keeps a puddle for each, and has most of every page filled with what these like", () => {
    for (const { liked, pages, taste } of runs(feedConfig, 9)) {
      const seen = stylesOf(pages);
      const met = liked.filter((style) => seen.has(style));
      expect(taste.puddles.length).toBeGreaterThanOrEqual(met.length);
      expect(taste.puddles.length).toBeLessThanOrEqual(met.length + 3);
      expect(liked.reduce((sum, style) => sum + share(pages.slice(2), style), 0)).toBeGreaterThan(0.6);
    }
  });

  it("sees nearly all it has met on a page or two where the best of a page are asked to differ", () => {
    const met = runs({ ...feedConfig, diversity: { ...feedConfig.diversity, best: 0.3 } }, 9).flatMap(({ liked, pages }) => {
      const [before, recent] = [stylesOf(pages.slice(0, 7)), stylesOf(pages.slice(7))];
      return liked.filter((style) => before.has(style)).map((style) => recent.has(style));
    });
    expect(met.length).toBeGreaterThanOrEqual(16);
    expect(met.filter((again) => again).length).toBeGreaterThanOrEqual(0.9 * met.length);
  });

  it("the very next page after a first like shows more of it", () => {
    const after = viewers.flatMap(({ seed, liked }) => {
      const { pages } = simulateViewer(gallery, { pages: 6, seed, react: (style) => (style === liked ? "like" : "view") });
      const found = pages.findIndex((page) => page.slots.some((slot) => slot.style === liked));
      return found >= 0 && pages[found + 1] ? [share([pages[found + 1]!], liked)] : [];
    });
    expect(mean(after)).toBeGreaterThan(4 / 30);
  });
});
