import { Failure } from "#shared/contract/failures.ts";
import type { Removal, RemovalQuery } from "#shared/contract/image.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { Asking } from "../asking.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { WithdrawImage } from "./withdraw-image.ts";

/** Done when it answers: nothing shows the image from then on. */
export type RemoveImage = (imageId: string, query: RemovalQuery, asking: Asking) => Promise<Removal>;

export interface RemoveImageParts {
  removals: Pick<RemovalStore, "remove">;
  bucket: Pick<ImageBucket, "removeOriginal" | "removeReviewPicture">;
  withdraw: WithdrawImage;
}

/** The row first: whatever is read from now on is without the image. Then what was read before and is kept. */
export function removeImage({ removals, bucket, withdraw }: RemoveImageParts): RemoveImage {
  return async (imageId, { reason, original }, asking) => {
    const removedAt = await removals.remove(imageId, reason);
    if (removedAt === undefined) throw new Failure("image.not_found");
    await withdraw(imageId, asking);
    await Promise.all([bucket.removeReviewPicture(imageId), ...(original === "delete" ? [bucket.removeOriginal(imageId)] : [])]).catch((cause: unknown) => {
      throw new Failure("store.away", { cause });
    });
    return { id: imageId, removed_at: removedAt.toISOString(), reason };
  };
}
