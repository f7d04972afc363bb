import { describe, expect, it } from "vitest";
import { stepVerdicts } from "./step-verdicts.ts";
import { summaryNames } from "./summary.ts";
import type { ArmSummary, SummaryName } from "./summary.ts";

function arm(figures: Partial<Record<SummaryName, number>>): ArmSummary {
  return Object.fromEntries(summaryNames.map((name) => [name, { mean: figures[name] ?? 0, low: 0, high: 1 }])) as ArmSummary;
}

describe("the verdict on noticing a new taste", () => {
  const verdict = (ours: Parameters<typeof arm>[0]) => stepVerdicts({ ours: arm(ours), centroid: arm({ noticed: 0.53, notice_acted: 26 }) })[0]!;

  it("is not met by a short stream in which most viewers wait in vain", () => {
    expect(verdict({ notice_acted: 20, notice_acted_reached: 5, noticed: 0.6 }).met).toBe(false);
    expect(verdict({ notice_acted: 20, notice_acted_reached: 5, noticed: 0.95 }).met).toBe(true);
  });

  it("goes by the mean over all viewers, never by that of those with whom it came about", () => {
    expect(verdict({ notice_acted: 41, notice_acted_reached: 5, noticed: 0.95 }).met).toBe(false);
  });

  it("says how many never noticed, and the centroid's figures beside ours", () => {
    expect(verdict({ notice_acted: 20, noticed: 0.6 }).figures).toMatch(/^ours: 40 % of viewers never; 20\.0 .* — centroid: 47 % of viewers never; 26\.0 /);
  });
});
