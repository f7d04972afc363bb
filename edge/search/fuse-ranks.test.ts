import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuseRanks, type Scored } from "./fuse-ranks.ts";

const list = (...ids: string[]): Scored[] => ids.map((image_id, index) => ({ image_id, score: -index }));
const lists = fc.array(fc.uniqueArray(fc.constantFrom(..."abcdefghij"), { maxLength: 10 }).map((ids) => list(...ids)), { maxLength: 4 });

describe("rankings fused", () => {
  it("hold every image of every list once", () => {
    fc.assert(
      fc.property(lists, (some) => {
        const fused = fuseRanks(some);
        expect([...fused].sort()).toEqual([...new Set(some.flat().map(({ image_id }) => image_id))].sort());
      }),
    );
  });

  it("leave a lone list in its order", () => {
    fc.assert(
      fc.property(lists, ([one = []]) => {
        expect(fuseRanks([one])).toEqual(one.map(({ image_id }) => image_id));
      }),
    );
  });

  it("put an image that is before another in every list before it", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { minLength: 2 }), fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }), (ids, dice) => {
        const rest = ids.slice(2);
        const other = [ids[0]!, ids[1]!, ...rest.sort((a, b) => dice[ids.indexOf(a)]! - dice[ids.indexOf(b)]!)];
        const fused = fuseRanks([list(...ids), list(...other)]);
        expect(fused.indexOf(ids[0]!)).toBeLessThan(fused.indexOf(ids[1]!));
      }),
    );
  });

  it("prefer what two lists agree on to the top of one", () => {
    expect(fuseRanks([list("a", "b", "c"), list("d", "b", "e")])[0]).toBe("b");
  });

  it("let one list decide between those the other cannot tell apart", () => {
    const tied = ["a", "b", "c"].map((image_id) => ({ image_id, score: 1 }));
    expect(fuseRanks([tied, list("c", "a", "b")])).toEqual(["c", "a", "b"]);
    expect(fuseRanks([[...tied, { image_id: "d", score: 0 }], list("d")])).toEqual(["d", "a", "b", "c"]);
  });
});
