import { expect, it } from "vitest";
import eyes from "./eyes/eyes.json" with { type: "json" };
import { unit } from "#shared/kernel/vector.ts";
import { moodReader } from "./mood-reader.ts";
import type { TextTower } from "./text-tower.ts";

const tower: TextTower = {
  space: "test", dim: 2, calibration: { mean: 1, sd: 0.2 },
  encode: (texts) => Promise.resolve(texts.map((text) => (text === "calm" ? unit([1, 0]) : text === "gloomy" ? unit([0, 1]) : undefined))),
};

it("says the mood whose words lie nearest to an image, and none between two", async () => {
  const read = moodReader(() => Promise.resolve(tower));
  expect(await read("test", unit([1, 0.1]))).toBe("calm");
  expect(await read("test", unit([0.1, 1]))).toBe("dark");
  expect(await read("test", unit([1, 1]))).toBeNull();
});

it("says nothing in a space whose tower was found not to know moods", async () => {
  expect(await moodReader()(eyes.space, unit(new Float32Array(eyes.dim).fill(1)))).toBeNull();
});

it("says nothing where the space has no text tower, and asks for the tower once", async () => {
  let asked = 0;
  const read = moodReader(() => {
    asked++;
    return Promise.resolve(undefined);
  });
  expect([await read("test", unit([1, 0])), await read("test", unit([0, 1]))]).toEqual([null, null]);
  expect(asked).toBe(1);
});
