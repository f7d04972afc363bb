import { describe, expect, it } from "vitest";
import { drawDiscs } from "#gpu-node/ingest/sample-images.ts";
import { SafetyShares, unsafeOf } from "#shared/contract/safety.ts";
import { classifierInput, side } from "./classifier-input.ts";
import { builtinSafety } from "./safety-classifier.ts";

describe("what the classifier is shown", () => {
  it("is the picture itself at its own size, 0…1", () => {
    const image = drawDiscs("own size", side);
    expect(classifierInput(image)).toEqual(Float32Array.from(image.pixels, (value) => value / 255));
  });

  it("has the picture's corners in its corners and blends evenly in between", () => {
    const two = { width: 2, height: 2, pixels: Uint8Array.from([0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 255, 255]) };
    const seen = classifierInput(two);
    const at = (x: number, y: number): number[] => [...seen.subarray((y * side + x) * 3, (y * side + x) * 3 + 3)];
    expect([at(0, 0), at(side - 1, 0), at(0, side - 1), at(side - 1, side - 1)]).toEqual([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]]);
    expect(at(111, 0)[0]).toBeCloseTo(111 / 223, 6);
    expect(at(0, 50)[1]).toBeCloseTo(50 / 223, 6);
  });

  it("takes a picture of any shape", () => {
    for (const [width, height] of [[1, 1], [1, 400], [500, 3]] as const) expect(classifierInput(drawDiscs("shape", width, height))).toHaveLength(side * side * 3);
  });
});

describe("the classifier", () => {
  it("gives shares that sum to one, the same for the same pixels whatever came before, and changes no pixel", async () => {
    const image = drawDiscs("same", 500, 300);
    const before = image.pixels.slice();
    const first = await builtinSafety.classify(image);
    await builtinSafety.classify(drawDiscs("another"));
    expect(await builtinSafety.classify(image)).toEqual(first);
    expect(image.pixels).toEqual(before);
    expect(Object.values(first).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
    expect(SafetyShares.parse(first)).toEqual(first);
  });

  it("holds drawn discs to be harmless", async () => {
    for (const seed of ["a", "b", "c", "d"]) expect(unsafeOf(await builtinSafety.classify(drawDiscs(seed)))).toBeLessThan(0.25);
  });
});
