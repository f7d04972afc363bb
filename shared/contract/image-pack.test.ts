import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostPacked, packImages, unpackImages } from "./image-pack.ts";

describe("a pack of images", () => {
  it("gives back what was packed, in its order, empty files included", () => {
    const files = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: mostPacked });
    fc.assert(fc.property(files, (images) => void expect(unpackImages(packImages(images)).map((image) => [...image])).toEqual(images.map((image) => [...image]))));
  });

  it("is refused, never read past its end, when it was cut, has bytes too many, is empty or holds too much", () => {
    const pack = packImages([new Uint8Array(5), new Uint8Array(3)]);
    for (let length = 0; length < pack.length; length++) if (length !== 9) expect(() => unpackImages(pack.subarray(0, length))).toThrow(/pack|image|bytes/);
    expect(() => unpackImages(Uint8Array.of(255, 255, 255, 255, 1))).toThrow(/image 0 should end at byte 4294967299 of 5/);
    expect(() => unpackImages(packImages(new Array<Uint8Array>(mostPacked + 1).fill(new Uint8Array(1))))).toThrow(/up to 64/);
  });
});
