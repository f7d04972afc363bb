import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import type { World } from "../world/world.ts";
import type { MakePolicy, Turn } from "./policy.ts";

/** Any unseen image, each as likely as another. */
export const randomPolicy: MakePolicy = ({ catalogue: { images } }) => ({
  name: "random",
  feedFor: ({ seed }) => {
    const random = seededRandom(`random ${seed}`);
    return { page: ({ seen, slots }) => shuffled(images.filter(({ index }) => !seen.has(index)), random).slice(0, slots).map(({ index }) => index) };
  },
});

/** The images by their share of likes among the warm population, the same for everyone. */
export const popularPolicy: MakePolicy = (world) => {
  const order = popularOrder(world);
  return { name: "popular", feedFor: () => ({ page: (turn) => mostPopular(order, turn) }) };
};

/** Expected slots and likes that every image is given beforehand, so that few slots do not decide. */
const prior = { slots: 20 };

/** Image indices by smoothed like rate. */
export function popularOrder({ likes, shown }: Pick<World, "likes" | "shown">): number[] {
  const rate = likes.reduce((sum, n) => sum + n, 0) / Math.max(1, shown.reduce((sum, n) => sum + n, 0));
  const score = likes.map((n, i) => (n + rate * prior.slots) / (shown[i]! + prior.slots));
  return [...score.keys()].sort((a, b) => score[b]! - score[a]! || a - b);
}

/** The most popular unseen images, `without` those chosen already. */
export function mostPopular(order: readonly number[], { seen, slots }: Pick<Turn, "seen" | "slots">, without: ReadonlySet<number> = new Set()): number[] {
  const page: number[] = [];
  for (const index of order) {
    if (page.length === slots) break;
    if (!seen.has(index) && !without.has(index)) page.push(index);
  }
  return page;
}
