import { describe, expect, it } from "vitest";
import { fitting } from "./labels.ts";

const label = (text: string, x: number, y: number) => ({ text, x, y, width: 60, height: 14 });

describe("map labels", () => {
  it("keeps the first of two that would overlap", () => {
    expect(fitting([label("a", 100, 100), label("b", 130, 104), label("c", 100, 130)], []).map((one) => one.text)).toEqual(["a", "c"]);
  });

  it("gives way to what is already there", () => {
    expect(fitting([label("a", 100, 100)], [{ x: 110, y: 100, width: 20, height: 20 }])).toEqual([]);
  });
});
