import { describe, expect, it } from "vitest";
import { base64UrlDecode } from "#shared/kernel/base64.ts";
import { feedPlaces } from "./feed-place.ts";

const viewer = "00000000-0000-4000-8000-00000000000a";
const other = "00000000-0000-4000-8000-00000000000b";
const codes = ["A".repeat(22), "B".repeat(22)];
const places = feedPlaces([{ keyId: "k", secret: "s".repeat(32) }], () => 1_000);

const readable = (cursor: string) => new TextDecoder().decode(base64UrlDecode(cursor.split("~")[1]!));

describe("a cursor of a feed in company", () => {
  it("carries the codes on to the next page, whatever else is asked, each once", () => {
    const first = places.read(viewer, { limit: 12, with: [...codes, codes[0]].join(",") });
    expect(first.with).toEqual(codes);
    const cursor = places.cursor(viewer, { ...first, position: 1 });
    expect(places.read(viewer, { limit: 12, cursor, with: "C".repeat(22) })).toMatchObject({ with: codes, position: 1, isNew: false });
    expect(() => places.read(other, { limit: 12, cursor })).toThrow(expect.objectContaining({ code: "feed.cursor_invalid" }));
  });

  it("says nothing of company where there is none, so that it stays as short as it was", () => {
    const alone = places.read(viewer, { limit: 12 });
    expect(alone.with).toEqual([]);
    const cursor = places.cursor(viewer, alone);
    expect(Object.keys(JSON.parse(readable(cursor)) as object).sort()).toEqual(["l", "m", "p", "s", "t"]);
    expect((places.read(viewer, { limit: 12, cursor })).with).toEqual([]);
  });
});
