import { describe, expect, it } from "vitest";
import { drawIndex, hashText, seededRandom, shuffled } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import type { Estimate } from "#shared/experiments/estimate.ts";
import { crossFitted, ips, snips, weighedByPrefix } from "#shared/experiments/off-policy.ts";
import type { JudgedDraw } from "#shared/experiments/off-policy.ts";
import { meanRewards } from "#shared/experiments/reward-model.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import type { Candidate, ComposeInput, Source } from "./candidate.ts";
import { createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import type { FeedConfig, LiveSource } from "./feed-config.ts";

/**
 * Pages logged under one config and judged for another, with the other's truth known because it can be run: simulated viewers
 * like their own styles often and anything else seldom, whatever policy shows it to them.
 */
const gallery = simulateGallery({ styles: 10, perStyle: 14, dim: 32, seed: 4 });
const vectorOf = new Map(gallery.images.map(({ image_id, vector }) => [image_id, vector]));
const styleOf = new Map(gallery.images.map(({ image_id, style }) => [image_id, style]));
const slots = 4;

/**
 * Pages can tell of another policy only where they show what that would: the engine's own draws, as sharp as they are, overlap too
 * little with another's. So both policies here draw at temperatures of their own, and this one explores much besides.
 */
const serving: FeedConfig = { ...feedConfig, temperature: mapped(feedConfig.temperature, () => 0.3), explore: { ...feedConfig.explore, slope: 0.4, power: 0 }, overdrawn: 0.4 };
/** Explores less and keeps nearer to what speaks for an image. */
const evaluated: FeedConfig = { ...feedConfig, temperature: mapped(feedConfig.temperature, () => 0.1), explore: { ...feedConfig.explore, slope: 0.12, power: 0 }, overdrawn: 0.4 };

interface Visit {
  viewer: number;
  liked: ReadonlySet<string>;
  input: Omit<ComposeInput, "config" | "random">;
}

const visits = Array.from({ length: 60 }, (_, viewer) => visitOf(viewer));

function visitOf(viewer: number): Visit {
  const random = seededRandom(`visit ${viewer}`);
  const liked = new Set([0, 1].map(() => `style${Math.floor(random() * 10)}`));
  const log = shuffled(gallery.images.filter(({ style }) => liked.has(style)), random).slice(0, 6)
    .map(({ image_id }, i): TasteEvent => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like", image_id, at: simulationStart + i }));
  const met = new Set(log.map(({ image_id }) => image_id));
  const sourcesOf = (): Source[] => (random() < 0.5 ? ["puddle", "explore"] : random() < 0.5 ? ["explore", "fresh"] : ["puddle", "popular"]);
  const candidates = shuffled(gallery.images.filter(({ image_id }) => !met.has(image_id)), random).slice(0, 50).map((image): Candidate => ({ ...image, sources: sourcesOf() }));
  const taste = applyEvents(emptyTaste(`v${viewer}`, gallery.calibration.space), log, (id) => vectorOf.get(id), gallery.calibration);
  return { viewer, liked, input: { taste, calibration: gallery.calibration, candidates, regions: gallery.regions, settings: { adventure: 0.4 }, limit: slots, pages: 1, now: simulationStart + 1_000 } };
}

/** Chance that the viewer welcomes the image; each image is a little better or worse for everyone. */
function chance({ liked }: Visit, image_id: string): number {
  return (liked.has(styleOf.get(image_id)!) ? 0.6 : 0.1) * (0.6 + (hashText(image_id) % 100) / 125);
}

type Judged = JudgedDraw<{ visit: Visit; image_id: string }>;
const byStyle = (draws: readonly Judged[]) => meanRewards(draws, ({ visit, image_id }) => [`${visit.liked.has(styleOf.get(image_id)!)}`, image_id]);

/** A page drawn under one config, each slot with what the other would have given there. */
function logPage(visit: Visit, random: Random): Judged[] {
  const served = createComposer({ ...visit.input, random, config: serving });
  const other = createComposer({ ...visit.input, random, config: evaluated });
  return Array.from({ length: slots }, () => {
    const targets = [...other.distribution()].map((p, i): [{ visit: Visit; image_id: string }, number] => [{ visit, image_id: visit.input.candidates[i]!.image_id }, p]);
    const slot = served.next()!;
    const { propensity: target } = other.take(slot.image_id, slot.source as LiveSource);
    return {
      group: visit.viewer, action: { visit, image_id: slot.image_id }, propensity: slot.propensity, target, targets,
      reward: random() < chance(visit, slot.image_id) ? 1 : 0,
    };
  });
}

const expectedUnder = (targets: Judged["targets"]) => [...targets].reduce((sum, [{ visit, image_id }, p]) => sum + p * chance(visit, image_id), 0);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const holds = ({ interval: { low, high } }: Estimate, truth: number) => low <= truth && truth <= high;
const estimators: Record<string, (log: readonly Judged[], level: number) => Estimate> = {
  IPS: (log, level) => ips(log, { level }), SNIPS: (log, level) => snips(log, { level }), DR: (log, level) => crossFitted(log, byStyle, { level }),
};

describe("another policy judged by pages that this one served", () => {
  const first = visits.map((visit) => {
    const [shown, wanted] = [serving, evaluated].map((config) => createComposer({ ...visit.input, random: () => 0, config }).distribution());
    const targets = [...wanted!].map((p, i): [{ visit: Visit; image_id: string }, number] => [{ visit, image_id: visit.input.candidates[i]!.image_id }, p]);
    return { visit, shown: shown!, wanted: wanted!, targets };
  });
  const truth = mean(first.map(({ targets }) => expectedUnder(targets)));
  const logs = Array.from({ length: 100 }, (_, seed) => {
    const random = seededRandom(seed);
    return first.flatMap(({ visit, shown, wanted, targets }) => Array.from({ length: 10 }, (): Judged => {
      const row = drawIndex(shown, random);
      const image_id = visit.input.candidates[row]!.image_id;
      return { action: { visit, image_id }, propensity: shown[row]!, target: wanted[row]!, targets, reward: random() < chance(visit, image_id) ? 1 : 0 };
    }));
  });

  it.each(Object.keys(estimators))("%s holds the truth of first slots within its interval (level 0.99) in at least 95 of 100 seeds", (name) => {
    expect(logs.filter((log) => holds(estimators[name]!(log, 0.99), truth)).length).toBeGreaterThanOrEqual(95);
  });

  it("the two policies differ by more than the intervals are wide, so holding the truth means something", () => {
    const served = mean(first.map(({ visit, shown }) => expectedUnder([...shown].map((p, i) => [{ visit, image_id: visit.input.candidates[i]!.image_id }, p] as const))));
    const widths = logs.map((log) => snips(log, { level: 0.99 }).interval).map(({ low, high }) => (high - low) / 2);
    expect(truth - served).toBeGreaterThan(mean(widths) / 2);
    expect(logs.filter((log) => crossFitted(log, byStyle, { level: 0.99 }).interval.low > served).length).toBeGreaterThan(50);
  });
});

describe("whole pages", () => {
  const random = seededRandom("pages");
  const pages = visits.flatMap((visit) => Array.from({ length: 20 }, () => logPage(visit, random)));

  it.each(Object.keys(estimators))("%s, slot by slot, holds what the other policy would earn in the places where this one put the viewer", (name) => {
    for (let position = 0; position < slots; position++) {
      const log = pages.map((page) => page[position]!);
      expect(holds(estimators[name]!(log, 0.999), mean(log.map(({ targets }) => expectedUnder(targets))))).toBe(true);
    }
  });

  it("SNIPS weighed by the prefix of each page holds what the other policy earns when it is run", () => {
    const run = mean(visits.flatMap((visit) => Array.from({ length: 40 }, () => {
      const composer = createComposer({ ...visit.input, random, config: evaluated });
      return mean(Array.from({ length: slots }, () => chance(visit, composer.next()!.image_id)));
    })));
    const log = pages.flatMap(weighedByPrefix);
    expect(holds(snips(log, { level: 0.99 }), run)).toBe(true);
    expect(snips(log).effectiveSampleSize).toBeGreaterThan(100);
    const served = mean(pages.flat().map(({ reward }) => reward));
    expect(run - served).toBeGreaterThan(0.02);
    expect(snips(log, { level: 0.8 }).interval.low).toBeGreaterThan(served);
  });
});

function mapped<K extends string>(record: Record<K, number>, change: (value: number) => number): Record<K, number> {
  return Object.fromEntries(Object.entries<number>(record).map(([key, value]) => [key, change(value)])) as Record<K, number>;
}
