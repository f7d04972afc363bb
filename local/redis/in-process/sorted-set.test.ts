import fc from "fast-check";
import { expect, it } from "vitest";
import { SortedSet } from "./sorted-set.ts";

it("is always in order of score and member, and ranks agree with a sort of everything", () => {
  const step = fc.tuple(fc.constantFrom("a", "b", "ab", "\xff", "c"), fc.option(fc.integer({ min: -2, max: 2 })));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const set = new SortedSet();
      const model = new Map<string, number>();
      for (const [member, score] of steps) {
        if (score === null) expect(set.delete(member)).toBe(model.delete(member));
        else {
          set.set(member, score);
          model.set(member, score);
        }
      }
      const sorted = [...model].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
      expect(set.ordered.map(({ member, score }) => [member, score])).toEqual(sorted);
      for (const [rank, [member]] of sorted.entries()) expect(set.rank(member)).toBe(rank);
    }),
  );
});
