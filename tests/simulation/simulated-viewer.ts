import { secondMs } from "#shared/kernel/clock.ts";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import type { InteractionKind, TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { Candidate, Slot, SlotOutcome, Source } from "#shared/feed/candidate.ts";
import { compose } from "#shared/feed/compose.ts";
import type { FeedConfig } from "#shared/feed/feed-config.ts";
import { simulationStart } from "./simulated-gallery.ts";
import type { SimulatedGallery } from "./simulated-gallery.ts";

type Image = SimulatedGallery["images"][number];

export interface SimulatedPage {
  slots: (Slot & { style: string })[];
}

/** Test support: a viewer who scrolls page after page and reacts to each image by its style; one page is composed at a time. */
export function simulateViewer(
  gallery: SimulatedGallery,
  { pages = 5, limit = 12, adventure = 0.3, seed = 1, config, react }: {
    pages?: number; limit?: number; adventure?: number; seed?: number; config?: FeedConfig; react: (style: string, page: number) => InteractionKind;
  },
): { pages: SimulatedPage[]; taste: Taste } {
  const random = seededRandom(seed);
  const images = new Map(gallery.images.map((image) => [image.image_id, image]));
  const seen = new Set<string>();
  const shown = new Map<string, number>();
  const outcomes: SlotOutcome[] = [];
  const composed: SimulatedPage[] = [];
  let taste = emptyTaste(`viewer${seed}`, gallery.calibration.space);
  let now = simulationStart;
  let viewer_seq = 0;
  for (let p = 0; p < pages; p++) {
    const unseen = gallery.images.filter(({ image_id }) => !seen.has(image_id));
    const [page] = compose({
      taste, calibration: gallery.calibration, candidates: gather(taste, shuffled(unseen, random)), regions: gallery.regions,
      settings: { adventure }, outcomes, shown, limit, pages: 1, now, random, ...(config && { config }),
    });
    if (!page) break;
    const events: TasteEvent[] = [];
    for (const slot of page.slots) {
      const image = images.get(slot.image_id)!;
      now += 4 * secondMs;
      const kind = react(image.style, p);
      events.push({ viewer_seq: ++viewer_seq, event_id: `e${viewer_seq}`, kind, image_id: slot.image_id, at: now });
      seen.add(slot.image_id);
      shown.set(image.region_id, (shown.get(image.region_id) ?? 0) + 1);
      outcomes.push({
        image_id: slot.image_id, vector: image.vector, source: slot.source, features: slot.features, position: slot.position, at: now, region_id: image.region_id,
        ...(slot.anchor && { puddle_id: slot.anchor.puddle_id }), outcome: kind === "like" ? "welcomed" : kind === "hide" ? "refused" : "ignored",
      });
    }
    composed.push({ slots: page.slots.map((slot) => ({ ...slot, style: images.get(slot.image_id)!.style })) });
    taste = applyEvents(taste, events, (image_id) => images.get(image_id)?.vector, gallery.calibration);
  }
  return { pages: composed, taste };
}

/** Proposals as a node makes them: the nearest to each puddle, the newest, the most popular, and some from everywhere. */
function gather(taste: Taste, unseen: readonly Image[]): Candidate[] {
  const from = (source: Source, some: readonly Image[]): Candidate[] => some.map((image) => ({ ...image, sources: [source] }));
  const top = (score: (image: Image) => number, count: number) =>
    unseen.map((image) => ({ image, score: score(image) })).sort((a, b) => b.score - a.score).slice(0, count).map(({ image }) => image);
  return [
    ...taste.puddles.flatMap(({ centroid }) => from("puddle", top(({ vector }) => -cosineDistance(centroid, vector), 40))),
    ...from("explore", unseen.slice(0, 200)),
    ...from("fresh", top(({ created_at }) => created_at, 60)),
    ...from("popular", top(({ popularity }) => popularity, 60)),
  ];
}
