import { describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import { simulateGallery, simulationStart } from "#tests/simulation/simulated-gallery.ts";
import { sources } from "./candidate.ts";
import type { Candidate, ComposeInput, SlotOutcome, Source } from "./candidate.ts";
import { createComposer } from "./compose.ts";
import { feedConfig } from "./feed-config.ts";

const liveSources = sources.filter((source) => source !== "persona");
const replays = 10_000;
const slots = 4;

/** A viewer of three tastes, one suppressed, with a history in every source, and candidates from every live source. */
function warmPage(): Omit<ComposeInput, "random"> {
  const gallery = simulateGallery({ styles: 8, perStyle: 14, dim: 32, seed: 9 });
  const vectorOf = new Map(gallery.images.map(({ image_id, vector }) => [image_id, vector]));
  const log = [0, 1, 2, 3].flatMap((style) => [0, 1, 2, 3].map((n) => ({ style, image_id: `s${style}-${n}` })))
    .map(({ style, image_id }, i): TasteEvent => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: style === 3 ? "hide" : "like", image_id, at: simulationStart + i }));
  const taste = applyEvents(emptyTaste("v", gallery.calibration.space), log, (id) => vectorOf.get(id), gallery.calibration);
  const unmet = gallery.images.filter(({ image_id }) => Number(image_id.split("-")[1]) >= 6);
  const candidates = unmet.map((image, i): Candidate => {
    const some: Source[] = [liveSources[i % liveSources.length]!, liveSources[(i * 3 + 1) % liveSources.length]!];
    return { ...image, sources: [...new Set(some)], together: (i % 5) / 20, exposures: i % 40 };
  });
  const features = { content: 0.4, echo: 0.3, together: 0.3, quality: 0.5, popularity: 0.2, recency: 0.1 };
  const outcomes = Array.from({ length: 60 }, (_, n): SlotOutcome => ({
    image_id: `old${n}`, vector: vectorOf.get(n % 4 === 0 ? `s0-${n % 6}` : `s${1 + (n % 7)}-${n % 6}`)!, source: liveSources[n % liveSources.length]!, features: { ...features, content: (n % 7) / 7 }, position: n % 12,
    at: simulationStart - dayMs + n, outcome: n % 4 === 0 ? "welcomed" : n % 9 === 0 ? "refused" : "ignored", region_id: gallery.regions[n % gallery.regions.length]!.id,
  }));
  return {
    taste, calibration: gallery.calibration, candidates, regions: gallery.regions, settings: { adventure: 0.5 }, limit: slots, pages: 1, now: simulationStart + 1_000,
    // A little warmer than the engine, so that many images are drawn often enough to be counted.
    config: { ...feedConfig, temperature: { ...feedConfig.temperature, best: 0.03 } },
    outcomes, transitions: new Map(gallery.regions.slice(0, 5).map(({ id }, i) => [id, (i + 1) / 15])),
  };
}

describe("stored propensities of a warm page with every source", () => {
  it("sum to one in every slot and match how often each image is drawn over 10,000 replays", () => {
    const page = warmPage();
    const size = page.candidates.length;
    const place = new Map(page.candidates.map(({ image_id }, i) => [image_id, i]));
    const random = seededRandom("replays of a page");
    const table = () => Array.from({ length: slots }, () => new Float64Array(size));
    const [expected, variance, drawn] = [table(), table(), table()];
    const bySource = new Map<Source, number>();
    for (let n = 0; n < replays; n++) {
      const composer = createComposer({ ...page, random });
      for (let position = 0; position < slots; position++) {
        const distribution = composer.distribution();
        const slot = composer.next()!;
        let sum = 0;
        distribution.forEach((p, i) => {
          sum += p;
          expected[position]![i]! += p;
          variance[position]![i]! += p * (1 - p);
        });
        const row = place.get(slot.image_id)!;
        drawn[position]![row]!++;
        bySource.set(slot.source, (bySource.get(slot.source) ?? 0) + 1);
        if (Math.abs(sum - 1) > 1e-9 || slot.propensity !== distribution[row]) throw new Error(`replay ${n}, slot ${position}: probabilities sum to ${sum}, ${slot.propensity} was stored for ${distribution[row]}`);
      }
    }
    expect([...bySource.keys()].sort()).toEqual([...liveSources].sort());
    for (let position = 0; position < slots; position++) {
      // Squared deviations from what was expected come out near their number where the propensities are right.
      let deviations = 0;
      let images = 0;
      for (let i = 0; i < size; i++) {
        const off = Math.abs(drawn[position]![i]! - expected[position]![i]!);
        expect(off, `slot ${position}, image ${i}`).toBeLessThanOrEqual(4.5 * Math.sqrt(variance[position]![i]!) + 3);
        if (variance[position]![i]! < 5) continue;
        deviations += off ** 2 / variance[position]![i]!;
        images++;
      }
      expect(images).toBeGreaterThan(20);
      expect(deviations / images).toBeLessThan(1 + 4.5 * Math.sqrt(2 / images));
      expect(deviations / images).toBeGreaterThan(1 - 4.5 * Math.sqrt(2 / images));
    }
  }, 120_000);
});
