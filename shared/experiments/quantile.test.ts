import { describe, expect, it } from "vitest";
import { normalQuantile, studentQuantile } from "./quantile.ts";

describe("quantiles agree with printed tables", () => {
  it.each([[0.5, 0], [0.9, 1.281551566], [0.975, 1.959963985], [0.995, 2.575829304], [0.001, -3.090232306]])("normal, %d", (p, value) => {
    expect(normalQuantile(p)).toBeCloseTo(value, 7);
  });

  it.each([
    [0.975, 1, 12.7062], [0.975, 2, 4.3027], [0.995, 3, 5.8409], [0.975, 4, 2.7764], [0.995, 5, 4.0321], [0.975, 10, 2.2281], [0.995, 30, 2.75], [0.975, 1e6, 1.96],
  ])("Student's, %d with %d degrees", (p, degrees, value) => {
    expect(Math.abs(studentQuantile(p, degrees) / value - 1)).toBeLessThan(0.01);
    expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-studentQuantile(p, degrees), 6);
  });

  it("refuses what is no probability and no degree", () => {
    expect(() => normalQuantile(1)).toThrow(/between 0 and 1/);
    expect(() => studentQuantile(0.9, 0.5)).toThrow(/at least one degree/);
  });
});
