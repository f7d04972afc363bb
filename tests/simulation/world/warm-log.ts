import { dayMs, hourMs, secondMs } from "#shared/kernel/clock.ts";
import { drawIndex, seededRandom, shuffled } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { isLike, makeViewer, react, viewerModel } from "../viewer-model.ts";
import type { Reaction, SimViewer } from "../viewer-model.ts";
import type { Scene } from "./scenes.ts";
import type { LabelTaste } from "./taste-pool.ts";
import { startMs } from "./catalogue.ts";
import type { SimImage } from "./catalogue.ts";

/** A slot as it was served and what came of it. */
export interface LoggedSlot {
  image: number;
  page: number;
  position: number;
  at: number;
  reaction: Reaction;
}

export interface WarmViewer {
  viewer: SimViewer;
  slots: LoggedSlot[];
}

/** Those who were here before: their logs train whatever learns across viewers. */
export const warmModel = {
  viewers: 400,
  days: 28,
  /** Share of slots filled at random; the others by likes so far, so that what was shown early stays ahead. */
  random: 0.5,
} as const;

/** How long a slot is in sight, when a page is read without a pause. */
export const slotMs = 3 * secondMs;
/** From one session to the next: mornings and evenings in turn. */
const sessionGapMs = 12 * hourMs;

/** When a slot of a viewer who began at `began` is seen. */
export function slotTime(began: number, page: number, position: number): number {
  const session = Math.floor(page / viewerModel.pagesPerSession);
  const slot = (page % viewerModel.pagesPerSession) * viewerModel.slotsPerPage + position;
  return began + session * sessionGapMs + slot * slotMs;
}

/** Every warm viewer's sessions in order of time, each page filled by chance and by popularity as of that moment. */
export function warmLog(images: readonly SimImage[], scenes: readonly Scene[], pool: readonly LabelTaste[], seed: number, viewers: number = warmModel.viewers): WarmViewer[] {
  const random = seededRandom(`warm ${seed}`);
  const shown = images.filter(({ isNew }) => !isNew);
  const likes = new Float64Array(images.length);
  const people = Array.from({ length: viewers }, (_, i) => {
    // Mornings at eight: every second session is an evening one.
    const day = Math.floor(random() * (warmModel.days - 4));
    return { viewer: makeViewer(`warm-${i}`, scenes, pool, seed, i % 3 === 0), slots: [] as LoggedSlot[], seen: new Set<number>(), began: startMs - (warmModel.days - day) * dayMs + 8 * hourMs };
  });
  const turns = people.flatMap((person) => Array.from({ length: viewerModel.pages }, (_, page) => ({ person, page, at: slotTime(person.began, page, 0) })));
  turns.sort((a, b) => a.at - b.at || (a.person.viewer.id < b.person.viewer.id ? -1 : 1));
  for (const { person, page } of turns) {
    for (const [position, image] of fillPage(shown, likes, person.seen, random).entries()) {
      const reaction = react(person.viewer, image, page, position);
      person.slots.push({ image: image.index, page, position, at: slotTime(person.began, page, position), reaction });
      if (reaction.some(({ kind }) => isLike(kind))) likes[image.index]!++;
    }
  }
  return people.map(({ viewer, slots }) => ({ viewer, slots }));
}

function fillPage(images: readonly SimImage[], likes: Float64Array, seen: Set<number>, random: Random): SimImage[] {
  const unseen = shuffled(images.filter(({ index }) => !seen.has(index)), random);
  const weights = Float64Array.from(unseen, ({ index }) => (likes[index]! + 0.5) ** 1.5);
  return Array.from({ length: Math.min(viewerModel.slotsPerPage, unseen.length) }, () => {
    const flat = random() < warmModel.random;
    const drawn = flat ? weights.findIndex((weight) => weight > 0) : drawIndex(weights, random);
    weights[drawn] = 0;
    seen.add(unseen[drawn]!.index);
    return unseen[drawn]!;
  });
}
