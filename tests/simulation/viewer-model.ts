import { hashText, seededRandom } from "#shared/kernel/random.ts";
import type { Random } from "#shared/kernel/random.ts";
import { signalStrength } from "#shared/taste/signal.ts";
import type { InteractionKind } from "#shared/taste/signal.ts";
import type { SimImage } from "./world/catalogue.ts";
import type { Scene } from "./world/scenes.ts";
import { sceneModel } from "./world/scenes.ts";
import type { LabelTaste } from "./world/taste-pool.ts";
import { lastingSize, overlap } from "./world/taste-pool.ts";

/** Every number of the simulated viewers; README.md tells what each stands for. */
export const viewerModel = {
  slotsPerPage: 12,
  pages: 16,
  pagesPerSession: 3,
  tastes: [2, 5],
  /** Part of the smaller of two of a viewer's tastes that may lie in the other. */
  mostOverlap: 0.15,
  /** Page on which a new taste appears (the middle of a session) and on which an old one is abandoned. */
  appearsOnPage: 4,
  abandonedOnPage: 9,

  /** Chance of a like of an image that was noticed: of anything; of a taste from its least to its full weight; of the scene's. */
  likesAnything: 0.015,
  likesTaste: [0.25, 0.7],
  likesScene: 0.5,
  most: 0.9,
  /** A session leans to one taste (a morning one or an evening one): chances times these. */
  inFocus: 1.2,
  outOfFocus: 0.9,
  /** Chance that a slot is noticed: `1/(1 + bias·position)`. */
  positionBias: 0.06,
  /** Of likes: given as `save` or `love` instead. */
  saves: 0.12,
  loves: 0.06,
  opens: 0.3,
  hidesAbandoned: 0.15,
  hidesIndifferent: 0.01,
  /** Median dwell in ms on what is liked by nature and on the rest, and the deviation of its logarithm. */
  dwell: { liked: 3_500, other: 800, deviation: 0.5 },
} as const;

export interface WeightedTaste {
  taste: LabelTaste;
  /** Sums to one over those held at one time. */
  weight: number;
  /** Pages `[from, until)` on which the viewer has it. */
  from: number;
  until: number;
}

export interface SimViewer {
  id: string;
  scene: Scene;
  tastes: readonly WeightedTaste[];
  /** Indices into `tastes`; undefined for viewers whose taste stands still. */
  appears?: number;
  abandoned?: number;
  /** Taste a session leans to, by session. */
  focus: readonly number[];
  /** Seeds all chance of the viewer's reactions: the same image meets the same mood whatever policy shows it. */
  seed: number;
}

export type Reaction = { kind: InteractionKind; value?: number }[];

/** A viewer of a scene; `changes` says whether a taste appears and another is abandoned on the way. */
export function makeViewer(id: string, scenes: readonly Scene[], pool: readonly LabelTaste[], seed: number | string, changes: boolean): SimViewer {
  const random = seededRandom(`${seed} viewer ${id}`);
  const scene = scenes[Math.floor(random() * scenes.length)]!;
  const [least, most] = viewerModel.tastes;
  const count = least + Math.floor(random() * (most - least + 1));
  const held: LabelTaste[] = [];
  if (changes) held.push(draw(scene, pool, held, random, lastingSize));
  while (held.length < count) held.push(draw(scene, pool, held, random, 0));
  const weights = held.map((_, i) => (changes && i === 0 ? 0.6 : 0.3) + random());
  const tastes: WeightedTaste[] = held.map((taste, i) => ({ taste, weight: weights[i]!, from: 0, until: changes && i === 0 ? viewerModel.abandonedOnPage : Infinity }));
  if (changes) tastes.push({ taste: draw(scene, pool, held, random, lastingSize), weight: 0.8 + 0.6 * random(), from: viewerModel.appearsOnPage, until: Infinity });
  const total = tastes.reduce((sum, { weight }) => sum + weight, 0);
  const sessions = Math.ceil(viewerModel.pages / viewerModel.pagesPerSession);
  const ofDaypart = [Math.floor(random() * tastes.length), Math.floor(random() * tastes.length)];
  const focus = Array.from({ length: sessions }, (_, s) => (random() < 0.7 ? ofDaypart[s % 2]! : Math.floor(random() * tastes.length)));
  return {
    id, scene, focus, seed: hashText(`${seed} reactions ${id}`),
    tastes: tastes.map((one) => ({ ...one, weight: one.weight / total })),
    ...(changes ? { abandoned: 0, appears: tastes.length - 1 } : {}),
  };
}

/** A taste of the scene's favourites or of the whole pool that overlaps little with those held. */
function draw(scene: Scene, pool: readonly LabelTaste[], held: readonly LabelTaste[], random: Random, leastSize: number): LabelTaste {
  const fits = (taste: LabelTaste) => taste.members.length >= leastSize && held.every((other) => overlap(taste, other) <= viewerModel.mostOverlap);
  const partners = scene.pairs.flatMap(([a, b]) => (held.includes(a) ? [b] : held.includes(b) ? [a] : [])).filter(fits);
  const favourites = scene.pairs.flat().filter(fits);
  const from = random() < sceneModel.fromPairs ? (partners.length > 0 ? partners : favourites) : [];
  if (from.length > 0) return from[Math.floor(random() * from.length)]!;
  const left = pool.filter(fits);
  if (left.length === 0) throw new RangeError(`no taste of ${leastSize} images or more is left beside ${held.map(({ name }) => name).join(", ")}: the catalogue has too few labels`);
  return left[Math.floor(random() * left.length)]!;
}

export function holds({ from, until }: WeightedTaste, page: number): boolean {
  return page >= from && page < until;
}

/** Chance that the viewer likes the image, once noticed, on that page: the truth every policy is measured against. */
export function trueAffinity(viewer: SimViewer, image: Pick<SimImage, "index" | "appeal">, page: number): number {
  const { likesTaste: [least, full], inFocus, outOfFocus } = viewerModel;
  const focus = viewer.focus[Math.floor(page / viewerModel.pagesPerSession)];
  let byTaste = 0;
  let heaviest = 0;
  for (const one of viewer.tastes) if (holds(one, page)) heaviest = Math.max(heaviest, one.weight);
  viewer.tastes.forEach((one, t) => {
    if (one.taste.has[image.index]! === 0 || !holds(one, page)) return;
    byTaste = Math.max(byTaste, (least + ((full - least) * one.weight) / heaviest) * (t === focus ? inFocus : outOfFocus));
  });
  const byScene = viewer.scene.has[image.index]! * viewerModel.likesScene;
  const any = 1 - (1 - viewerModel.likesAnything) * (1 - Math.min(byTaste, 1)) * (1 - byScene);
  return Math.min(viewerModel.most, any * image.appeal);
}

/** What the viewer does with the image in a slot; empty when it passes unnoticed. */
export function react(viewer: SimViewer, image: Pick<SimImage, "index" | "appeal">, page: number, position: number): Reaction {
  const random = seededRandom((viewer.seed ^ Math.imul(image.index + 1, 0x9e3779b1)) >>> 0);
  const [noticed, liked, how, opened, hidden, dwellA, dwellB] = [random(), random(), random(), random(), random(), random(), random()] as const;
  if (noticed >= 1 / (1 + viewerModel.positionBias * position)) return [];
  const chance = trueAffinity(viewer, image, page);
  const { saves, loves, opens, hidesAbandoned, hidesIndifferent, dwell, likesAnything } = viewerModel;
  const normal = Math.sqrt(-2 * Math.log(1 - dwellA)) * Math.cos(2 * Math.PI * dwellB);
  const ms = Math.round((chance > 0.2 ? dwell.liked : dwell.other) * Math.exp(dwell.deviation * normal));
  const reaction: Reaction = [{ kind: "dwell", value: ms }];
  if (opened < opens * chance) reaction.push({ kind: "open" });
  if (liked < chance) reaction.push({ kind: how < saves ? "save" : how < saves + loves ? "love" : "like" });
  else {
    const dropped = viewer.abandoned !== undefined && page >= viewerModel.abandonedOnPage && viewer.tastes[viewer.abandoned]!.taste.has[image.index]! === 1;
    const hides = dropped && chance < 0.2 ? hidesAbandoned : chance <= 2 * likesAnything ? hidesIndifferent : 0;
    if (hidden < hides) reaction.push({ kind: "hide" });
  }
  return reaction;
}

/** A slot the viewer acted on: liked, opened, hid or paused at. What passes by is no interaction worth counting. */
export function actedOn(reaction: Reaction): boolean {
  return reaction.some((one) => signalStrength(one) !== 0);
}

export function isLike(kind: InteractionKind): boolean {
  return kind === "like" || kind === "love" || kind === "save" || kind === "share";
}
