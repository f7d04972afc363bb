import type { Region } from "#shared/taste/regions.ts";
import { tellingWords } from "#shared/taste/zero-shot.ts";
import { textTowerOf } from "../models/text-towers.ts";
import { regionDirections } from "../models/zero-shot-words.ts";

/** Under this share of images with a style or tags, a region is called by how it looks. */
const enoughTagged = 0.5;
const wordsSaid = 3;

/**
 * The regions, those whose tags are missing or few with labels by zero-shot words, where the space has a text tower. `taggedShare[r]`: of
 * the images of region r, how many have a style or tags.
 */
export async function nameRegions(space: string, regions: readonly Region[], taggedShare: readonly number[], towerOf: typeof textTowerOf = textTowerOf): Promise<Region[]> {
  if (taggedShare.every((share) => share >= enoughTagged)) return [...regions];
  const tower = await towerOf(space);
  if (tower === undefined) return [...regions];
  const said = tellingWords(regions.map(({ centroid }) => centroid), await regionDirections(tower), tower.calibration, wordsSaid);
  return regions.map((region, r) => (taggedShare[r]! >= enoughTagged || said[r]!.length === 0 ? region : { ...region, labels: said[r]! }));
}
