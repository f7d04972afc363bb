import { describe, expect, it } from "vitest";
import type { FeedPage } from "#shared/contract/feed.ts";
import { withoutImages } from "./without-images.ts";

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

function item(n: number, anchor?: string): FeedPage["items"][number] {
  const image = {
    id: id(n), width: 640, height: 480, caption: "", style: "", tags: [], mood: null, creator: "", thumbhash: "AAAA", colour: "#808080",
    variants: [{ width: 320, url: `/media/${id(n)}/320.webp` }], created_at: new Date(0).toISOString(),
  };
  const why = { term: "puddle", text: "Because", terms: { puddle: 0.1 }, ...(anchor !== undefined && { anchor_image_id: anchor }) };
  return { slot: n, image, source: "puddle", propensity: 0.25, why };
}

const page: FeedPage = {
  page_id: id(99), position: 3, served_by: "cache", composed_at: new Date(0).toISOString(), taste_offset: 7,
  items: [item(1), item(2, id(1)), item(3, id(4))], cursor: "cursor",
};

describe("a page without an image", () => {
  it("neither shows it nor names it as a reason, and is otherwise what it was", () => {
    const left = JSON.parse(withoutImages(JSON.stringify(page), new Set([id(1)]))) as FeedPage;
    expect(JSON.stringify(left)).not.toContain(id(1));
    expect(left).toEqual({ ...page, items: [item(2), item(3, id(4))] });
  });

  it("that does not name it is the same", () => {
    expect(JSON.parse(withoutImages(JSON.stringify(page), new Set([id(50)])))).toEqual(page);
  });

  it("may have nothing left and still leads on", () => {
    const left = JSON.parse(withoutImages(JSON.stringify(page), new Set([id(1), id(2), id(3)]))) as FeedPage;
    expect(left).toMatchObject({ items: [], cursor: "cursor", position: 3 });
  });
});
