import { describe, expect, it } from "vitest";
import { unit, type Vector } from "#shared/kernel/vector.ts";
import type { Region } from "#shared/taste/regions.ts";
import type { TextTower } from "../models/text-tower.ts";
import { nameRegions } from "./region-names.ts";

const dim = 3;
const directions: Record<string, Vector> = { sea: unit([1, 0, 0]), forest: unit([0, 1, 0]) };
const tower: TextTower = {
  space: "test", dim, calibration: { mean: 1, sd: 0.2 },
  encode: (texts) => Promise.resolve(texts.map((text) => directions[text])),
};
const region = (id: string, centroid: Vector, labels: string[]): Region => ({ id, centroid, weight: 1, size: 1, labels });
const regions = [region("a", unit([1, 0.1, 0]), ["odd tag"]), region("b", unit([0.1, 1, 0]), []), region("c", unit([0, 0, 1]), ["kept"])];
const labelsOf = (named: readonly Region[]) => named.map(({ labels }) => labels);

describe("a region's name", () => {
  it("is how it looks where its images have few tags, and its tags' where they have enough", async () => {
    const named = await nameRegions("test", regions, [1, 0, 1], () => Promise.resolve(tower));
    expect(labelsOf(named)).toEqual([["odd tag"], ["forest"], ["kept"]]);
    expect(labelsOf(await nameRegions("test", regions, [0.4, 0, 1], () => Promise.resolve(tower)))[0]).toEqual(["sea"]);
  });

  it("stays what its tags say where no word lies near", async () => {
    expect(labelsOf(await nameRegions("test", regions, [1, 1, 0], () => Promise.resolve(tower)))[2]).toEqual(["kept"]);
  });

  it("stays as it is where the space has no text tower, and none is opened where all have tags", async () => {
    expect(await nameRegions("test", regions, [0, 0, 0], () => Promise.resolve(undefined))).toEqual(regions);
    expect(await nameRegions("test", regions, [1, 1, 1], () => Promise.reject(new Error("opened for nothing")))).toEqual(regions);
  });
});
