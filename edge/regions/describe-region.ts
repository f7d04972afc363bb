import { Failure } from "#shared/contract/failures.ts";
import type { RegionDetail } from "#shared/contract/region.ts";
import { cosineDistance } from "#shared/kernel/vector.ts";
import { forEveryone } from "../viewer/safety-level.ts";
import { topImages, type RegionParts } from "./list-regions.ts";

const moreImages = 24;
const mostNear = 6;
const mostOnward = 5;

/** One region from within and without: its images, the regions beside it, and where people move on to from it. */
export function describeRegion({ regions, social, images, currentSpace }: RegionParts) {
  return async (id: string): Promise<RegionDetail> => {
    const space = await currentSpace();
    const all = space === undefined ? [] : await regions.all(space);
    const region = all.find((one) => one.id === id);
    if (space === undefined || region === undefined) throw new Failure("region.not_found");
    const top = region.top_image_ids.slice(0, topImages);
    const [onward, more] = await Promise.all([social.onward(space, id, mostOnward), social.imagesIn(space, id, top, moreImages)]);
    const shown = new Map((await images.byIds([...top, ...more], forEveryone)).map((image) => [image.id, image]));
    const picturesOf = (ids: readonly string[]) => ids.flatMap((imageId) => shown.get(imageId) ?? []);

    const labelOf = new Map(all.map((one) => [one.id, one.label]));
    const moved = onward.reduce((sum, { weight }) => sum + weight, 0);
    const { label, size, activity, drying, x, y } = region;
    return {
      region: { id, label, size, activity, drying, x, y, top_images: picturesOf(top) },
      images: picturesOf(more),
      near: all
        .filter((one) => one.id !== id)
        .map((one) => ({ id: one.id, label: one.label, distance: cosineDistance(region.centroid, one.centroid) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, mostNear),
      onward: onward.flatMap(({ region_id, weight }) => {
        const label = labelOf.get(region_id);
        return label === undefined ? [] : [{ id: region_id, label, share: weight / moved }];
      }),
    };
  };
}
