import fc from "fast-check";
import { expect, it } from "vitest";
import { simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { sources } from "./candidate.ts";
import type { SlotOutcome, Source } from "./candidate.ts";
import { feedConfig } from "./feed-config.ts";
import { explorationShare, readiness, sourceShares } from "./mixture.ts";

const served = (source: Source, outcome: SlotOutcome["outcome"]): SlotOutcome => ({ image_id: "i", source, position: 0, at: simulationStart, outcome });
const anyOutcomes = fc.array(fc.record({ source: fc.constantFrom(...sources), outcome: fc.constantFrom("welcomed", "refused", "ignored") })).map((some) => some.map(({ source, outcome }) => served(source, outcome)));
const none = { offered: 0, welcomed: 0 };
const viewer = fc.record({
  signals: fc.nat(200), puddles: fc.nat(64), adventure: fc.double({ min: 0, max: 1, noNaN: true }),
  explored: fc.nat(500).chain((offered) => fc.record({ offered: fc.constant(offered), welcomed: fc.nat(offered) })), outcomes: anyOutcomes, now: fc.constant(simulationStart),
});

it("the shares of the sources sum to one and none is negative", () => {
  fc.assert(
    fc.property(viewer, (some) => {
      const shares = Object.values(sourceShares(some));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
    }),
  );
});

it("a newcomer gets nothing from puddles, and personalisation is whole from five signals on", () => {
  expect(sourceShares({ signals: 0, puddles: 0, adventure: 0.5, outcomes: [], now: simulationStart }).puddle).toBe(0);
  expect(sourceShares({ signals: 30, puddles: 0, adventure: 0.5, outcomes: [], now: simulationStart }).puddle).toBe(0);
  const at = (signals: number) => sourceShares({ signals, puddles: 1, adventure: 0.3, outcomes: [], now: simulationStart });
  expect(at(1).puddle).toBeGreaterThan(0.2);
  expect(at(4).puddle).toBeLessThan(at(5).puddle);
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

it("a source moves by how its slots were received against the others, and so can lead or all but go", () => {
  const record = (of: (source: Source) => SlotOutcome["outcome"]) =>
    Array.from({ length: 120 }, (_, n) => (["puddle", "together", "popular"] as const)[n % 3]!).map((source) => served(source, of(source)));
  const shares = (outcomes: SlotOutcome[]) => sourceShares({ signals: 40, puddles: 3, adventure: 0.35, outcomes, now: simulationStart });
  const start = shares([]);
  const together = shares(record((source) => (source === "together" ? "welcomed" : "ignored")));
  expect(together.together).toBeGreaterThan(2 * start.together);
  expect(together.together).toBeGreaterThan(together.puddle);
  expect(together.explore).toBeCloseTo(start.explore, 9);
  expect(shares(record((source) => (source === "popular" ? "ignored" : "welcomed"))).popular).toBeLessThan(0.6 * start.popular);
});

it("what has nothing to show leaves its share to the others, and what is switched off gets none", () => {
  const viewer = { signals: 40, puddles: 3, adventure: 0.35, outcomes: [], now: simulationStart };
  const few = sourceShares({ ...viewer, proposed: new Set<Source>(["puddle", "explore"]) });
  expect(few.explore).toBeCloseTo(sourceShares(viewer).explore, 9);
  expect(few.puddle).toBeCloseTo(1 - few.explore, 9);
  const off = sourceShares(viewer, { ...feedConfig, live: { ...feedConfig.live, together: false } });
  expect(off.together).toBe(0);
  expect(off.puddle).toBeGreaterThan(sourceShares(viewer).puddle);
});
