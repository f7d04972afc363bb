import { Failure } from "#shared/contract/failures.ts";
import type { Image } from "#shared/contract/image.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";

/** The nearest images to one, nearest first; of several copies of one image the original, and none of the image itself. */
export type SimilarImages = (imageId: string, limit: number, mostUnsafe: number) => Promise<{ image: Image; distance: number }[]>;

/** Neighbours looked at for each that is shown: some are copies, some not for this viewer. */
const spare = 2;

export function similarImages(
  { images, vectors, currentSpace }: { images: ImageStore; vectors: VectorStore; currentSpace: CurrentSpace },
): SimilarImages {
  return async (imageId, limit, mostUnsafe) => {
    const [[image], space] = await Promise.all([images.byIds([imageId]), currentSpace()]);
    if (image === undefined) throw new Failure("image.not_found");
    if (space === undefined) return [];
    const vector = (await vectors.fetch(space, [imageId])).get(imageId);
    if (vector === undefined) return [];
    const [near = []] = await vectors.search(space, [vector], { limit: spare * limit, exclude: [imageId] });
    const distances = new Map(near.map((one) => [one.image_id, one.distance]));
    const ids = near.map((one) => one.image_id);
    const [found, originals] = await Promise.all([images.byIds(ids, mostUnsafe), images.originalsOf([imageId, ...ids])]);
    const shown = new Set([originals.get(imageId) ?? imageId]);
    return found
      .filter(({ id }) => {
        const original = originals.get(id) ?? id;
        return !shown.has(original) && shown.add(original);
      })
      .slice(0, limit)
      .map((one) => ({ image: one, distance: distances.get(one.id) ?? 2 }));
  };
}
