import { describe, expect, it } from "vitest";
import { checkImage } from "../../ingest/decode.ts";
import { spreadPictures } from "../onnx/feeds.ts";
import { goldenCases, goldenPng, recordOf, type GoldenTensor } from "./golden-cases.ts";
import golden from "./golden-tensors.json" with { type: "json" };
import { fitPicture, readPreprocessing, type Preprocessing } from "./preprocessing.ts";
import { clipPreprocessor } from "./shaped/clip-files.ts";

/** One step of 255 in the channel where it is largest. */
const step = 1 / 255 / 0.26130258;

async function recorded(one: (typeof goldenCases)[number], reduction: Preprocessing["reduction"]): Promise<GoldenTensor> {
  const how = readPreprocessing(clipPreprocessor, reduction);
  const image = await checkImage(await goldenPng(one));
  return recordOf(spreadPictures({ type: "pictures", side: how.side, values: how.values, pictures: [await fitPicture(image.open, image, how)] }));
}

const furthest = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const mean = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
const goldenOf = (name: string) => golden.cases.find((one) => one.name === name)!;

describe.each(goldenCases)("a $name picture of $width × $height", (one) => {
  it("becomes the tensor transformers.js makes of it, where its way of reducing is asked for", async () => {
    const ours = await recorded(one, "interpolate"), theirs = goldenOf(one.name).transformers;
    expect(furthest(ours.values, theirs.values)).toBeLessThan(2e-6);
    expect(furthest(ours.means, theirs.means)).toBeLessThan(2e-6);
  });

  it("becomes the tensor the networks were trained with, as Pillow makes it, to a few steps of 255 at most on the whole", async () => {
    const ours = await recorded(one, "pillow"), theirs = goldenOf(one.name).pillow;
    // libvips averages whole blocks before a large reduction, and enlarges by another rule.
    const steps = one.width > 1000 ? 1.5 : one.width < 224 ? 2.5 : 0.5;
    expect(mean(ours.values, theirs.values)).toBeLessThan(steps * step);
    expect(furthest(ours.means, theirs.means)).toBeLessThan(step);
  });
});

describe("a stored preprocessor_config.json", () => {
  it("is read with sizes as numbers or objects, with and without the middle cut out and the values normalised", () => {
    expect(readPreprocessing({ size: 224, crop_size: 224, do_center_crop: true, resample: 3 })).toMatchObject({ side: 224, shortest: 224, filter: "bicubic" });
    expect(readPreprocessing({ size: { height: 384, width: 384 }, resample: 3, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] })).toMatchObject({ side: 384, shortest: undefined });
    const plain = readPreprocessing({ size: { shortest_edge: 256 }, crop_size: { height: 256, width: 256 }, do_center_crop: true, do_normalize: false });
    expect(plain).toMatchObject({ side: 256, shortest: 256, filter: "bilinear" });
    expect([plain.values[0], plain.values[255], plain.values[767]]).toEqual([0, 1, 1]);
  });

  it("is refused where this could not keep to it", () => {
    expect(() => readPreprocessing({ size: { height: 224, width: 448 } })).toThrow(/square/);
    expect(() => readPreprocessing({ size: { shortest_edge: 224 } })).toThrow(/do_center_crop/);
    expect(() => readPreprocessing({ size: 224, resample: 1 })).toThrow(/resample/);
  });
});
