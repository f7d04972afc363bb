import fc from "fast-check";
import { expect, it } from "vitest";
import { interactionKinds, isStrongSignal, signalStrength } from "./signal.ts";

it("orders what a viewer can do from hate to love", () => {
  const order = ["hate", "hide", "less", "view", "open", "like", "save", "love"] as const;
  const strengths = order.map((kind) => signalStrength({ kind }));
  expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
  expect(new Set(strengths).size).toBe(order.length);
});

it("never grows less with a longer pause, says nothing under 1.5 s and no more than half a like", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (a, b) => {
      const [short, long] = [Math.min(a, b), Math.max(a, b)].map((value) => signalStrength({ kind: "dwell", value }));
      expect(long!).toBeGreaterThanOrEqual(short!);
      expect(long!).toBeLessThanOrEqual(0.5);
    }),
  );
  expect(signalStrength({ kind: "dwell", value: 1_499 })).toBe(0);
  expect(signalStrength({ kind: "dwell", value: 3_000 })).toBeCloseTo(0.2);
  expect(signalStrength({ kind: "dwell" })).toBe(0);
  expect(signalStrength({ kind: "dwell", value: Number.NaN })).toBe(0);
});

it("gives controls no strength", () => {
  for (const kind of interactionKinds.slice(interactionKinds.indexOf("undo"))) expect(signalStrength({ kind })).toBe(0);
});

it("steps further for emphatic signals only", () => {
  expect(interactionKinds.filter(isStrongSignal)).toEqual(["love", "save", "share", "hate"]);
});
