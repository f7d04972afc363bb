import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, workingWidth } from "./decode.ts";
import { asSharp, bytesOf, claimingPng, drawDiscs } from "./sample-images.ts";

const flat = (width: number, height: number, background = "#c86432") => sharp({ create: { width, height, channels: 3, background } });
const text = (value: string) => new TextEncoder().encode(value);
const refusalOf = (bytes: Uint8Array) =>
  decodeImage(bytes).then(() => "taken", (error: { name: string; code: string }) => `${error.name} ${error.code}`);
const pixelAt = async (bytes: Uint8Array, x: number, y: number) => {
  const { image } = await decodeImage(bytes);
  return [...image.pixels.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
};
const near = (actual: number[], expected: number[], within: number) =>
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!), `${actual.join()} against ${expected.join()}`).toBeLessThanOrEqual(within));

describe("what is refused", () => {
  it("refuses zero bytes", async () => expect(await refusalOf(new Uint8Array())).toBe("ImageRefused image.empty"));

  it("refuses a text file", async () => expect(await refusalOf(text("hello, I am a picture.jpg"))).toBe("ImageRefused image.not_an_image"));

  it("refuses an SVG, which is a program and not pixels", async () => {
    expect(await refusalOf(text('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'))).toBe("ImageRefused image.not_an_image");
  });

  it("refuses a TIFF, which the decoder could read and nobody asked for", async () => {
    expect(await refusalOf(await bytesOf(flat(64, 64).tiff()))).toBe("ImageRefused image.not_an_image");
  });

  it("refuses text that pretends to be WebP", async () => {
    expect(await refusalOf(text("RIFF\x40\0\0\0WEBPVP8 and then only words, no frame at all, whatever the header said"))).toBe("ImageRefused image.corrupt");
  });

  it("refuses a truncated JPEG, wide or narrow", async () => {
    for (const width of [320, 2400]) {
      const jpeg = await bytesOf(asSharp(drawDiscs("cut", width, 300)).jpeg());
      expect(await refusalOf(jpeg.subarray(0, jpeg.length / 2))).toBe("ImageRefused image.corrupt");
    }
  });

  it.each(["png", "webp", "gif", "avif"] as const)("refuses a truncated %s", async (format) => {
    const bytes = await bytesOf(asSharp(drawDiscs("cut", 128)).toFormat(format));
    expect(await refusalOf(bytes.subarray(0, bytes.length * 0.6))).toBe("ImageRefused image.corrupt");
  });

  it("refuses a PNG claiming 30,000 × 30,000 pixels from its header, without allocating them", async () => {
    const before = process.memoryUsage().rss;
    expect(await refusalOf(claimingPng(30_000, 30_000))).toBe("ImageRefused image.too_many_pixels");
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  it("refuses 1 × 1", async () => expect(await refusalOf(await bytesOf(flat(1, 1).png()))).toBe("ImageRefused image.too_small"));

  it("refuses 20,000 × 1", async () => expect(await refusalOf(await bytesOf(flat(20_000, 1).png()))).toBe("ImageRefused image.too_small"));

  it("refuses a side longer than a WebP variant can have", async () => {
    expect(await refusalOf(await bytesOf(flat(20, 16_384).png()))).toBe("ImageRefused image.too_large");
  });

  it("refuses more bytes than the limit, whatever they are", async () => {
    expect(await refusalOf(new Uint8Array(32 * 1024 * 1024 + 1))).toBe("ImageRefused image.too_large");
  });
});

describe("what is taken", () => {
  it.each(["jpeg", "png", "webp", "gif", "avif"] as const)("takes %s and knows it by its bytes", async (format) => {
    const decoded = await decodeImage(await bytesOf(flat(64, 48).toFormat(format)));
    expect(decoded).toMatchObject({ format, width: 64, height: 48, image: { width: 64, height: 48 } });
    near([...decoded.image.pixels.subarray(0, 3)], [200, 100, 50], 6);
  });

  it("turns an EXIF-rotated JPEG upright: size and pixels", async () => {
    const halves = flat(80, 40, "#ff0000").composite([{ input: { create: { width: 40, height: 40, channels: 3, background: "#0000ff" } }, left: 40, top: 0 }]);
    const jpeg = await bytesOf(halves.withMetadata({ orientation: 6 }).jpeg({ quality: 95 }));
    const { width, height } = await decodeImage(jpeg);
    expect([width, height]).toEqual([40, 80]);
    near(await pixelAt(jpeg, 20, 10), [255, 0, 0], 8);
    near(await pixelAt(jpeg, 20, 70), [0, 0, 255], 8);
  });

  it("lays transparency on white", async () => {
    const png = await bytesOf(sharp({ create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png());
    expect(await pixelAt(png, 5, 5)).toEqual([255, 255, 255]);
  });

  it("turns CMYK into sRGB", async () => {
    const jpeg = await bytesOf(flat(64, 64).toColourspace("cmyk").jpeg());
    expect((await sharp(jpeg).metadata()).space).toBe("cmyk");
    near(await pixelAt(jpeg, 9, 9), [200, 100, 50], 40);
  });

  it("turns a 16-bit PNG into eight bits without shifting its colours", async () => {
    const png = await bytesOf(flat(64, 64).toColourspace("rgb16").png());
    expect((await sharp(png).metadata()).depth).toBe("ushort");
    near(await pixelAt(png, 9, 9), [200, 100, 50], 1);
  });

  it("turns grey into three channels", async () => {
    const png = await bytesOf(flat(64, 64, "#808080").toColourspace("b-w").png());
    expect((await sharp(png).metadata()).channels).toBe(1);
    expect(await pixelAt(png, 9, 9)).toEqual([128, 128, 128]);
  });

  it.each(["gif", "webp"] as const)("takes the first frame of an animated %s", async (format) => {
    const frames = Buffer.concat([Buffer.alloc(32 * 32 * 3, 10), Buffer.alloc(32 * 32 * 3, 240)]);
    const options = { delay: [100, 100], loop: 0 };
    const animation = sharp(frames, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } });
    const bytes = await bytesOf(format === "gif" ? animation.gif(options) : animation.webp({ ...options, lossless: true }));
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    expect(await decodeImage(bytes)).toMatchObject({ width: 32, height: 32 });
    near(await pixelAt(bytes, 16, 16), [10, 10, 10], 3);
  });

  it("remembers the original's size where it works on a smaller one", async () => {
    const decoded = await decodeImage(await bytesOf(flat(2000, 1000).jpeg()));
    expect(decoded).toMatchObject({ width: 2000, height: 1000, image: { width: workingWidth, height: 640 } });
    expect(decoded.image.pixels.length).toBe(workingWidth * 640 * 3);
  });
});
