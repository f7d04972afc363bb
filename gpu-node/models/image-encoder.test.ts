import { describe, expect, it } from "vitest";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { drawDiscs } from "#gpu-node/ingest/sample-images.ts";
import { builtinEncoder } from "./builtin-encoder.ts";
import { reduceImage } from "./decoded-image.ts";
import type { DecodedImage } from "./decoded-image.ts";
import { eyesEncoder } from "./eyes/eyes.ts";
import { readProjection } from "./projection.ts";

const blank = (value: number, width = 64, height = 64): DecodedImage => ({ width, height, pixels: new Uint8Array(width * height * 3).fill(value) });

describe.each([builtinEncoder, eyesEncoder])("the encoder of $space keeps the port's promises", (encoder) => {
  const one = async (image: DecodedImage) => (await encoder.encode([image]))[0]!;

  it("gives vectors of the stated dimension, finite and of length one: blank, tiny and elongated pictures included", async () => {
    const images = [drawDiscs("any"), blank(0), blank(255), blank(128, 16, 16), drawDiscs("wide", 640, 16), drawDiscs("tall", 16, 640)];
    for (const vector of await encoder.encode(images)) {
      expect(vector.length).toBe(encoder.dim);
      expect(vector.every(Number.isFinite)).toBe(true);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    }
  });

  it("gives a picture the same vector to the bit, alone or among others, in the order of the images", async () => {
    const images = ["a", "b", "c"].map((seed) => drawDiscs(seed));
    const together = await encoder.encode(images);
    for (const [i, image] of images.entries()) expect(await one(image)).toEqual(together[i]);
    expect(together[0]).not.toEqual(together[1]);
    expect(await encoder.encode([])).toEqual([]);
  });

  it("writes nothing to the images", async () => {
    const image = drawDiscs("kept", 160);
    const before = image.pixels.slice();
    await one(image);
    expect(image.pixels).toEqual(before);
  });

  it("keeps one picture at two sizes closer than two pictures", async () => {
    const [image, other] = [drawDiscs("size", 640), drawDiscs("another", 640)];
    const near = cosineDistance(await one(image), await one(reduceImage(image, 320, 320)));
    expect(near).toBeLessThan(0.3 * cosineDistance(await one(image), await one(other)));
  });

  it("hardly asks where things are: a mirrored picture stays near", async () => {
    const image = drawDiscs("mirror", 320);
    const mirrored = { ...image, pixels: new Uint8Array(image.pixels.length) };
    for (let i = 0; i < 320 * 320; i++) {
      const from = Math.floor(i / 320) * 320 + 319 - (i % 320);
      mirrored.pixels.set(image.pixels.subarray(3 * from, 3 * from + 3), 3 * i);
    }
    expect(cosineDistance(await one(image), await one(mirrored))).toBeLessThan(encoder.calibration.mean - encoder.calibration.sd);
  });
});

describe("a stored projection", () => {
  it("refuses a file whose arrays do not fit its sizes, and measures of another length", () => {
    const empty = { space: "x", inputs: 2, outputs: 1, mean: "", steps: "", weights: "", calibration: { mean: 1, sd: 1 } };
    expect(() => readProjection(empty)).toThrow(/x is damaged.*1 × 2/);
    const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
    const project = readProjection({ ...empty, mean: floats(1, 2), steps: floats(1, 0.5), weights: Buffer.from([1, 254]).toString("base64") });
    expect(() => project(new Float32Array(3))).toThrow(/takes 2 measures, not 3/);
    expect([...project(Float32Array.of(1, 4))]).toEqual([-1]);
    expect([...project(Float32Array.of(1, 2))]).toEqual([1]);
  });
});
