import { describe, expect, it } from "vitest";
import { fitting, placeDiscLabels } from "./labels.ts";
import type { Spot } from "./spots.ts";

const label = (text: string, x: number, y: number) => ({ text, x, y, width: 60, height: 14 });

describe("map labels", () => {
  it("keeps the first of two that would overlap", () => {
    expect(fitting([label("a", 100, 100), label("b", 130, 104), label("c", 100, 130)], []).map((one) => one.text)).toEqual(["a", "c"]);
  });

  it("gives way to what is already there", () => {
    expect(fitting([label("a", 100, 100)], [{ x: 110, y: 100, width: 20, height: 20 }])).toEqual([]);
  });

  it("puts a puddle's label above its disc where another disc lies below", () => {
    const disc = (id: string, y: number): Spot => ({ id, kind: "puddle", x: 200, y, radius: 60, alpha: 1 });
    const sides = placeDiscLabels([disc("upper", 200), disc("lower", 290)], [
      { id: "upper", label: "ink drawings", share: 0.7 },
      { id: "lower", label: "woodcuts", share: 0.3 },
    ]);
    expect(Object.fromEntries(sides)).toEqual({ upper: "above", lower: "below" });
  });
});
