import { describe, expect, it } from "vitest";
import { dot } from "#shared/kernel/vector.ts";
import { eyesEncoder, eyesText } from "./eyes.ts";

const one = async (text: string) => (await eyesText.encode([text]))[0]!;

describe("the text tower keeps its promises", () => {
  it("answers in the encoder's space with finite vectors of length one, in the texts' order", async () => {
    expect([eyesText.space, eyesText.dim]).toEqual([eyesEncoder.space, eyesEncoder.dim]);
    const texts = ["watercolour of a harbour", "cat", "a photograph of the sea at night, black and white"];
    const vectors = await eyesText.encode(texts);
    for (const [i, vector] of vectors.entries()) {
      expect(vector).toHaveLength(eyesText.dim);
      expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
      expect(await one(texts[i]!)).toEqual(vector);
    }
  });

  it("makes no difference between capitals and spaces", async () => {
    expect(await one("  Oil   PAINTING ")).toEqual(await one("oil painting"));
  });

  it("has no vector for a text of which it understands nothing", async () => {
    expect(await eyesText.encode(["", "cat", "qzxv!"])).toEqual([undefined, await one("cat"), undefined]);
  });

  it("puts a word no picture carried near one it is used like", async () => {
    const [comic, comics, photograph] = [await one("comic"), await one("comics"), await one("photograph")];
    expect(dot(comics, comic)).toBeGreaterThan(dot(comics, photograph) + 0.3);
  });
});
