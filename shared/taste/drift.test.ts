import { describe, expect, it } from "vitest";
import { minuteMs } from "#shared/kernel/clock.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { cosineDistance, stepToward, unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { testSpace, testStart, testVector } from "#tests/simulation/simulated-log.ts";
import { applyEvents } from "./fold.ts";
import { puddleWeight } from "./puddle.ts";
import { tasteShares } from "./shares.ts";
import { tasteConfig } from "./taste-config.ts";
import { emptyTaste } from "./taste.ts";
import type { Drift, Taste } from "./taste.ts";

const withoutDrift = { ...tasteConfig, parts: { ...tasteConfig.parts, drift: false } };

/** Likes of random images of the styles, one a minute; gives the taste after each. */
function likes(random: Random, stretches: { styles: number[]; count: number }[], config = tasteConfig): Taste[] {
  const tastes: Taste[] = [];
  let taste = emptyTaste("v", testSpace.space);
  for (const { styles, count } of stretches)
    for (let n = 0; n < count; n++) {
      const image_id = `${styles[Math.floor(random() * styles.length)]!}-${Math.floor(random() * 8)}`;
      const viewer_seq = taste.offset + 1;
      taste = applyEvents(taste, [{ viewer_seq, event_id: `e${viewer_seq}`, kind: "like", image_id, at: testStart + viewer_seq * minuteMs }], testVector, testSpace, { config });
      tastes.push(taste);
    }
  return tastes;
}

function alarms(tastes: readonly Taste[]): Drift[] {
  return tastes.flatMap(({ drift }, i) => (drift && drift.at !== tastes[i - 1]?.drift?.at ? [drift] : []));
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const puddleOf = ({ puddles }: Taste, style: number) => puddles.find(({ recent }) => recent.every(({ image_id }) => image_id.startsWith(`${style}-`)));

describe("drift", () => {
  it("is seldom reported of a viewer whose tastes stay what they are", () => {
    const reported = seeds.map((seed) => alarms(likes(seededRandom(seed), [{ styles: [0, 1, 2], count: 150 }])).length);
    expect(reported.reduce((sum, n) => sum + n, 0) / seeds.length).toBeLessThan(0.75);
  });

  it("is noticed within 15 likes of a new taste, and named for its puddle", () => {
    const noticed = seeds.filter((seed) => {
      const tastes = likes(seededRandom(seed), [{ styles: [0, 1, 2], count: 60 }, { styles: [3, 3, 0, 1], count: 15 }]);
      const grown = puddleOf(tastes.at(-1)!, 3)?.id;
      return alarms(tastes.slice(60)).some((drift) => drift.kind === "switched" && drift.puddle_id === grown);
    });
    expect(noticed.length).toBeGreaterThanOrEqual(18);
  });

  it("lets an abandoned taste fade to a small part within 40 likes of others, and one still fed stand", () => {
    const share = (seed: number, config = tasteConfig) => {
      const taste = likes(seededRandom(seed), [{ styles: [0, 1, 2], count: 60 }, { styles: [1, 2], count: 40 }], config).at(-1)!;
      const now = testStart + 100 * minuteMs;
      return tasteShares(taste, now).find(({ puddle_id }) => puddle_id === puddleOf(taste, 0)?.id)?.share ?? 0;
    };
    const mean = (config = tasteConfig) => seeds.reduce((sum, seed) => sum + share(seed, config) / seeds.length, 0);
    expect(mean(withoutDrift)).toBeGreaterThan(0.15);
    expect(mean()).toBeLessThan(0.05);
  });

  it("names what the viewer turns to, not what they leave", () => {
    const named = seeds.flatMap((seed) => {
      const tastes = likes(seededRandom(seed), [{ styles: [0, 1, 2], count: 60 }, { styles: [1, 2], count: 40 }]);
      const left = puddleOf(tastes.at(-1)!, 0)?.id;
      return alarms(tastes.slice(75)).map((drift) => drift.puddle_id === left);
    });
    expect(named.length).toBeGreaterThan(5);
    expect(named).not.toContain(true);
  });

  it("never fades a puddle away: what is left is for time to take", () => {
    const taste = likes(seededRandom(1), [{ styles: [0, 1], count: 60 }, { styles: [1], count: 200 }]).at(-1)!;
    expect(puddleWeight(puddleOf(taste, 0)!, testStart + 260 * minuteMs)).toBeGreaterThan(0.9 * tasteConfig.fedWeight);
  });

  it("is noticed when a puddle moves, and the puddle then follows faster", () => {
    const random = seededRandom(4);
    const direction = () => unit(Array.from({ length: testSpace.dim }, () => drawNormal(random)));
    const [from, aside] = [direction(), direction()];
    const to = stepToward(from, aside, 0.4);
    const near = (centre: Vector) => unit(centre.map((x) => x + 0.04 * drawNormal(random)));
    const vectors = new Map(Array.from({ length: 60 }, (_, i) => [`m${i}`, near(i < 30 ? from : to)]));
    const log = [...vectors.keys()].map((image_id, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id, at: testStart + i * minuteMs }));
    const fold = (config = tasteConfig) => applyEvents(emptyTaste("v", testSpace.space), log.slice(0, 42), (id) => vectors.get(id), testSpace, { config });
    const taste = fold();
    expect(taste.drift).toMatchObject({ kind: "moved", puddle_id: "p1" });
    const left = ({ puddles }: Taste) => cosineDistance(puddles[0]!.centroid, to);
    expect(left(taste)).toBeLessThan(0.8 * left(fold(withoutDrift)));
  });

  it("can be switched off", () => {
    const tastes = likes(seededRandom(2), [{ styles: [0, 1], count: 40 }, { styles: [2, 3], count: 40 }], withoutDrift);
    expect(tastes.every(({ drift }) => drift === null)).toBe(true);
  });
});
