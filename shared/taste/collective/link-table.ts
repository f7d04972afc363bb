import { viewersIn, type LikeTable } from "./like-table.ts";

/**
 * Links between images as plain arrays: image `i` is linked to `linked[k]` by `weight[k]` for `start[i] ≤ k < start[i + 1]`,
 * the weightiest of either sign first.
 */
export interface LinkTable {
  images: readonly string[];
  start: Int32Array;
  linked: Int32Array;
  weight: Float32Array;
}

/** Collects links image by image. */
export class LinkTableBuilder {
  readonly #images: readonly string[];
  readonly #keep: number;
  readonly #start: Int32Array;
  readonly #linked: number[] = [];
  readonly #weight: number[] = [];
  #next = 0;

  constructor(images: readonly string[], keep: number) {
    this.#images = images;
    this.#keep = keep;
    this.#start = new Int32Array(images.length + 1);
  }

  /** The next image's links: the `keep` weightiest of these; of equals the first in the order of images. */
  add(linked: readonly number[], weightOf: (j: number) => number): void {
    const weights = Float64Array.from(linked, (j) => Math.abs(weightOf(j)));
    // Native sorting of numbers finds the weakest that stays; only those that stay are then sorted with their images.
    const least = linked.length > this.#keep ? weights.slice().sort()[linked.length - this.#keep]! : 0;
    const best = linked.flatMap((j, k) => (weights[k]! > 0 && weights[k]! >= least ? [{ j, weight: weightOf(j), size: weights[k]! }] : []));
    for (const { j, weight } of best.sort((a, b) => b.size - a.size || a.j - b.j).slice(0, this.#keep)) {
      this.#linked.push(j);
      this.#weight.push(weight);
    }
    this.#start[++this.#next] = this.#linked.length;
  }

  finish(): LinkTable {
    return { images: this.#images, start: this.#start, linked: Int32Array.from(this.#linked), weight: Float32Array.from(this.#weight) };
  }
}

/** Scales all weights so that an image a viewer liked gets 1 on average from that viewer's other likes. */
export function calibrateLinks(links: LinkTable, likes: LikeTable): LinkTable {
  let total = 0;
  const row = new Float64Array(likes.images.length);
  for (let u = 0; u < viewersIn(likes); u++) {
    const [from, to] = [likes.start[u]!, likes.start[u + 1]!];
    for (let k = from; k < to; k++) row[likes.image[k]!] = 1;
    for (let k = from; k < to; k++) {
      const i = likes.image[k]!;
      for (let l = links.start[i]!; l < links.start[i + 1]!; l++) total += likes.weight[k]! * row[links.linked[l]!]! * links.weight[l]!;
    }
    for (let k = from; k < to; k++) row[likes.image[k]!] = 0;
  }
  const mean = total / Math.max(1, likes.image.length);
  return mean > 0 ? { ...links, weight: links.weight.map((weight) => weight / mean) } : links;
}
