import { rowDot } from "#shared/feed/rows.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { VectorCatalogue } from "../vector-file.ts";

/** Cosine similarity of every image to `query`, into `out` (`[images]`). */
export function similarities({ vectors, dim, ids }: VectorCatalogue, query: Vector, out: Float64Array): Float64Array {
  for (let i = 0; i < ids.length; i++) out[i] = rowDot(vectors, i * dim, query, dim);
  return out;
}

/** Room for the place in a catalogue within one exact double beside its similarity. */
const places = 2 ** 21;

/**
 * One ranking out of several, each led by a vector and given a share of the places: the image at rank r of a list with share s
 * would come at place (r + ½)/s, and an image takes the best place any list offers it (quotas by the highest averages, as
 * Sainte-Laguë divides seats). This is what drawing lists by their shares and showing the nearest of each comes to.
 */
export class SharedRanking {
  readonly #catalogue: VectorCatalogue;
  readonly #similarity: Float64Array;
  readonly #keys: Float64Array;
  readonly #scores: Float64Array;

  constructor(catalogue: VectorCatalogue) {
    const size = catalogue.ids.length;
    if (size > places) throw new RangeError(`${size} images are more than a shared ranking can hold (${places})`);
    this.#catalogue = catalogue;
    this.#similarity = new Float64Array(size);
    this.#keys = new Float64Array(size);
    this.#scores = new Float64Array(size);
  }

  /** `[images]`, higher first; used again by the next call. */
  of(lists: readonly { lead: Vector; share: number }[]): Float64Array {
    this.#scores.fill(-Infinity);
    for (const { lead, share } of lists) {
      similarities(this.#catalogue, lead, this.#similarity);
      // Distance in whole billionths above the place, so that sorting plain numbers sorts places by distance.
      for (let i = 0; i < this.#keys.length; i++) this.#keys[i] = Math.round((1 - this.#similarity[i]!) * 2 ** 29) * places + i;
      this.#keys.sort();
      for (let rank = 0; rank < this.#keys.length; rank++) {
        const image = this.#keys[rank]! % places;
        this.#scores[image] = Math.max(this.#scores[image]!, -(rank + 0.5) / share);
      }
    }
    return this.#scores;
  }
}
