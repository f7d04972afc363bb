import { rgbaToThumbHash, thumbHashToAverageRGBA, thumbHashToApproximateAspectRatio } from "thumbhash";
import { describe, expect, it } from "vitest";
import { base64Decode } from "#shared/kernel/base64.ts";
import { reduceImage } from "#gpu-node/models/decoded-image.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { decodeImage } from "./decode.ts";
import { dominantColour } from "./dominant-colour.ts";
import { hashDistance, perceptualHash } from "./perceptual-hash.ts";
import { measureQuality } from "./quality.ts";
import { asSharp, bytesOf, drawDiscs } from "./sample-images.ts";
import { thumbhash } from "./thumbhash.ts";

const blank = (red: number, green: number, blue: number, width = 64, height = 64): DecodedImage => {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i += 3) pixels.set([red, green, blue], i);
  return { width, height, pixels };
};
const seeds = Array.from({ length: 12 }, (_, i) => `picture ${i}`);

describe("perceptual hash", () => {
  it("moves few bits when a picture is resized and re-encoded", async () => {
    for (const seed of seeds) {
      const image = drawDiscs(seed);
      const copy = await decodeImage(await bytesOf(asSharp(image).resize(200).jpeg({ quality: 50 })));
      expect(hashDistance(perceptualHash(image), perceptualHash(copy.image))).toBeLessThanOrEqual(8);
    }
  });

  it("keeps different pictures far apart", () => {
    const hashes = seeds.map((seed) => perceptualHash(drawDiscs(seed)));
    for (const [i, hash] of hashes.entries()) {
      for (const other of hashes.slice(i + 1)) expect(hashDistance(hash, other)).toBeGreaterThan(14);
    }
  });

  it("is 16 hexadecimal digits and the same for every blank picture", () => {
    expect(perceptualHash(drawDiscs("digits"))).toMatch(/^[0-9a-f]{16}$/);
    expect(perceptualHash(blank(0, 0, 0))).toBe(perceptualHash(blank(201, 13, 77)));
  });

  it("counts the bits in which two hashes differ", () => {
    expect(hashDistance("0000000000000000", "ffffffffffffffff")).toBe(64);
    expect(hashDistance("00000000000000f0", "0000000000000010")).toBe(3);
  });
});

describe("thumbhash", () => {
  it("keeps the picture's colour and shape", () => {
    const hash = base64Decode(thumbhash(blank(200, 100, 50, 300, 150)));
    const { r, g, b } = thumbHashToAverageRGBA(hash);
    for (const [actual, expected] of [[r, 200], [g, 100], [b, 50]] as const) expect(Math.abs(255 * actual - expected)).toBeLessThan(8);
    expect(thumbHashToApproximateAspectRatio(hash)).toBeCloseTo(7 / 4, 5);
  });

  it("sees at 48 pixels what it would see at 100", () => {
    const image = drawDiscs("blur", 96);
    const rgba = Array.from({ length: 96 * 96 }, (_, i) => [...image.pixels.subarray(3 * i, 3 * i + 3), 255]).flat();
    const large = rgbaToThumbHash(96, 96, rgba);
    const small = base64Decode(thumbhash(image));
    expect(small.length).toBe(large.length);
    expect(Math.abs(thumbHashToAverageRGBA(small).r - thumbHashToAverageRGBA(large).r)).toBeLessThan(0.03);
  });
});

describe("dominant colour", () => {
  it("is a colour of the picture and not the mean of all", () => {
    const image = blank(250, 20, 20);
    for (let i = 0; i < image.pixels.length * 0.4; i += 3) image.pixels.set([20, 20, 250], i);
    expect(dominantColour(image)).toBe("#fa1414");
  });
});

describe("quality", () => {
  it("lies in 0…1 and falls when a picture is blurred, flattened or small", async () => {
    const image = drawDiscs("crisp");
    const blurred = { ...image, pixels: new Uint8Array(await asSharp(image).blur(4).raw().toBuffer()) };
    const pale = { ...image, pixels: image.pixels.map((value) => 118 + value / 12) };
    const quality = measureQuality(image, 1024);
    expect(quality).toBeGreaterThan(0.5);
    expect(quality).toBeLessThanOrEqual(1);
    expect(measureQuality(blurred, 1024)).toBeLessThan(quality - 0.1);
    expect(measureQuality(pale, 1024)).toBeLessThan(quality - 0.2);
    expect(measureQuality(image, 100)).toBeLessThan(quality - 0.2);
    expect(measureQuality(blank(9, 9, 9), 16)).toBe(0);
  });
});

describe("reduction", () => {
  it("keeps the mean, whole cells or not", () => {
    const image = drawDiscs("mean", 100, 70);
    const mean = ({ pixels }: DecodedImage) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    for (const [width, height] of [[50, 35], [33, 17], [1, 1]] as const) {
      const small = reduceImage(image, width, height);
      expect(small.pixels.length).toBe(width * height * 3);
      expect(Math.abs(mean(small) - mean(image))).toBeLessThan(0.6);
    }
  });

  it("repeats pixels where more are asked for", () => {
    const two: DecodedImage = { width: 2, height: 1, pixels: Uint8Array.of(0, 0, 0, 200, 200, 200) };
    expect([...reduceImage(two, 4, 1).pixels]).toEqual([0, 0, 0, 0, 0, 0, 200, 200, 200, 200, 200, 200]);
  });
});
