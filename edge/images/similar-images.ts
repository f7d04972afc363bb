import { Failure } from "#shared/contract/failures.ts";
import type { Image } from "#shared/contract/image.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { CurrentSpace } from "../viewer/current-space.ts";

/** The nearest images to one, nearest first. */
export type SimilarImages = (imageId: string, limit: number) => Promise<{ image: Image; distance: number }[]>;

export function similarImages(
  { images, vectors, currentSpace }: { images: ImageStore; vectors: VectorStore; currentSpace: CurrentSpace },
): SimilarImages {
  return async (imageId, limit) => {
    const [[image], space] = await Promise.all([images.byIds([imageId]), currentSpace()]);
    if (image === undefined) throw new Failure("image.not_found");
    if (space === undefined) return [];
    const vector = (await vectors.fetch(space, [imageId])).get(imageId);
    if (vector === undefined) return [];
    const [near = []] = await vectors.search(space, [vector], { limit, exclude: [imageId] });
    const distances = new Map(near.map((one) => [one.image_id, one.distance]));
    const found = await images.byIds(near.map((one) => one.image_id));
    return found.map((one) => ({ image: one, distance: distances.get(one.id) ?? 2 }));
  };
}
