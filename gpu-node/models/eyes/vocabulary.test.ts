import { describe, expect, it } from "vitest";
import { readVocabulary, wordsOf } from "./vocabulary.ts";

describe("words of a text", () => {
  it("are lower-case runs of letters and digits without accents, whatever stands between", () => {
    expect(wordsOf("  Café-Terrasse,\n19th century!")).toEqual(["cafe", "terrasse", "19th", "century"]);
    expect(wordsOf("…")).toEqual([]);
  });

  it("spell out what is always meant the same way", () => {
    expect(wordsOf("B&W")).toEqual(["black", "and", "white"]);
    expect(wordsOf("pen & ink")).toEqual(["pen", "and", "ink"]);
    expect(wordsOf("Watercolour, grey")).toEqual(wordsOf("watercolor gray"));
  });
});

describe("a vocabulary", () => {
  const find = readVocabulary(["art", "pop", "pop art", "black and white", "cat"]);

  it("takes the longest phrase, so that pop art is not pop and art", () => {
    expect(find("Pop-Art cat")).toEqual([2, 4]);
    expect(find("pop, cat, art")).toEqual([1, 4, 0]);
    expect(find("a B&W cat")).toEqual([3, 4]);
  });

  it("passes over what it does not know, to nothing where it knows no word", () => {
    expect(find("the cat of Ulthar")).toEqual([4]);
    expect(find("")).toEqual([]);
    expect(find("xyzzy")).toEqual([]);
  });
});
