import type { RegionView } from "#shared/contract/region.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { RegionStore } from "#shared/stores/region-store.ts";
import type { SocialView } from "#shared/stores/social-view.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";
import { forEveryone } from "../viewer/safety-level.ts";

export const topImages = 6;

export interface RegionParts {
  regions: Pick<RegionStore, "all">;
  social: Pick<SocialView, "onward" | "imagesIn">;
  images: Pick<ImageStore, "byIds">;
  currentSpace: CurrentSpace;
}

/** The regions of the whole gallery, with the images that stand for each; two queries however many there are. */
export function listRegions({ regions, images, currentSpace }: Omit<RegionParts, "social">) {
  return async (): Promise<RegionView[]> => {
    const space = await currentSpace();
    if (space === undefined) return [];
    const all = await regions.all(space);
    const shown = new Map((await images.byIds(all.flatMap((region) => region.top_image_ids.slice(0, topImages)), forEveryone)).map((image) => [image.id, image]));
    return all.map(({ id, label, size, activity, drying, x, y, top_image_ids }) => ({
      id, label, size, activity, drying, x, y,
      top_images: top_image_ids.slice(0, topImages).flatMap((imageId) => shown.get(imageId) ?? []),
    }));
  };
}
