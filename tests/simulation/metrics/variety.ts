import { isLike } from "../viewer-model.ts";
import type { Catalogue, SimImage } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";

/** Mean over pages of the mean distance of two images of the page. */
export function intraListDiversity(slots: readonly LoggedSlot[], distance: (a: number, b: number) => number): number {
  const pages = Map.groupBy(slots, ({ page }) => page);
  let sum = 0;
  let count = 0;
  for (const page of pages.values()) {
    if (page.length < 2) continue;
    let within = 0;
    for (let i = 0; i < page.length; i++) for (let j = i + 1; j < page.length; j++) within += distance(page[i]!.image, page[j]!.image);
    sum += within / ((page.length * (page.length - 1)) / 2);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** One less the Jaccard index of two images' labels: style, tags and mood. */
export function labelDistance(images: readonly SimImage[]): (a: number, b: number) => number {
  const labels = images.map(({ style, tags, mood }) => new Set([style, ...tags, ...(mood === null ? [] : [`mood ${mood}`])]));
  return (a, b) => {
    let both = 0;
    for (const label of labels[a]!) if (labels[b]!.has(label)) both++;
    return 1 - both / (labels[a]!.size + labels[b]!.size - both);
  };
}

export function vectorDistance({ vectors, dim }: Pick<Catalogue, "vectors" | "dim">): (a: number, b: number) => number {
  return (a, b) => {
    let dot = 0;
    for (let d = 0; d < dim; d++) dot += vectors[a * dim + d]! * vectors[b * dim + d]!;
    return 1 - dot;
  };
}

/** Mean self-information of the slots, in bits: −log₂ of the part of the warm population that liked the image (Zhou et al. 2010). */
export function novelty(slots: readonly LoggedSlot[], likes: ArrayLike<number>, people: number): number {
  const bits = slots.map(({ image }) => -Math.log2((likes[image]! + 1) / (people + 2)));
  return bits.reduce((sum, x) => sum + x, 0) / Math.max(1, bits.length);
}

/**
 * Pleasant surprises in a hundred slots: liked, of a style the viewer had not liked before, and not among the fifth of the
 * catalogue that everybody likes best.
 */
export function serendipity(slots: readonly LoggedSlot[], images: readonly SimImage[], wellLiked: ReadonlySet<number>): number {
  const liked = new Set<string>();
  let surprises = 0;
  for (const { image, reaction } of slots) {
    if (!reaction.some(({ kind }) => isLike(kind))) continue;
    if (!liked.has(images[image]!.style) && !wellLiked.has(image)) surprises++;
    liked.add(images[image]!.style);
  }
  return (100 * surprises) / Math.max(1, slots.length);
}

export function repeats(slots: readonly LoggedSlot[]): number {
  return slots.length - new Set(slots.map(({ image }) => image)).size;
}
