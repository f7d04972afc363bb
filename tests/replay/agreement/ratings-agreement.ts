import { bootstrapMean } from "#shared/experiments/bootstrap.ts";
import type { Interval } from "#shared/experiments/estimate.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { makeArm } from "#tests/simulation/arms.ts";
import { viewerMeasure } from "#tests/simulation/metrics/measure-viewer.ts";
import { linksOfWarm } from "#tests/simulation/policies/collective-in-memory.ts";
import { fitEase } from "#tests/simulation/policies/ease.ts";
import { randomPolicy } from "#tests/simulation/policies/popular.ts";
import { runViewer } from "#tests/simulation/run-viewer.ts";
import { isLike, trueAffinity } from "#tests/simulation/viewer-model.ts";
import type { SimViewer } from "#tests/simulation/viewer-model.ts";
import type { Catalogue } from "#tests/simulation/world/catalogue.ts";
import type { LoggedSlot } from "#tests/simulation/world/warm-log.ts";
import { makeWorld, testViewer } from "#tests/simulation/world/world.ts";
import type { World } from "#tests/simulation/world/world.ts";
import { writeLog } from "#tests/simulation/write-log.ts";
import { evaluate } from "../evaluate.ts";
import { splitByTime, trainingShare } from "../holdout.ts";
import { readRatings } from "../rating-log.ts";
import type { RatingLog } from "../rating-log.ts";
import { ratingScale } from "../rating-scale.ts";
import { readVectors } from "../vector-file.ts";

/** Policies that both know: replay's name, and the simulator's. */
const sharedPolicies = [
  ["random", "random"], ["popular", "popular"], ["centroid", "centroid"], ["k-means(5)", "k-means"], ["PinnerSage", "pinnersage"], ["EASE", "ease"], ["ours", "ours"],
] as const;
const depth = 20;

type Estimated = { mean: number; interval: Interval };

/** One policy for the same viewers at the same moment, as the simulator knows it and as replay tells from the log. */
export interface PolicyAgreement {
  policy: string;
  /**
   * The simulator lets the policy fill the next 20 slots: their part of all the likes there would be, by the viewers' true chances, were
   * everything shown that they had not met. This is what recall@20 stands for.
   */
  simulated: number;
  /** The same of the first 20 of replay's own ranking. */
  ranked: number;
  /** Replay's recall@20, from what the viewers were shown later, by chance, and liked. */
  replayed: Estimated;
  /** Likes per 100 slots when the simulator runs the policy from each viewer's first page on, as `npm run simulate` does. */
  likesPer100?: Estimated;
}

/** Something that the simulator and replay both count in the same log. */
export interface Counted {
  what: string;
  simulator: number;
  replay: number;
}

export interface RatingsAgreement {
  counted: Counted[];
  policies: PolicyAgreement[];
  /** Rank correlation of the policies by `simulated` and by `replayed`. */
  spearman: number;
}

export interface AgreementOptions {
  catalogue: Catalogue;
  seed: number;
  /** Under test: shown images by chance, their last fifth held out. */
  viewers: number;
  /** So many of these are run under every policy from their first page on. */
  run: number;
  /** Where the log is written. */
  folder: string;
}

/** Writes the log of a simulated world, replays it, and sets what replay says beside what the simulator knows. */
export async function ratingsAgreement({ catalogue, seed, viewers, run, folder }: AgreementOptions): Promise<RatingsAgreement> {
  const written = await writeLog(folder, catalogue, seed, viewers);
  const [log, vectors] = [await readRatings(written.ratings), await readVectors(written.vectors)];
  const holdout = splitByTime(log, vectors, ratingScale(log.rating));

  const bare = makeWorld(catalogue, seed);
  const world = { ...bare, ease: fitEase(bare), links: linksOfWarm(bare) };
  const served = new Map<string, Served>();
  for (let index = 0; index < viewers; index++) {
    const viewer = testViewer(world, index);
    served.set(viewer.id, servedOf(world, viewer, await runViewer(world, randomPolicy(world), viewer)));
  }

  const ranked = new Map<string, { of: Served; top: readonly number[] }[]>(sharedPolicies.map(([policy]) => [policy, []]));
  const { results } = await evaluate({ ...holdout, heldOut: holdout.heldOut.filter(({ history }) => served.has(history.id)) }, vectors, {
    policies: sharedPolicies.map(([policy]) => policy), viewers, seed,
    onRanked: ({ policy, held, top }) => ranked.get(policy)!.push({ of: served.get(held.history.id)!, top }),
  });
  const policies: PolicyAgreement[] = [];
  for (const [policy, arm] of sharedPolicies) {
    const rankings = ranked.get(policy)!;
    const made = await makeArm(arm, world);
    const simulated: number[] = [];
    for (const { of: { viewer, history, seen, next, worth } } of rankings)
      simulated.push(worth(await made.feedFor(viewer).page({ history, seen, now: next, slots: depth })));
    const likes: number[] = [];
    for (const { viewer } of [...served.values()].slice(0, run)) likes.push(likesPer100(await runViewer(world, made, viewer)));
    policies.push({
      policy, simulated: mean(simulated), ranked: mean(rankings.map(({ of, top }) => of.worth(top))), replayed: results.find((one) => one.policy === policy)!.figures.recall20,
      ...(run > 0 && { likesPer100: bootstrapMean(likes, seededRandom(`likes ${seed}`)) }),
    });
  }
  return { counted: countedIn(world, [...served.values()], log), policies, spearman: spearman(policies.map((one) => one.simulated), policies.map((one) => one.replayed.mean)) };
}

/** A viewer under test at the moment where replay splits their log. */
interface Served {
  viewer: SimViewer;
  slots: readonly LoggedSlot[];
  history: readonly LoggedSlot[];
  seen: ReadonlySet<number>;
  next: number;
  /** The part that images have of all the likes there would be, later on, of what was not met. */
  worth: (images: readonly number[]) => number;
}

function servedOf({ catalogue: { images } }: World, viewer: SimViewer, slots: readonly LoggedSlot[]): Served {
  const history = slots.slice(0, Math.floor(trainingShare * slots.length));
  const later = slots.slice(history.length);
  const seen = new Set(history.map(({ image }) => image));
  const chance = images.map((image) => (seen.has(image.index) ? 0 : later.reduce((sum, { page }) => sum + trueAffinity(viewer, image, page), 0)));
  const all = chance.reduce((sum, one) => sum + one, 0);
  return { viewer, slots, history, seen, next: later[0]!.at, worth: (some) => some.reduce((sum, image) => sum + chance[image]!, 0) / all };
}

function countedIn(world: World, served: readonly Served[], log: RatingLog): Counted[] {
  const people = [...world.warm, ...served];
  const slots = people.flatMap((one) => one.slots);
  const measure = viewerMeasure(world, world.catalogue);
  const { likedFrom } = ratingScale(log.rating);
  const rated = (of: (row: number) => boolean) => {
    const rows = Array.from({ length: log.count }, (_, row) => row).filter(of);
    return (100 * rows.filter((row) => log.rating[row]! >= likedFrom).length) / rows.length;
  };
  const underTest = new Set(served.map(({ viewer }) => viewer.id));
  return [
    { what: "viewers", simulator: people.length, replay: log.viewers.length },
    { what: "images shown", simulator: new Set(slots.map(({ image }) => image)).size, replay: log.images.length },
    { what: "slots", simulator: slots.length, replay: log.count },
    { what: "likes per 100 slots", simulator: likesPer100(slots), replay: rated(() => true) },
    {
      what: "likes per 100 slots of viewers under test", simulator: mean(served.map(({ viewer, slots: own }) => measure(viewer, own).figures.likes_per_100_slots!)),
      replay: rated((row) => underTest.has(log.viewers[log.viewer[row]!]!)),
    },
  ];
}

function likesPer100(slots: readonly LoggedSlot[]): number {
  return (100 * slots.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind))).length) / slots.length;
}

/** Pearson's correlation of ranks, ties having their mean rank (Spearman 1904). */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => values.map((value) => values.reduce((rank, other) => rank + (other < value ? 1 : other === value ? 0.5 : 0), 0));
  const centred = (values: readonly number[]) => values.map((value) => value - mean(values));
  const [x, y] = [centred(ranks(a)), centred(ranks(b))];
  const product = (u: readonly number[], v: readonly number[]) => u.reduce((sum, one, i) => sum + one * v[i]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
