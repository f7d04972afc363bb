import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawIndex, drawNormal, seededRandom } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { Estimate } from "./estimate.ts";
import { clippedIps, crossFitted, doublyRobust, ips, snips, weighedByPrefix } from "./off-policy.ts";
import type { JudgedDraw, LoggedDraw } from "./off-policy.ts";
import { meanRewards } from "./reward-model.ts";

/** Viewers of a few kinds, choosing among images: everything about it is known, so the truth is too. */
interface World {
  /** `[context][action]`. */
  rewards: number[][];
  serving: number[][];
  evaluated: number[][];
  truth: number;
}
interface Action {
  context: number;
  image: number;
}

const contexts = 8;
const images = 15;
const seeds = Array.from({ length: 100 }, (_, seed) => seed + 1);

function softmax(scores: readonly number[]): number[] {
  const parts = scores.map((score) => Math.exp(score));
  const total = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / total);
}

/** `apart`: how much the two policies disagree. */
function worldOf(apart: number, random = seededRandom("world")): World {
  const table = (deviation: number) => Array.from({ length: contexts }, () => Array.from({ length: images }, () => deviation * drawNormal(random)));
  const rewards = table(1.2).map((row) => row.map((x) => 1 / (1 + Math.exp(1.5 - x))));
  const scores = table(1);
  const differences = table(apart);
  const serving = scores.map(softmax);
  const evaluated = scores.map((row, c) => softmax(row.map((score, a) => score + differences[c]![a]! + 2 * rewards[c]![a]!)));
  const truth = rewards.reduce((sum, row, c) => sum + row.reduce((inner, reward, a) => inner + reward * evaluated[c]![a]!, 0), 0) / contexts;
  return { rewards, serving, evaluated, truth };
}

function logOf({ rewards, serving, evaluated }: World, count: number, random: Random): JudgedDraw<Action>[] {
  return Array.from({ length: count }, () => {
    const context = Math.floor(random() * contexts);
    const image = drawIndex(serving[context]!, random);
    return {
      action: { context, image }, reward: random() < rewards[context]![image]! ? 1 : 0,
      propensity: serving[context]![image]!, target: evaluated[context]![image]!,
      targets: evaluated[context]!.map((p, other): [Action, number] => [{ context, image: other }, p]),
    };
  });
}

const byImage = (draws: readonly JudgedDraw<Action>[]) => meanRewards(draws, ({ context, image }) => [`${image}`, `${context} ${image}`]);
const holds = ({ interval: { low, high } }: Estimate, truth: number) => low <= truth && truth <= high;

describe("estimators on simulated logs whose truth is known", () => {
  const world = worldOf(0.8);
  const logs = seeds.map((seed) => logOf(world, 1_500, seededRandom(seed)));
  const estimators: Record<string, (log: readonly JudgedDraw<Action>[], level: number) => Estimate> = {
    IPS: (log, level) => ips(log, { level }),
    "clipped IPS": (log, level) => clippedIps(log, { level, cap: 3 }),
    SNIPS: (log, level) => snips(log, { level }),
    DR: (log, level) => crossFitted(log, byImage, { level }),
    "DR with a model that knows nothing": (log, level) => doublyRobust(log, { predict: () => 0.9 }, { level }),
  };

  it.each(Object.keys(estimators))("%s holds the truth within its interval (level 0.99) in at least 95 of 100 seeds", (name) => {
    const estimates = logs.map((log) => estimators[name]!(log, 0.99));
    expect(estimates.filter((estimate) => holds(estimate, world.truth)).length).toBeGreaterThanOrEqual(95);
  });

  it.each(["IPS", "SNIPS", "DR"])("%s's intervals are as narrow as they say: at level 0.8 they miss the truth about one time in five", (name) => {
    const held = logs.filter((log) => holds(estimators[name]!(log, 0.8), world.truth)).length;
    expect(held).toBeGreaterThanOrEqual(68);
    expect(held).toBeLessThanOrEqual(91);
  });

  it("the intervals tell policies apart: they span less than a third of the truth", () => {
    for (const name of ["SNIPS", "DR"]) {
      const spans = logs.map((log) => estimators[name]!(log, 0.99).interval).map(({ low, high }) => high - low);
      expect(Math.max(...spans)).toBeLessThan(world.truth * 0.6);
      expect(spans.reduce((a, b) => a + b, 0) / spans.length).toBeLessThan(world.truth / 3);
    }
  });

  it("what the serving policy earned is not what the evaluated one earns, and the intervals notice", () => {
    const served = logs.flatMap((log) => log.map(({ reward }) => reward)).reduce((a, b) => a + b, 0) / (100 * 1_500);
    expect(world.truth - served).toBeGreaterThan(0.03);
    expect(logs.filter((log) => snips(log, { level: 0.99 }).interval.low > served).length).toBeGreaterThan(50);
  });

  it("a good reward model makes the estimate steadier than weights alone", () => {
    const error = (estimate: Estimate) => (estimate.value - world.truth) ** 2;
    const total = (name: string) => logs.reduce((sum, log) => sum + error(estimators[name]!(log, 0.95)), 0);
    expect(total("DR")).toBeLessThan(total("IPS"));
    expect(total("SNIPS")).toBeLessThan(total("IPS"));
  });

  it("DR is right with wrong propensities where the model is right", () => {
    const truth = { predict: ({ context, image }: Action) => world.rewards[context]![image]! };
    const wrong = logs.map((log) => log.map((draw) => ({ ...draw, propensity: Math.min(1, draw.propensity * 2) })));
    const mean = wrong.reduce((sum, log) => sum + doublyRobust(log, truth).value, 0) / wrong.length;
    const weighed = wrong.reduce((sum, log) => sum + ips(log).value, 0) / wrong.length;
    expect(Math.abs(mean - world.truth)).toBeLessThan(0.01);
    expect(Math.abs(weighed - world.truth)).toBeGreaterThan(0.1);
  });

  it("clipping comes out too low, and its interval reaches up by what was clipped", () => {
    const estimates = logs.map((log) => clippedIps(log, { cap: 1.5 }));
    expect(estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length).toBeLessThan(world.truth - 0.03);
    expect(estimates.every((estimate) => holds(estimate, world.truth))).toBe(true);
  });

  it("groups that move together widen the interval, so that many draws of few viewers are not taken for many viewers", () => {
    const random = seededRandom("groups");
    const held = seeds.filter(() => {
      const draws = Array.from({ length: 30 }, (_, viewer) => ({ viewer, mood: random() })).flatMap(({ viewer, mood }) =>
        Array.from({ length: 40 }, (): LoggedDraw => ({ group: viewer, propensity: 0.5, target: 0.5, reward: random() < mood ? 1 : 0 })));
      return holds(snips(draws, { level: 0.99 }), 0.5);
    });
    expect(held.length).toBeGreaterThanOrEqual(95);
  });
});

describe("effective sample size", () => {
  const anyLog = fc.array(fc.record({ reward: fc.double({ min: 0, max: 1, noNaN: true }), propensity: fc.double({ min: 0.01, max: 1, noNaN: true }), target: fc.double({ min: 0.001, max: 1, noNaN: true }) }), { minLength: 2, maxLength: 50 });

  it("lies between one and the number of draws, and is that number where the policies agree", () => {
    fc.assert(fc.property(anyLog, (log) => {
      const { effectiveSampleSize } = snips(log);
      expect(effectiveSampleSize).toBeGreaterThanOrEqual(1 - 1e-9);
      expect(effectiveSampleSize).toBeLessThanOrEqual(log.length + 1e-9);
      expect(snips(log.map((draw) => ({ ...draw, target: draw.propensity }))).effectiveSampleSize).toBeCloseTo(log.length, 9);
    }));
  });

  it("SNIPS stays within the rewards seen, and follows a shift of all rewards", () => {
    fc.assert(fc.property(anyLog, fc.double({ min: -3, max: 3, noNaN: true }), (log, shift) => {
      const { value } = snips(log);
      const rewards = log.map(({ reward }) => reward);
      expect(value).toBeGreaterThanOrEqual(Math.min(...rewards) - 1e-9);
      expect(value).toBeLessThanOrEqual(Math.max(...rewards) + 1e-9);
      expect(snips(log.map((draw) => ({ ...draw, reward: draw.reward + shift }))).value).toBeCloseTo(value + shift, 6);
    }));
  });
});

describe("what cannot be estimated is refused, with its draw named", () => {
  it.each([
    ["no draws", [], /at least one/],
    ["a draw that could not have been drawn", [{ reward: 1, propensity: 0, target: 0.5 }], /draw 0 has the propensity 0/],
    ["a negative chance", [{ reward: 1, propensity: 0.5, target: -1 }], /draw 0 has the target probability -1/],
    ["a policy that shares nothing with the log", [{ reward: 1, propensity: 0.5, target: 0 }], /nothing of what was logged/],
  ] as const)("%s", (_, log, says) => {
    expect(() => snips(log)).toThrow(says);
  });
});

describe("a sequence whose later draws depend on earlier ones", () => {
  /** The second draw is welcomed only after a first draw of the same kind: the value hangs on the whole prefix. */
  const serving = [0.7, 0.3];
  const evaluated = [0.2, 0.8];
  const truth = (0 + (0.2 * 0.2 + 0.8 * 0.8)) / 2;
  const page = (random: Random, group: number): LoggedDraw[] => {
    const first = drawIndex(serving, random);
    const second = drawIndex(serving, random);
    const draw = (kind: number, reward: number): LoggedDraw => ({ group, reward, propensity: serving[kind]!, target: evaluated[kind]! });
    return [draw(first, 0), draw(second, first === second ? 1 : 0)];
  };

  it("is estimated rightly by weights of the whole prefix, and wrongly by those of each draw alone", () => {
    const random = seededRandom(3);
    const pages = Array.from({ length: 20_000 }, (_, group) => page(random, group));
    const whole = ips(pages.flatMap(weighedByPrefix), { level: 0.99 });
    const alone = ips(pages.flat(), { level: 0.99 });
    expect(holds(whole, truth)).toBe(true);
    expect(holds(alone, truth)).toBe(false);
  });
});
