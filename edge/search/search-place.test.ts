import { describe, expect, it } from "vitest";
import { searchPlaces } from "./search-place.ts";

const secret = (name: string) => ({ keyId: name, secret: `${name}: a secret of more than thirty-two characters` });
const place = { listId: "4f0c2a34-9a4b-4c53-8d0e-0a5de8e9a001", position: 24 };

describe("a cursor of a search", () => {
  it("leads back to its place, also after the secret that signs was replaced", () => {
    const cursor = searchPlaces([secret("old")]).cursor("digest", place);
    expect(searchPlaces([secret("new"), secret("old")]).read("digest", cursor)).toEqual(place);
  });

  it("opens for no other search, under no other secret, and not when altered", () => {
    const places = searchPlaces([secret("one")]);
    const cursor = places.cursor("digest", place);
    const read = (from: typeof places, digest: string, text: string) => from.read(digest, text);
    for (const [from, digest, text] of [[places, "another", cursor], [searchPlaces([secret("two")]), "digest", cursor], [places, "digest", `${cursor}x`], [places, "digest", ""]] as const)
      expect(() => read(from, digest, text)).toThrow(expect.objectContaining({ code: "search.cursor_invalid" }));
  });
});
