import { describe, expect, it } from "vitest";
import { dayMs, secondMs } from "#shared/kernel/clock.ts";
import { unit } from "#shared/kernel/vector.ts";
import { firstPulse } from "#shared/taste/pulse.ts";
import type { Puddle } from "#shared/taste/taste.ts";
import { simulationStart as now } from "#tests/simulation/simulated-gallery.ts";
import type { SlotOutcome } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { puddleReceptions, recencyWeights, tallyBy, welcomeRate } from "./reception.ts";

const puddle = (id: string, fedWith: string[] = []): Puddle => ({
  id, centroid: unit([1, 0]), medoid_image_id: "m", weight: 1, spread: 0, count: 1, created_at: now, last_updated: now,
  recent: fedWith.map((image_id) => ({ image_id, at: now, strength: 1 })), pulse: firstPulse(now),
});
const slot = (puddle_id: string | undefined, outcome: SlotOutcome["outcome"], over: Partial<SlotOutcome> = {}): SlotOutcome => ({
  image_id: "i", source: "puddle", position: 0, at: now - 4 * secondMs, outcome, ...(puddle_id !== undefined && { puddle_id }), ...over,
});
const many = (count: number, one: SlotOutcome) => Array.from({ length: count }, () => one);
const receive = (puddles: Puddle[], outcomes: SlotOutcome[], at = now) => puddleReceptions({ puddles }, outcomes, at, feedConfig);

describe("a puddle's reception", () => {
  const loved = many(20, slot("a", "welcomed"));
  const vain = many(20, slot("b", "ignored"));

  it("falls away while it is shown in vain, and its images tire", () => {
    const [a, b] = receive([puddle("a"), puddle("b")], [...loved, ...vain]);
    expect(a!.draw).toBeGreaterThan(10 * b!.draw);
    expect(a!.fatigue).toBe(0);
    expect(b!.fatigue).toBeGreaterThan(0.7);
  });

  it("is forgotten with time and with the slots of others", () => {
    const fatigue = (outcomes: SlotOutcome[], at = now) => receive([puddle("a"), puddle("b")], outcomes, at)[1]!.fatigue;
    expect(fatigue([...loved, ...vain], now + 14 * dayMs)).toBeLessThan(0.2);
    expect(fatigue([...vain, ...many(200, slot("a", "ignored"))])).toBeLessThan(fatigue([...many(200, slot("a", "ignored")), ...vain]));
  });

  it("of one hardly shown is hopeful, so that a new taste is tried", () => {
    const [old, fresh] = receive([puddle("a"), puddle("c")], many(60, slot("a", "ignored")).map((one, n) => (n % 3 === 0 ? { ...one, outcome: "welcomed" } : one)));
    expect(fresh!.draw).toBeGreaterThan(1.3 * old!.draw);
  });

  it("counts a like for the puddle it feeds, though that puddle was not there when the image was shown", () => {
    const liked = slot(undefined, "welcomed", { image_id: "first", source: "explore" });
    const [, fed] = receive([puddle("a"), puddle("c", ["first"])], [...many(30, slot("a", "ignored")), liked]);
    const [, unfed] = receive([puddle("a"), puddle("c")], [...many(30, slot("a", "ignored")), liked]);
    expect(fed!.draw).toBeGreaterThan(unfed!.draw);
  });

  it("changes nothing when switched off", () => {
    const off = { ...feedConfig, reception: { ...feedConfig.reception, on: false } };
    expect(puddleReceptions({ puddles: [puddle("b")] }, vain, now, off)).toEqual([{ draw: 1, fatigue: 0 }]);
  });
});

describe("tallies", () => {
  it("weigh the latest slot whole and halve with every half-life of slots", () => {
    const weights = recencyWeights(many(11, slot("a", "ignored")), { halfLifeSlots: 5 }, now);
    expect([weights[10], weights[5], weights[0]]).toEqual([1, 0.5, 0.25]);
  });

  it("leave out what has no key, and give the prior's rate where there is nothing", () => {
    const outcomes = [slot("a", "welcomed"), slot("a", "refused"), slot(undefined, "welcomed")];
    const tallies = tallyBy(outcomes, new Float64Array([1, 1, 1]), ({ puddle_id }) => puddle_id);
    expect([...tallies]).toEqual([["a", { offered: 2, welcomed: 1 }]]);
    expect(welcomeRate({ offered: 0, welcomed: 0 }, { rate: 0.1, slots: 20 })).toBeCloseTo(0.1, 12);
  });
});
