import { describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { lessened } from "./aimed-less.ts";
import type { ComposeInput, SlotOutcome } from "./candidate.ts";
import { compose } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";
import { liveSources, sourceShares } from "./mixture.ts";

const now = simulationStart + dayMs;
const gallery = simulateGallery({ styles: 10, perStyle: 14, dim: 48 });
const images = new Map(gallery.images.map((image) => [image.image_id, image]));
const log = [0, 1, 2, 3, 4, 5].map((n, i) => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like" as const, image_id: `s0-${n}`, at: simulationStart }));
const taste = applyEvents(emptyTaste("v", gallery.calibration.space), log, (id) => images.get(id)?.vector, gallery.calibration);
const less = (term: string, at = now): SlotOutcome => ({ image_id: "x", source: "popular", position: 0, at, outcome: "refused", term });

/** The first page, every slot from a candidate of every source, before and after the outcomes. */
function firstPage(outcomes: SlotOutcome[]) {
  const candidates = gallery.images.map((image, i) => ({ ...image, creator: "", sources: liveSources, together: (i % 7) / 7 }));
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

  it.each(["explore", "transition", "neighbour", "bridge", "together", "popular", "fresh"] as const)("aimed at the source %s gives it fewer slots, against every other", (source) => {
    const shares = (outcomes: SlotOutcome[]) =>
      sourceShares({ signals: 20, puddles: 2, adventure: 0.3, outcomes: [], now, less: lessened(outcomes, now, feedConfig) });
    const [before, after] = [shares([]), shares([less(source)])];
    for (const other of liveSources)
      if (other !== source) expect(after[source] / after[other]).toBeCloseTo((1 - feedConfig.less.takes) * (before[source] / before[other]), 9);
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
