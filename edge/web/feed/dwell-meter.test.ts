import { describe, expect, it } from "vitest";
import { DwellMeter } from "./dwell-meter.ts";

function meter() {
  const told: [string, number][] = [];
  return { told, meter: new DwellMeter<string>((key, ms) => told.push([key, ms])) };
}

describe("the dwell meter", () => {
  it("tells how long a slot stayed in view, once", () => {
    const { told, meter: m } = meter();
    m.enter("a", 1_000);
    m.enter("a", 1_500); // still in view; the clock runs on
    m.leave("a", 3_000);
    m.leave("a", 9_000);
    expect(told).toEqual([["a", 2_000]]);
  });

  it("keeps glances to itself", () => {
    const { told, meter: m } = meter();
    m.enter("a", 0);
    m.leave("a", 120);
    expect(told).toEqual([]);
  });

  it("settles everything when the page hides, and says what to resume", () => {
    const { told, meter: m } = meter();
    m.enter("a", 0);
    m.enter("b", 500);
    expect(m.leaveAll(1_000)).toEqual(["a", "b"]);
    expect(told).toEqual([["a", 1_000], ["b", 500]]);
    m.leave("a", 5_000);
    expect(told).toHaveLength(2);
  });
});
