import { describe, expect, it } from "vitest";
import { unit } from "#shared/kernel/vector.ts";
import { nearestKind, tellingWords, type WordDirection } from "./zero-shot.ts";

const calibration = { mean: 1, sd: 0.2 };
const word = (name: string, ...at: number[]): WordDirection => ({ word: name, vector: unit(at) });
const sea = word("sea", 1, 0, 0, 0.3);
const forest = word("forest", 0, 1, 0, 0.3);
const everywhere = word("picture", 0, 0, 0, 1);
const points = [unit([1, 0, 0, 1]), unit([0, 1, 0, 1]), unit([0, 0, 1, 1])];

describe("words for points", () => {
  it("tell each from the others, and what lies near all is said of none before them", () => {
    const [first, second] = tellingWords(points, [everywhere, sea, forest], calibration, 1);
    expect([first, second]).toEqual([["sea"], ["forest"]]);
  });

  it("are none where no word lies near", () => {
    expect(tellingWords(points, [sea, forest], calibration, 2)[2]).toEqual([]);
    expect(tellingWords(points, [], calibration, 2)).toEqual([[], [], []]);
    expect(tellingWords([], [sea], calibration, 2)).toEqual([]);
  });

  it("say the same thing once", () => {
    const ocean = word("ocean", 1, 0.05, 0, 0.3);
    expect(tellingWords(points, [sea, ocean, forest], calibration, 2)[0]).toHaveLength(1);
  });

  it("do not hang on the order in which words are given", () => {
    expect(tellingWords(points, [forest, everywhere, sea], calibration, 2)).toEqual(tellingWords(points, [sea, forest, everywhere], calibration, 2));
  });
});

describe("the kind of a point", () => {
  const kinds = [word("calm", 1, 0, 0, 0), word("bold", 0, 1, 0, 0)];
  it("is the one it clearly lies nearest to", () => expect(nearestKind(unit([1, 0.1, 0, 0]), kinds, calibration)).toBe("calm"));
  it("is none between two", () => expect(nearestKind(unit([1, 0.95, 0, 0]), kinds, calibration)).toBeUndefined());
  it("is none far from all, or where there are none", () => {
    expect(nearestKind(unit([0.05, 0, 1, 0]), kinds, calibration)).toBeUndefined();
    expect(nearestKind(unit([1, 0, 0, 0]), [], calibration)).toBeUndefined();
  });
});
