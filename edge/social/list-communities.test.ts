import { describe, expect, it } from "vitest";
import type { Image } from "#shared/contract/image.ts";
import { byPair, listCommunities } from "./list-communities.ts";

const images = { byIds: (ids: readonly string[]) => Promise.resolve(ids.filter((id) => id !== "removed").map((id) => ({ id }) as Image)) };
const social = {
  communities: () => Promise.resolve([{ id: "a", label: "A", people: 12, top_image_ids: ["1", "removed"] }, { id: "b", label: "B", people: 5, top_image_ids: ["2"] }]),
  communityOf: () => Promise.resolve("b"),
  bridges: () => Promise.resolve([{ image_id: "3", community_ids: ["b", "a"] }, { image_id: "removed", community_ids: ["a", "b"] }, { image_id: "4", community_ids: ["a", "untold"] }]),
};
const list = listCommunities({ social, images, currentSpace: () => Promise.resolve("s") });

describe("communities", () => {
  it("are the same for everyone, of about so many people, with the images between those that are told", async () => {
    expect(await list(null)).toEqual({
      communities: [{ id: "a", label: "A", people: 10, top_images: [{ id: "1" }] }, { id: "b", label: "B", people: 5, top_images: [{ id: "2" }] }],
      bridges: [{ between: ["a", "b"], images: [{ id: "3" }] }],
    });
  });

  it("are marked as the viewer's own for the viewer alone", async () => {
    expect((await list("viewer")).communities.map(({ id, yours }) => [id, yours])).toEqual([["a", false], ["b", true]]);
    expect((await list(null)).communities.every((one) => !("yours" in one))).toBe(true);
  });
});

describe("bridging images by pair", () => {
  it("name an untold community to nobody, and give an image between three to each pair of them", () => {
    const told = new Set(["a", "b", "c"]);
    expect(byPair([{ image_id: "x", community_ids: ["c", "a", "b"] }, { image_id: "y", community_ids: ["a", "hidden"] }], told)).toEqual([
      { between: ["a", "b"], ids: ["x"] }, { between: ["a", "c"], ids: ["x"] }, { between: ["b", "c"], ids: ["x"] },
    ]);
  });
});
