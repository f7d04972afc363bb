import { describe, expect, it } from "vitest";
import type { Image } from "#shared/contract/image.ts";
import { suggestionsOf } from "./suggestions-store.ts";

const region = (label: string, style: string | null, x: number) => ({ label, x, y: 0, top_images: style === null ? [] : [{ id: label, style } as Image] });

describe("what one could look for", () => {
  it("is the style of the image that stands for a region, else the first word of the region's label", () => {
    expect(suggestionsOf([region("night · rain", "neon-city", 0), region("sea · sky", "", 1)]).map(({ text }) => text)).toEqual(["neon city", "sea"]);
  });

  it("is offered once, from far apart first, ten at most, and none without an image", () => {
    const many = Array.from({ length: 30 }, (_, i) => region(`place ${i}`, i % 2 === 0 ? `style-${i % 24}` : null, i));
    const texts = suggestionsOf(many).map(({ text }) => text);
    expect(texts).toHaveLength(10);
    expect(new Set(texts).size).toBe(10);
    expect(suggestionsOf([region("a", "x", 0), region("b", "x", 1)])).toHaveLength(1);
    expect(suggestionsOf([])).toEqual([]);
  });
});
