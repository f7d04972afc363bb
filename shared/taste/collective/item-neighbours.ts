import { byImage, type LikeTable } from "./like-table.ts";
import { LinkTableBuilder, type LinkTable } from "./link-table.ts";

export interface ItemNeighbourOptions {
  /** Viewers in common at which a similarity counts half. */
  shrinkage: number;
  keep: number;
  fewestTogether: number;
}

/**
 * Links by item nearest neighbours: the cosine of two images' columns of likes (Sarwar, Karypis, Konstan & Riedl 2001,
 * Item-based collaborative filtering, §3.1.1), shrunk by the number c of viewers who like both, `cos·c/(c + shrinkage)` (Bell &
 * Koren 2007, Scalable collaborative filtering, §3), as a few in common say little. Costs the sum over viewers of the square
 * of their likes, whatever the number of images.
 */
export function itemNeighbours(table: LikeTable, { shrinkage, keep, fewestTogether }: ItemNeighbourOptions): LinkTable {
  const n = table.images.length;
  const columns = byImage(table);
  const lengths = new Float64Array(n);
  table.image.forEach((i, k) => (lengths[i]! += table.weight[k]! ** 2));
  const products = new Float64Array(n);
  const together = new Int32Array(n);
  const links = new LinkTableBuilder(table.images, keep);
  for (let i = 0; i < n; i++) {
    const met: number[] = [];
    for (let v = columns.start[i]!; v < columns.start[i + 1]!; v++) {
      const u = columns.viewer[v]!;
      for (let k = table.start[u]!; k < table.start[u + 1]!; k++) {
        const j = table.image[k]!;
        if (together[j]!++ === 0) met.push(j);
        products[j]! += columns.weight[v]! * table.weight[k]!;
      }
    }
    links.add(met.filter((j) => j !== i && together[j]! >= fewestTogether), (j) =>
      (products[j]! / Math.sqrt(lengths[i]! * lengths[j]!)) * (together[j]! / (together[j]! + shrinkage)));
    for (const j of met) together[j] = products[j] = 0;
  }
  return links.finish();
}
