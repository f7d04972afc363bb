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

/** Per image the images it speaks for or against by who likes them, the weightiest first. */
export type TogetherLinks = ReadonlyMap<string, readonly LinkedImage[]>;

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

export function linksOf({ images, start, linked, weight }: LinkTable): TogetherLinks {
  const links = new Map<string, LinkedImage[]>();
  images.forEach((id, i) => {
    if (start[i] === start[i + 1]) return;
    const row = Array.from(linked.subarray(start[i], start[i + 1]), (j, k) => ({ image_id: images[j]!, weight: weight[start[i]! + k]! }));
    links.set(id, row);
  });
  return links;
}

/**
 * How much these judgements speak for each linked image, `s/(1 + s)` of the sum s of strength times weight: 0.5 where an image
 * gets what a liked one gets on average, little where there is little evidence. Strengths below 0 are slots that were not
 * welcomed: they speak against what is liked together with them. Best first, sums above 0 alone, none of `judged`, `limit` at most.
 */
export function togetherScores(
  links: Pick<TogetherLinks, "get">,
  judged: Iterable<{ image_id: string; strength: number }>,
  limit: number,
): Map<string, number> {
  const judgements = [...judged];
  const sums = new Map<string, number>();
  for (const { image_id, strength } of judgements)
    for (const link of links.get(image_id) ?? []) sums.set(link.image_id, (sums.get(link.image_id) ?? 0) + strength * link.weight);
  for (const { image_id } of judgements) sums.delete(image_id);
  return new Map(
    [...sums]
      .filter(([, sum]) => sum > 0)
      .sort(([a, s], [b, t]) => t - s || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([id, sum]) => [id, sum / (1 + sum)]),
  );
}
