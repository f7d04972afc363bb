import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { testSpace, testStart, testVector } from "#tests/simulation/simulated-log.ts";
import { areOne, medoid, puddleWeight, spawnPuddle } from "./puddle.ts";
import { splitPuddle } from "./split.ts";
import { tasteConfig } from "./taste-config.ts";
import type { Puddle } from "./taste.ts";

const model = { vectorOf: testVector, calibration: testSpace, config: tasteConfig };
const at = testStart + 60_000;

/** A puddle that has grown over the images, each liked once, at the spread their members have from each other. */
function grown(images: readonly string[], strength = (_: number) => 1): Puddle {
  const recent = images.map((image_id, i) => ({ image_id, at: testStart + i * 1_000, strength: strength(i) }));
  const first = spawnPuddle("p1", testVector(images[0]!)!, recent[0]!);
  const pairs = images.flatMap((a, i) => images.slice(0, i).map((b) => cosineDistance(testVector(a)!, testVector(b)!)));
  const spread = 1 - Math.sqrt(Math.max(0, 1 - pairs.reduce((sum, d) => sum + d, 0) / pairs.length));
  return { ...first, recent, spread, weight: 20, count: 30, last_updated: at, pulse: { ...first.pulse, slow: 0.5, fast: 0.4 } };
}

const images = (...counts: number[]) => counts.flatMap((count, style) => Array.from({ length: count }, (_, n) => `${style}-${n}`));

describe("a puddle that has grown over two tastes", () => {
  it("splits into one for each, the heavier under the old name, and nothing of its weight is lost", () => {
    const parts = splitPuddle(grown(images(6, 4)), "p77", at, model);
    expect(parts.map(({ id }) => id)).toEqual(["p1", "p77"]);
    expect(parts.map(({ recent }) => recent.map(({ image_id }) => image_id))).toEqual([images(6), images(0, 4)]);
    expect(parts.reduce((sum, part) => sum + puddleWeight(part, at), 0)).toBeCloseTo(20, 9);
    expect(parts.reduce((sum, part) => sum + part.pulse.slow, 0)).toBeCloseTo(0.5, 6);
    for (const part of parts) expect(part.medoid_image_id).toBe(medoid(part.centroid, part.recent, testVector));
  });

  it("gives the name to the heavier half by what was liked, not by how often", () => {
    const [first, second] = splitPuddle(grown(images(6, 4), (i) => (i < 6 ? 0.2 : 1.5)), "p77", at, model);
    expect([first!.id, first!.recent.length, second!.id]).toEqual(["p1", 4, "p77"]);
  });

  it("splits into halves that would not merge again", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(7)), { minLength: 6, maxLength: 10, selector: String }), (members) => {
        const parts = splitPuddle(grown(members.map(([style, n]) => `${style}-${n}`)), "p77", at, model);
        const [a, b] = parts;
        if (!a || !b) return;
        expect(areOne(a, b, cosineDistance(a.centroid, b.centroid), model)).toBe(false);
        for (const part of parts) expect(part.recent.length).toBeGreaterThanOrEqual(tasteConfig.split.members);
      }),
    );
  });
});

describe("a puddle stays whole", () => {
  const whole = (puddle: Puddle, config = tasteConfig) => expect(splitPuddle(puddle, "p77", at, { ...model, config })).toEqual([puddle]);

  it("when it is one taste, however wide the encoder scatters it", () => {
    whole(grown(images(8)));
    whole({ ...grown(images(8)), spread: 0.6 });
  });
  it("when one half has too few members to be a taste", () => whole(grown(images(8, 2))));
  it("when its members' vectors are no longer known", () => expect(splitPuddle(grown(images(5, 5)), "p77", at, { ...model, vectorOf: () => undefined })).toHaveLength(1));
  it("when splitting is switched off", () => whole(grown(images(5, 5)), { ...tasteConfig, parts: { ...tasteConfig.parts, split: false } }));
});
