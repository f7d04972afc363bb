import type { Vector } from "#shared/kernel/vector.ts";
import type { Catalogue } from "../world/catalogue.ts";
import { isLike } from "../viewer-model.ts";
import type { LoggedSlot } from "../world/warm-log.ts";

/** An image the viewer liked, and when. */
export interface Liked {
  image: number;
  at: number;
}

export function likedOf(history: readonly LoggedSlot[]): Liked[] {
  return history.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind))).map(({ image, at }) => ({ image, at }));
}

/** The nearest unseen images to a vector, nearest first. */
export function nearestUnseen({ vectors, dim, images }: Catalogue, query: Vector, limit: number, taken: (index: number) => boolean): number[] {
  const found: { index: number; similarity: number }[] = [];
  for (let index = 0; index < images.length; index++) {
    if (taken(index)) continue;
    let similarity = 0;
    for (let d = 0; d < dim; d++) similarity += vectors[index * dim + d]! * query[d]!;
    found.push({ index, similarity });
  }
  found.sort((a, b) => b.similarity - a.similarity || a.index - b.index);
  return found.slice(0, limit).map(({ index }) => index);
}

/**
 * A page from several lists of proposals, the first of each first, then the second of each: every list has its say, and
 * what comes earlier in a list comes earlier on the page.
 */
export function interleave(lists: readonly (readonly number[])[], slots: number): number[] {
  const page = new Set<number>();
  for (let rank = 0; page.size < slots && lists.some((list) => rank < list.length); rank++)
    for (const list of lists) if (page.size < slots && rank < list.length) page.add(list[rank]!);
  return [...page];
}
