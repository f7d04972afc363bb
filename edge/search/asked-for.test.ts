import { describe, expect, it } from "vitest";
import { SearchQuery } from "#shared/contract/search.ts";
import { askedFor } from "./asked-for.ts";

const asked = (q: string, filters: Record<string, string> = {}) => askedFor(SearchQuery.parse({ q, ...filters }));

describe("what is asked for", () => {
  it("is the same in any capitals, spaces and width of letters, and another with other words or filters", async () => {
    const [one, same, wide] = await Promise.all([asked("Neon City"), asked("  neon \n CITY "), asked("ｎｅｏｎ city")]);
    expect([same.digest, wide.digest]).toEqual([one.digest, one.digest]);
    const others = await Promise.all([asked("neon"), asked("neon city", { style: "a" }), asked("neon city", { tag: "a" }), asked("neon city", { creator: "a" }), asked("neon city", { mood: "calm" })]);
    expect(new Set([one, ...others].map(({ digest }) => digest)).size).toBe(6);
    expect(new Set(others.slice(1).map(({ textDigest }) => textDigest))).toEqual(new Set([one.textDigest]));
  });

  it("holds nothing of the text in its digests", async () => {
    const { digest, textDigest } = await asked("secret");
    for (const text of [digest, textDigest]) expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it("is words in order, letters and digits alone, as many as say something", async () => {
    expect((await asked("Café-au-lait, 1920s!")).words).toEqual(["café", "au", "lait", "1920s"]);
    expect((await asked(Array.from({ length: 40 }, (_, i) => `w${i}`).join(" "))).words).toHaveLength(16);
    expect((await asked(`${"a".repeat(41)} b`)).words).toEqual(["b"]);
  });

  it.each(['"neon city"', "city -neon", '-"neon city" night'])("%s is taken at its word: no word of it stands for itself", async (q) => {
    expect((await asked(q)).words).toEqual([]);
  });

  it.each(["neon-city", "black - white", "1920-1930"])("%s has a hyphen, which is no minus sign", async (q) => {
    expect((await asked(q)).words).toHaveLength(2);
  });
});
