import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { dot, unit } from "#shared/kernel/vector.ts";
import { fitMap } from "./fit-map.ts";
import { fitLexicon, termsOf } from "./fit-words.ts";
import type { Described } from "./fit-words.ts";
import { byStyle } from "./measure.ts";
import type { Picture } from "./pictures.ts";
import { placeAll } from "./place-all.ts";
import { outputs } from "./recipe.ts";
import { byLooks, byMeaning, bySurroundings } from "./sense.ts";
import { textReader } from "./text-reader.ts";

describe("the fitted map", () => {
  /** Styles told apart by sixteen quiet features under thirty-two loud ones that say nothing. */
  const drawPictures = (seed: string, styles: number): Picture[] => {
    const random = seededRandom(seed);
    const draw = (count: number, size: number): number[] => Array.from({ length: count }, () => size * drawNormal(random));
    return Array.from({ length: styles }, (_, style) => {
      const own = draw(16, 1);
      return ["free", "place"].map((scene) => {
        const features = Float32Array.from([...own.map((value) => value + 0.4 * drawNormal(random)), ...draw(32 + outputs, 3)]);
        return { collection: seed, style: `${seed} ${style}`, query: scene === "free", title: "", tags: [], styleName: `${style}`, features };
      });
    }).flat();
  };
  const blocks = [{ length: 16, kind: "tap" as const }, { length: 32 + outputs, kind: "measure" as const }];

  it("brings pictures of styles it never saw together, and is the same for the same pictures", () => {
    const pictures = drawPictures("seen", 150);
    const map = fitMap(pictures, blocks);
    const unseen = drawPictures("unseen", 40);
    expect(byStyle(placeAll(unseen, map)).first).toBeGreaterThan(0.5);
    expect(byStyle(unseen.map((picture) => ({ ...picture, vector: unit(picture.features) }))).first).toBeLessThan(0.2);
    expect(fitMap(pictures, blocks)).toEqual(map);
  });
});

describe("the fitted words", () => {
  const random = seededRandom("words");
  const axes = (...strong: number[]): Float32Array => unit(Array.from({ length: 8 }, (_, k) => (strong.includes(k) ? 1 : 0) + 0.1 * drawNormal(random)));
  const pictures: Described[] = Array.from({ length: 60 }, (_, i) =>
    i % 2 === 0 ? { vector: axes(0), title: "The quiet sea", tags: ["Oil"], styleName: "an-old-hand" } : { vector: axes(1), title: "", tags: ["Pop-Art", "Comic"], styleName: "" });
  const words = new Map([["oil", axes(4)], ["comic", axes(5)], ["cartoon", axes(5)], ["sea", axes(6)], ["gouache", axes(4)]]);
  const senses = [
    [byLooks(new Map([["oil", axes(2)], ["comic", axes(3)], ["manga", axes(3)]]))],
    [bySurroundings(words), byMeaning(new Map([["oil", axes(2)], ["comic", axes(3)], ["gouache", axes(2)]]))],
  ];
  const read = textReader(fitLexicon(pictures, senses, [...words.keys(), "manga"]));

  it("find the pictures they were said of, single or in a phrase", () => {
    for (const text of ["oil", "quiet", "sea", "an old hand"]) expect(dot(read(text)!, axes(0))).toBeGreaterThan(0.5);
    for (const text of ["comic", "pop art"]) expect(dot(read(text)!, axes(1))).toBeGreaterThan(0.5);
  });

  it("stand for other words that are used alike", () => {
    expect(dot(read("cartoon")!, read("comic")!)).toBeGreaterThan(0.8);
    expect(dot(read("gouache")!, read("oil")!)).toBeGreaterThan(0.8);
    expect(read("the")).toBeUndefined();
  });

  it("stand first for words whose pictures look alike, whatever else is known of them", () => {
    expect(dot(read("manga")!, read("comic")!)).toBeGreaterThan(0.8);
  });

  it("leave out a term as if no picture had it", () => {
    const without = textReader(fitLexicon(pictures, senses, words.keys(), (term) => term === "pop art"));
    expect(without("pop art")).toBeUndefined();
    expect(without("comic")).toBeDefined();
  });

  it("are a picture's tags and its style's name, whole, and its title's words but for those that say nothing", () => {
    expect([...termsOf({ title: "The moon, again", tags: ["B&W", "line work"], styleName: "slim-aarons" })]).toEqual(["black and white", "line work", "slim aarons", "moon"]);
  });
});
