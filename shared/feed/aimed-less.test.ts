import { describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { lessened } from "./aimed-less.ts";
import { sources } from "./candidate.ts";
import type { Candidate, ComposeInput, SlotOutcome } from "./candidate.ts";
import { compose, createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import { quotas, quotaShares } from "./mixture.ts";

const now = simulationStart + dayMs;
const gallery = simulateGallery({ styles: 10, perStyle: 14, dim: 48 });
const images = new Map(gallery.images.map((image) => [image.image_id, image]));
const log = [0, 1, 2, 3, 4, 5].map((n, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id: `s0-${n}`, at: simulationStart }));
const taste = applyEvents(emptyTaste("v", gallery.calibration.space), log, (id) => images.get(id)?.vector, gallery.calibration);
const less = (term: string, at = now): SlotOutcome => ({ image_id: "x", source: "popular", position: 0, at, outcome: "refused", term });

/** The first page, every slot from a candidate of every source, before and after the outcomes. */
function firstPage(outcomes: SlotOutcome[]) {
  const candidates = gallery.images.map((image, i) => ({ ...image, creator: "", sources, together: (i % 7) / 7 }));
  const input: ComposeInput = {
    taste, calibration: gallery.calibration, candidates, regions: gallery.regions, settings: { adventure: 0.3 }, outcomes, limit: 40, pages: 1, now,
    transitions: new Map([[gallery.regions[0]!.id, 1]]), random: seededRandom(4), config: { ...feedConfig, learnBlend: { ...feedConfig.learnBlend, on: false } },
  };
  return compose(input)[0]!.slots;
}

const weightOf = (slots: ReturnType<typeof firstPage>, term: "user" | "together" | "quality" | "popularity" | "recency", feature: "together" | "quality" | "popularity" | "recency") =>
  Math.max(...slots.map((slot) => (slot.features[feature] > 0 ? slot.terms[term] / slot.features[feature] : 0)));

describe("less like this", () => {
  it.each(["together", "quality", "popularity", "recency"] as const)("aimed at %s lowers exactly that term on the next page", (term) => {
    const [before, after] = [firstPage([]), firstPage([less(term)])];
    for (const other of ["together", "quality", "popularity", "recency"] as const)
      expect(weightOf(after, other, other) / weightOf(before, other, other)).toBeCloseTo(other === term ? 1 - feedConfig.less.takes : 1, 6);
  });

  it("aimed at the user vector lowers what that says, and nothing else", () => {
    const { terms, sources } = lessened([less("user")], now, feedConfig);
    expect(terms.user).toBeCloseTo(1 - feedConfig.less.takes, 9);
    expect([...Object.values({ ...terms, user: 1 }), ...Object.values(sources)].every((left) => left === 1)).toBe(true);
  });

  it("aimed at echo lowers what that says, for and against an image, and leaves the user vector be", () => {
    const near = [6, 7, 8, 9].map((n, i): SlotOutcome => ({ image_id: `s0-${n}`, vector: images.get(`s0-${n}`)!.vector, source: "puddle", position: i, at: now, outcome: "welcomed" }));
    const by = (outcomes: SlotOutcome[], term: "echo" | "user") =>
      new Map(firstPage(outcomes).map((slot) => [slot.image_id, term === "echo" ? slot.terms.echo / (slot.features.echo - feedConfig.echo.rate) : slot.terms.user]));
    const weight = (outcomes: SlotOutcome[]) => [...by(outcomes, "echo").values()][0]!;
    expect(weight([...near, less("echo")]) / weight(near)).toBeCloseTo(1 - feedConfig.less.takes, 6);
    const [before, after] = [by(near, "user"), by([...near, less("echo")], "user")];
    const both = [...after].filter(([id]) => before.has(id));
    expect(both.length).toBeGreaterThan(5);
    for (const [id, user] of both) expect(user).toBeCloseTo(before.get(id)!, 9);
  });

  it.each(["explore", "fresh"] as const)("aimed at the source %s, that has slots of its own, takes its part of them for the best", (source) => {
    const shares = (outcomes: SlotOutcome[]) =>
      quotaShares({ signals: 20, puddles: 2, adventure: 0.3, outcomes: [], now, less: lessened(outcomes, now, feedConfig) });
    const [before, after] = [shares([]), shares([less(source)])];
    for (const quota of quotas)
      if (quota === source) expect(after[quota]).toBeCloseTo((1 - feedConfig.less.takes) * before[quota], 9);
      else if (quota !== "best") expect(after[quota]).toBeCloseTo(before[quota], 9);
    expect(after.best).toBeGreaterThan(before.best);
  });

  it.each(["transition", "neighbour", "bridge"] as const)("aimed at the source %s makes rarer what that alone puts up, and nothing else", (source) => {
    const one = gallery.images[100]!;
    const proposed = gallery.images.slice(90, 120).map((image): Candidate => ({ ...image, creator: "", together: 0.5, quality: 0.5, popularity: 0.5, created_at: now, sources: image === one ? [source] : ["popular", source] }));
    const chances = (outcomes: SlotOutcome[]) =>
      createComposer({
        taste, calibration: gallery.calibration, candidates: proposed, regions: [], settings: { adventure: 0 }, outcomes, limit: 1, pages: 1, now, random: seededRandom(1),
        config: { ...feedConfig, live: { best: true, explore: false, fresh: false }, temperature: { ...feedConfig.temperature, best: 0.2 } },
      }).distribution();
    const [before, after] = [chances([]), chances([less(source)])];
    const row = gallery.images.indexOf(one) - 90;
    expect(after[row]!).toBeLessThan(0.5 * before[row]!);
    const odds = (distribution: Float64Array, of: number) => distribution[of]! / distribution[row === 0 ? 1 : 0]!;
    proposed.forEach((_, i) => i !== row && expect(odds(after, i)).toBeCloseTo(odds(before, i), 9));
  });

  it("aimed at the source together or popular lowers the score term that this source draws by", () => {
    for (const [source, term] of [["together", "together"], ["popular", "popularity"]] as const)
      expect(lessened([less(source)], now, feedConfig).terms[term]).toBeCloseTo(1 - feedConfig.less.takes, 9);
  });

  it("comes back with time, and adds up when said again", () => {
    const left = (...outcomes: SlotOutcome[]) => lessened(outcomes, now, feedConfig).sources.bridge;
    expect(left(less("bridge"), less("bridge"))).toBeLessThan(left(less("bridge")));
    expect(left(less("bridge", now - 60 * dayMs))).toBeGreaterThan(0.99);
  });

  it("aimed at a puddle is for taste and the puddle's reception to hear", () => {
    const { terms, sources } = lessened([less("puddle"), less("puddle:p3")], now, feedConfig);
    expect([...Object.values(terms), ...Object.values(sources)].every((left) => left === 1)).toBe(true);
  });
});
