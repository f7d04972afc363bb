import { describe, expect, it } from "vitest";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { paletteOf } from "./palette.ts";
import { drawDiscs } from "./sample-images.ts";

/** Stripes of these colours, each as wide as its share of 100. */
function stripes(...parts: readonly [colour: readonly [number, number, number], share: number][]): DecodedImage {
  const pixels = new Uint8Array(100 * 40 * 3);
  for (let i = 0; i < 100 * 40; i++) {
    let left = i % 100;
    pixels.set(parts.find(([, share]) => (left -= share) < 0)![0], 3 * i);
  }
  return { width: 100, height: 40, pixels };
}

describe("the palette", () => {
  it("holds the colours that are there and how much of each, the largest first", () => {
    const found = paletteOf(stripes([[200, 30, 30], 60], [[20, 40, 180], 30], [[250, 250, 240], 10]));
    expect(found.map(({ share }) => Math.round(10 * share))).toEqual([6, 3, 1]);
    for (const [i, expected] of [[200, 30, 30], [20, 40, 180], [250, 250, 240]].entries()) {
      const colour = [1, 3, 5].map((at) => Number.parseInt(found[i]!.colour.slice(at, at + 2), 16));
      colour.forEach((value, c) => expect(Math.abs(value - expected[c]!)).toBeLessThan(28));
    }
  });

  it("is one colour for a blank picture, and one for shades no eye tells apart", () => {
    expect(paletteOf(stripes([[90, 120, 60], 100]))).toEqual([{ colour: "#5a783c", share: 1 }]);
    expect(paletteOf(stripes([[90, 120, 60], 50], [[92, 121, 61], 50]))).toHaveLength(1);
  });

  it("finds a small bright spot beside shades of one colour", () => {
    const found = paletteOf(stripes([[40, 40, 40], 30], [[70, 70, 70], 30], [[100, 100, 100], 35], [[240, 220, 20], 5]));
    expect(found.some(({ colour }) => Number.parseInt(colour.slice(1, 3), 16) > 180 && Number.parseInt(colour.slice(5, 7), 16) < 90)).toBe(true);
  });

  it("is five colours at most, whose shares are the whole, and the same each time", () => {
    for (const seed of ["a", "b", "c"]) {
      const image = drawDiscs(seed, 90, 300);
      const found = paletteOf(image);
      expect(found.length).toBeLessThanOrEqual(5);
      expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
      expect(found.map(({ share }) => share)).toEqual(found.map(({ share }) => share).sort((x, y) => y - x));
      expect(paletteOf(image)).toEqual(found);
    }
  });

  it("takes a picture of a single pixel", () => {
    expect(paletteOf({ width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3) })).toEqual([{ colour: "#010203", share: 1 }]);
  });
});
