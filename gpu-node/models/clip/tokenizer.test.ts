import { describe, expect, it } from "vitest";
import { clipTokenizer } from "./shaped/clip-files.ts";
import { readTokenizer } from "./tokenizer.ts";

const [start, end] = [598, 599];
const read = readTokenizer(clipTokenizer(600), { most: 77, fill: undefined });
const merged = (place: number): number => 512 + place;
/** A byte's own id; at a word's end it has another. */
const letter = (text: string, last = false): number => text.charCodeAt(0) + (last ? 256 : 0);

describe("a tokenizer built like CLIP's", () => {
  it("merges what belongs together, marks ends of words, and stands between two marks", () => {
    expect(read("the cat")).toEqual([start, merged(1), merged(3), end]);
    expect(read("cats")).toEqual([start, merged(2), letter("t"), letter("s", true), end]);
  });

  it("gives capitals, runs of spaces and compositions of one letter the same ids", () => {
    expect(read("  The\n\tCAT ")).toEqual(read("the cat"));
    expect(read("cafe\u0301")).toEqual(read("caf\u00e9"));
  });

  it("finds nothing in a text without any, and bytes in letters it has never seen", () => {
    expect(read(" \n ")).toEqual([]);
    expect(read("\u732b")).toHaveLength(5);
  });

  it("cuts what is longer than the network reads, keeping the end mark", () => {
    const ids = read("dog ".repeat(500));
    expect(ids).toHaveLength(77);
    expect([ids[0], ids[75], ids[76]]).toEqual([start, merged(5), end]);
  });

  it("fills up texts for a network that wants a fixed length", () => {
    expect(readTokenizer(clipTokenizer(600), { most: 6, fill: 1 })("the cat")).toEqual([start, merged(1), merged(3), end, 1, 1]);
  });

  it("refuses a file that is no tokenizer", () => {
    expect(() => readTokenizer({ model: 3 }, { most: 77, fill: undefined })).toThrow(/model/);
  });
});
