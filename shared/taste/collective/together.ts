import { easeLinks } from "./ease.ts";
import { itemNeighbours } from "./item-neighbours.ts";
import { likeTable, likeTableDefaults, type LikeTable } from "./like-table.ts";
import { calibrateLinks, type LinkTable } from "./link-table.ts";

/** A positive signal of a viewer about an image; `strength` as `signalStrength` gives it, `at` milliseconds since the epoch. */
export interface Like {
  viewer_id: string;
  image_id: string;
  strength: number;
  at: number;
}

export interface LinkedImage {
  image_id: string;
  /** Negative where the one speaks against the other; scaled so that an image a viewer liked gets 1 on average from their other likes. */
  weight: number;
}

/** The images that one image speaks for or against, by number, and how much; the weightiest first. */
export interface LinkRow {
  linked: Int32Array;
  weight: Float32Array;
}

/** Per image the images it speaks for or against by who likes them. Sums run over numbers, as ids would cost most of a page. */
export interface TogetherLinks {
  /** Ids by number. */
  images: readonly string[];
  /** By image id. */
  rows: ReadonlyMap<string, LinkRow>;
}

export interface FitOptions {
  /** Images up to which EASE is fitted; above it, sparse item neighbours. At 3,000 EASE takes 80 MB and seconds. */
  catalogueLimit: number;
  /** Links kept per image. */
  keep: number;
  /** λ of EASE as a multiple of the Gram matrix's mean diagonal. */
  ridge: number;
  shrinkage: number;
  /** Images that fewer viewers than this like together are no neighbours: one viewer's likes are theirs alone. */
  fewestTogether: number;
}

export const fitDefaults: FitOptions = { catalogueLimit: 3_000, keep: 200, ridge: 10, shrinkage: 5, fewestTogether: 2 };

/** Links images by who likes them; the same for the same likes in any order. */
export function fitTogether(likes: Iterable<Like>, { asOf, ...options }: { asOf: number } & Partial<FitOptions>): TogetherLinks {
  return linksOf(fitLinks(likeTable(likes, { ...likeTableDefaults, asOf }), options));
}

/** `fitTogether` over tables, which travel between threads as they are. */
export function fitLinks(table: LikeTable, options: Partial<FitOptions> = {}): LinkTable {
  const chosen = { ...fitDefaults, ...options };
  const links = table.images.length <= chosen.catalogueLimit ? easeLinks(table, chosen) : itemNeighbours(table, chosen);
  return calibrateLinks(links, table);
}

/** Views of the table; nothing is copied. */
export function linksOf({ images, start, linked, weight }: LinkTable): TogetherLinks {
  const rows = new Map<string, LinkRow>();
  images.forEach((id, i) => {
    if (start[i] !== start[i + 1]) rows.set(id, { linked: linked.subarray(start[i], start[i + 1]), weight: weight.subarray(start[i], start[i + 1]) });
  });
  return { images, rows };
}

/** Numbers for rows that come one by one. */
export class LinkNumbers {
  readonly images: string[] = [];
  readonly #numbers = new Map<string, number>();

  row(linked: readonly LinkedImage[]): LinkRow {
    return { linked: Int32Array.from(linked, ({ image_id }) => this.#numberOf(image_id)), weight: Float32Array.from(linked, ({ weight }) => weight) };
  }

  #numberOf(imageId: string): number {
    const known = this.#numbers.get(imageId);
    if (known !== undefined) return known;
    const next = this.images.push(imageId) - 1;
    this.#numbers.set(imageId, next);
    return next;
  }
}

/** How much is said for an image, and the liked image that says most of it; none where only what was passed over speaks for it. */
export interface SpokenFor {
  /** 0…1. */
  score: number;
  by?: string;
}

/**
 * What these judgements say for each linked image: a score of `s/(1 + s)` for the sum s of strength times weight, 0.5 where an
 * image gets what a liked one gets on average, little where there is little evidence. Strengths below 0 are slots that were not
 * welcomed: they speak against what is liked together with them. Best first, sums above 0 alone, none of `judged`, `limit` at most.
 */
export function togetherScores({ images, rows }: TogetherLinks, judged: Iterable<{ image_id: string; strength: number }>, limit: number): Map<string, SpokenFor> {
  const judgements = [...judged];
  const sums = new Float64Array(images.length);
  const most = new Float64Array(images.length);
  const by = new Int32Array(images.length).fill(-1);
  judgements.forEach(({ image_id, strength }, n) => {
    const row = rows.get(image_id);
    if (row === undefined) return;
    for (let k = 0; k < row.linked.length; k++) {
      const i = row.linked[k]!;
      const said = strength * row.weight[k]!;
      sums[i]! += said;
      if (strength > 0 && said > most[i]!) {
        most[i] = said;
        by[i] = n;
      }
    }
  });
  const known = new Set(judgements.map(({ image_id }) => image_id));
  const spokenFor: number[] = [];
  sums.forEach((sum, i) => {
    if (sum > 0 && !known.has(images[i]!)) spokenFor.push(i);
  });
  const best = spokenFor.sort((i, j) => sums[j]! - sums[i]! || (images[i]! < images[j]! ? -1 : 1)).slice(0, limit);
  return new Map(best.map((i) => [images[i]!, { score: sums[i]! / (1 + sums[i]!), ...(by[i]! >= 0 && { by: judgements[by[i]!]!.image_id }) }]));
}
