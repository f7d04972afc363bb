import { expect, it } from "vitest";
import type { Slot } from "./candidate.ts";
import { explain } from "./why.ts";

const terms = { puddle: 0, user: 0, echo: 0, quality: 0.1, popularity: 0.05, recency: 0.05, together: 0, suppression: 0, fatigue: 0, diversity: 0 };
const anchor = { puddle_id: "p7", medoid_image_id: "m" };
const slot = (over: Omit<Partial<Slot>, "terms"> & { terms?: Partial<Slot["terms"]> }) => ({ source: "fresh" as const, ...over, terms: { ...terms, ...over.terms } });

it("a slot from a puddle names the image the puddle stands for", () => {
  expect(explain(slot({ source: "puddle", anchor }))).toEqual({ term: "puddle", text: "Because of your puddle around this image", puddle_id: "p7", anchor_image_id: "m" });
});

it("an explored slot says it is outside the usual, and where", () => {
  expect(explain(slot({ source: "explore" }), { region_label: "ink", style: "ink-line" })).toEqual({ term: "explore", text: "A little outside your usual: ink" });
  expect(explain(slot({ source: "explore" }), { style: "neon" }).text).toContain("neon");
  expect(explain(slot({ source: "explore" })).text).toBe("A little outside your usual");
});

it("new and popular images say so, whatever their quality", () => {
  expect(explain(slot({ source: "fresh" }))).toEqual({ term: "recency", text: "New here" });
  expect(explain(slot({ source: "popular" }))).toEqual({ term: "popularity", text: "Liked by many this week" });
});

it("own up to it when the viewer's taste weighed more than being new", () => {
  expect(explain(slot({ source: "fresh", anchor, terms: { puddle: 0.4 } })).puddle_id).toBe("p7");
  expect(explain(slot({ source: "fresh", terms: { user: 0.3 } })).term).toBe("user");
  expect(explain(slot({ source: "fresh", terms: { echo: 0.3 } })).term).toBe("echo");
  expect(explain(slot({ source: "fresh", terms: { together: 0.3 } })).term).toBe("together");
  expect(explain(slot({ source: "fresh", terms: { user: 0.09 } })).term).toBe("recency");
});

it("never points to a puddle the image does not lie in", () => {
  expect(explain(slot({ source: "fresh", terms: { puddle: 0.4 } }))).toEqual({ term: "puddle", text: "Near what you like" });
  expect(explain(slot({ source: "puddle", terms: { user: 0.3, echo: 0.2 } }))).toEqual({ term: "user", text: "Near your taste as a whole" });
  expect(explain(slot({ source: "puddle", terms: { user: 0.1, echo: 0.2 } }))).toEqual({ term: "echo", text: "Like images you took to lately" });
});

it("what others do says so: where people go, who liked it, between whom it lies", () => {
  const from = { last_region_label: "ink", region_label: "woodcut" };
  expect(explain(slot({ source: "transition" }), from)).toEqual({ term: "transition", text: "People who like ink move on to woodcut" });
  expect(explain(slot({ source: "transition" }), { last_region_label: "ink", region_label: "ink" }).text).toBe("People who like ink stay with it");
  expect(explain(slot({ source: "transition" })).text).toBe("Where people go from what you liked last");
  expect(explain(slot({ source: "neighbour" }))).toEqual({ term: "neighbour", text: "Liked by people whose taste is close to yours" });
  expect(explain(slot({ source: "bridge" }))).toEqual({ term: "bridge", text: "Between two circles you are near" });
});

it("a shared like names the viewer's own image that says most of it, where one is known", () => {
  expect(explain(slot({ source: "together", together_with: "liked" }))).toEqual({ term: "together", text: "Liked by people who liked this image", anchor_image_id: "liked" });
  expect(explain(slot({ source: "together" }))).toEqual({ term: "together", text: "Liked by people who like what you like" });
});

it("of a puddle that somebody else of a group brought, nothing is told but that", () => {
  const why = explain(slot({ source: "puddle", anchor: { puddle_id: "with:1:p7", medoid_image_id: "theirs" } }));
  expect(why).toEqual({ term: "puddle", text: "Near what somebody with you likes" });
});
