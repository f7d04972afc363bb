import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawDiscs } from "./sample-images.ts";
import { drawVariants, widthsFor } from "./variants.ts";

describe("the ladder of variants", () => {
  it.each([
    [16, [16]],
    [320, [320]],
    [321, [320, 321]],
    [640, [320, 640]],
    [960, [320, 640, 960]],
    [1280, [320, 640, 1280]],
    [4000, [320, 640, 1280]],
  ])("gives an original of width %i the steps it fills and its own width once", (width, widths) => {
    expect(widthsFor(width)).toEqual(widths);
  });

  it("writes WebP of the stated size, in the original's shape, without metadata", async () => {
    const { variants, smallest } = await drawVariants(drawDiscs("ladder", 700, 350));
    expect(variants.map(({ width, height }) => [width, height])).toEqual([[320, 160], [640, 320], [700, 350]]);
    for (const { width, height, bytes } of variants) {
      const header = await sharp(bytes).metadata();
      expect(header).toMatchObject({ format: "webp", width, height, hasProfile: false });
      expect([header.exif, header.xmp, header.iptc, header.icc]).toEqual([undefined, undefined, undefined, undefined]);
    }
    expect(smallest).toMatchObject({ width: 320, height: 160 });
  });
});
