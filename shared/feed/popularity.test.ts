import { expect, it } from "vitest";
import { averageWelcome, popularityOf } from "./popularity.ts";

const average = averageWelcome([{ offered: 800, welcomed: 80 }, { offered: 200, welcomed: 20 }]);
const of = (offered: number, welcomed: number) => popularityOf({ offered, welcomed }, average);

it("an image nobody has seen counts as an average one", () => {
  expect(average).toBeCloseTo(0.1, 9);
  expect(of(0, 0)).toBe(0.5);
  expect(of(100, 10)).toBeCloseTo(0.5, 9);
});

it("is judged the more surely the more often it was shown", () => {
  expect(of(2, 2)).toBeLessThan(of(40, 20));
  expect(of(5, 0)).toBeGreaterThan(of(60, 0));
  expect(of(60, 0)).toBeLessThan(0.25);
});
