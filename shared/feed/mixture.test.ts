import fc from "fast-check";
import { expect, it } from "vitest";
import { simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { sources } from "./candidate.ts";
import type { SlotOutcome, Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { explorationShare, quotaOf, quotaShares, readiness } from "./mixture.ts";

const served = (source: Source, outcome: SlotOutcome["outcome"]): SlotOutcome => ({ image_id: "i", source, position: 0, at: simulationStart, outcome });
const anyOutcomes = fc.array(fc.record({ source: fc.constantFrom(...sources), outcome: fc.constantFrom("welcomed", "refused", "ignored") })).map((some) => some.map(({ source, outcome }) => served(source, outcome)));
const none = { offered: 0, welcomed: 0 };
const viewer = fc.record({
  signals: fc.nat(200), puddles: fc.nat(64), adventure: fc.double({ min: 0, max: 1, noNaN: true }),
  explored: fc.nat(500).chain((offered) => fc.record({ offered: fc.constant(offered), welcomed: fc.nat(offered) })), outcomes: anyOutcomes, now: fc.constant(simulationStart),
});

it("the shares of the quotas sum to one and none is negative", () => {
  fc.assert(
    fc.property(viewer, (some) => {
      const shares = Object.values(quotaShares(some));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
    }),
  );
});

it("every source draws in one quota: exploration and the new in their own, all others among the best", () => {
  expect(sources.filter((source) => quotaOf(source) !== "best")).toEqual(["explore", "fresh"]);
  expect([quotaOf("explore"), quotaOf("fresh")]).toEqual(["explore", "fresh"]);
});

it("a newcomer gets the cold shares, and personalisation is whole from five signals on", () => {
  const at = (signals: number, puddles = 1) => quotaShares({ signals, puddles, adventure: 0.35, outcomes: [], now: simulationStart });
  const { cold, warm } = feedConfig;
  const explored = explorationShare(0.35, none);
  for (const nobody of [at(0, 0), at(30, 0)]) expect(nobody).toEqual({ best: expect.closeTo(1 - cold.explore - cold.fresh, 9) as number, explore: expect.closeTo(cold.explore, 9) as number, fresh: cold.fresh });
  expect(at(5)).toEqual({ best: expect.closeTo((1 - explored) * (1 - warm.fresh), 9) as number, explore: explored, fresh: expect.closeTo((1 - explored) * warm.fresh, 9) as number });
  expect(at(1).best).toBeGreaterThan(at(0).best);
  expect(at(4).best).toBeLessThan(at(5).best);
  expect(at(500)).toEqual(at(5));
  expect(readiness(5, 1)).toBe(1);
});

it("exploration grows with the dial and with how it was received, within bounds", () => {
  fc.assert(
    fc.property(viewer, viewer, (a, b) => {
      const [low, high] = a.adventure <= b.adventure ? [a, b] : [b, a];
      expect(explorationShare(low.adventure, a.explored)).toBeLessThanOrEqual(explorationShare(high.adventure, a.explored));
    }),
  );
  const received = [{ offered: 60, welcomed: 0 }, none, { offered: 60, welcomed: 30 }].map((explored) => explorationShare(0.5, explored));
  expect(received[0]!).toBeLessThan(received[1]!);
  expect(received[1]!).toBeLessThan(received[2]!);
  expect(explorationShare(1, { offered: 60, welcomed: 60 })).toBeLessThanOrEqual(0.6);
  expect(explorationShare(0, { offered: 600, welcomed: 0 })).toBeGreaterThan(0);
});

it("exploration's share is the dial to its power times the slope, until its bounds", () => {
  const { slope, power, bounds } = feedConfig.explore;
  for (const adventure of [0.5, 0.7, 1]) expect(explorationShare(adventure, none)).toBeCloseTo(slope * adventure ** power, 9);
  expect(explorationShare(0, none)).toBe(bounds[0]);
  expect(explorationShare(0.8, none)).toBeGreaterThan(1.5 * explorationShare(0.6, none));
});

it("the share of the new moves by how its slots were received against the others, within bounds; exploration's does not follow the others", () => {
  const record = (of: (source: Source) => SlotOutcome["outcome"]) =>
    Array.from({ length: 120 }, (_, n) => (["puddle", "fresh", "popular"] as const)[n % 3]!).map((source) => served(source, of(source)));
  const shares = (outcomes: SlotOutcome[]) => quotaShares({ signals: 40, puddles: 3, adventure: 0.35, outcomes, now: simulationStart });
  const start = shares([]);
  const welcomed = shares(record((source) => (source === "fresh" ? "welcomed" : "ignored")));
  expect(welcomed.fresh).toBeGreaterThan(1.5 * start.fresh);
  expect(welcomed.fresh).toBeLessThanOrEqual(feedConfig.learnShares.bounds[1] * start.fresh + 1e-12);
  expect(welcomed.explore).toBeCloseTo(start.explore, 9);
  expect(shares(record((source) => (source === "fresh" ? "ignored" : "welcomed"))).fresh).toBeLessThan(0.6 * start.fresh);
});

it("what has nothing to show leaves its share to the best, and what is switched off gets none", () => {
  const viewer = { signals: 40, puddles: 3, adventure: 0.35, outcomes: [], now: simulationStart };
  const whole = quotaShares(viewer);
  const few = quotaShares({ ...viewer, proposed: new Set<Source>(["puddle", "explore"]) });
  expect(few).toEqual({ explore: whole.explore, fresh: 0, best: expect.closeTo(1 - whole.explore, 12) as number });
  expect(quotaShares({ ...viewer, proposed: new Set<Source>(["bridge"]) }).best).toBe(1);
  const off = quotaShares(viewer, { ...feedConfig, live: { ...feedConfig.live, best: false } });
  expect(off.best).toBe(0);
  expect(off.explore / off.fresh).toBeCloseTo(whole.explore / whole.fresh, 9);
  expect(quotaShares(viewer, { ...feedConfig, live: { best: false, explore: false, fresh: false } })).toEqual({ best: 0, explore: 0, fresh: 0 });
});
