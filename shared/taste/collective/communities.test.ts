import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { activityOf, isDrying } from "./activity.ts";
import { findBridges } from "./bridges.ts";
import { communityConfig, findCommunities, keepCommunityIds, labelCommunities, type CommunityLink } from "./communities.ts";

const dayMs = 86_400_000;

/** Cliques of the given sizes with one weak link between neighbouring ones. */
function cliques(...sizes: number[]): CommunityLink[] {
  const links: CommunityLink[] = [];
  sizes.forEach((size, c) => {
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) links.push({ viewer_id: `c${c}-${i}`, neighbour_id: `c${c}-${j}`, weight: 0.8 });
    if (c > 0) links.push({ viewer_id: `c${c}-0`, neighbour_id: `c${c - 1}-0`, weight: 0.1 });
  });
  return links;
}

const anyLinks = fc.array(
  fc.record({ a: fc.nat(20), b: fc.nat(20), weight: fc.double({ min: 0.05, max: 1, noNaN: true }) }).map(({ a, b, weight }) => ({ viewer_id: `v${a}`, neighbour_id: `v${b}`, weight })),
  { maxLength: 100 },
);

describe("communities", () => {
  it("never have fewer than five members, and no viewer is in two", () => {
    fc.assert(fc.property(anyLinks, (links) => {
      const found = findCommunities(links);
      for (const { members } of found) expect(members.length).toBeGreaterThanOrEqual(communityConfig.fewestMembers);
      const all = found.flatMap(({ members }) => members);
      expect(new Set(all).size).toBe(all.length);
    }));
  });

  it("are the same for the same links in any order", () => {
    fc.assert(fc.property(anyLinks, fc.nat(), (links, seed) => {
      expect(findCommunities(shuffled(links, seededRandom(seed)))).toEqual(findCommunities(links));
    }));
  });

  it("are those who are linked closely; four friends are too few to be shown", () => {
    const found = findCommunities(cliques(8, 6, 4));
    expect(found.map(({ members }) => [...new Set(members.map((id) => id.slice(0, 2)))])).toEqual([["c0"], ["c1"]]);
  });

  it("keep their ids by the members they keep", () => {
    const before = new Map([["c1", ["a", "b", "c", "d", "e"]], ["c2", ["p", "q", "r", "s", "t"]]]);
    const after = [{ members: ["p", "q", "r", "s", "u"] }, { members: ["a", "b", "v", "w", "x", "y"] }, { members: ["k", "l", "m", "n", "o"] }];
    expect(keepCommunityIds(before, after, () => "new")).toEqual(["c2", "c1", "new"]);
  });

  it("are labelled by what sets them apart, not by what all have in common", () => {
    const [first, second] = labelCommunities([new Map([["art", 5], ["neon", 4]]), new Map([["art", 5], ["ink", 4]])]);
    expect([first!.split(" · ")[0], second!.split(" · ")[0]]).toEqual(["neon", "ink"]);
  });
});

describe("bridging images", () => {
  it("are liked on both sides, and worth what the weaker side gives", () => {
    const sizes = new Map([["c1", 5], ["c2", 15]]);
    const likers = new Map([
      ["both", new Map([["c1", 4], ["c2", 6]])],
      ["one-sided", new Map([["c1", 5]])],
      ["single", new Map([["c1", 5], ["c2", 1]])],
      ["unknown", new Map([["c1", 5], ["gone", 5]])],
      ["less", new Map([["c1", 2], ["c2", 15]])],
    ]);
    expect(findBridges(likers, sizes)).toEqual([
      { image_id: "both", community_ids: ["c1", "c2"], score: 0.3 },
      { image_id: "less", community_ids: ["c2", "c1"], score: 0.2 },
    ]);
  });
});

describe("activity", () => {
  const days = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ ageMs: (from + i) * dayMs, strength: 3 }));

  it("is about one where nothing changes, more where likes are new, and dries where they cease", () => {
    expect(activityOf(days(0, 300))).toBeCloseTo(1, 0);
    expect(activityOf(days(0, 3))).toBeGreaterThan(2);
    expect(isDrying(activityOf(days(10, 60)))).toBe(true);
    expect(isDrying(activityOf([]))).toBe(false);
  });

  it("falls with every day without likes until it is noise", () => {
    const after = [0, 3, 6, 12].map((silent) => activityOf(days(silent, silent + 60)));
    expect(after.toSorted((a, b) => b - a)).toEqual(after);
  });
});
