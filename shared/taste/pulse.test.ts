import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "#shared/kernel/clock.ts";
import { daypartAffinity, firstPulse, stepHour } from "./pulse.ts";

const midnight = 20_000 * dayMs;
const fedAt = (hours: readonly number[]) => ({
  count: hours.length,
  pulse: hours.slice(1).reduce((pulse, hour, i) => stepHour(pulse, midnight + (i + 1) * dayMs + hour * hourMs, 1 / (i + 2)), firstPulse(midnight + hours[0]! * hourMs)),
});
const hours = fc.array(fc.double({ min: 0, max: 24, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("the time of day a puddle is fed", () => {
  it("favours that hour over the opposite one, the more the more often it was fed then", () => {
    const at = (hour: number) => midnight + hour * hourMs;
    const evenings = (times: number) => fedAt(Array.from({ length: times }, (_, i) => 20 + (i % 3)));
    expect(daypartAffinity(evenings(30), at(21))).toBeGreaterThan(1.4);
    expect(daypartAffinity(evenings(30), at(9))).toBeLessThan(0.6);
    expect(daypartAffinity(evenings(1), at(21))).toBeLessThan(daypartAffinity(evenings(5), at(21)));
    expect(daypartAffinity(evenings(30), at(23.5))).toBeCloseTo(daypartAffinity(evenings(30), at(23.5) + 5 * dayMs), 6);
  });

  it("says nothing where a puddle is fed all round the day", () => {
    const always = fedAt(Array.from({ length: 48 }, (_, i) => i % 24));
    for (let hour = 0; hour < 24; hour++) expect(daypartAffinity(always, midnight + hour * hourMs)).toBeCloseTo(1, 4);
  });

  it("lies within 0 and 2 and comes to 1 over a day, so that it shifts taste between hours and makes none", () => {
    fc.assert(
      fc.property(hours, (fed) => {
        const affinities = Array.from({ length: 24 }, (_, hour) => daypartAffinity(fedAt(fed), midnight + hour * hourMs));
        for (const value of affinities) expect(value >= 0 && value <= 2).toBe(true);
        expect(affinities.reduce((sum, value) => sum + value, 0) / 24).toBeCloseTo(1, 6);
      }),
    );
  });
});
