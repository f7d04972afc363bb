import { Failure } from "#shared/contract/failures.ts";
import type { Removal, RemovalQuery } from "#shared/contract/image.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { Asking } from "../asking.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { LatelyRemoved } from "../clients/lately-removed.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { WaitingPages } from "../clients/waiting-pages.ts";
import type { PopularFeed } from "../feed/popular-feed.ts";

export interface RemoveImageParts {
  removals: RemovalStore;
  bucket: Pick<ImageBucket, "removeVariants" | "removeOriginal">;
  vectors: Pick<VectorStore, "remove">;
  lately: Pick<LatelyRemoved, "note">;
  waitingPages: WaitingPages;
  popular: Pick<PopularFeed, "forget">;
  node: Pick<NodeClient, "forgetImages">;
  clock: Clock;
}

/** Done when it answers: nothing shows the image from then on. Refused as a whole where a store is away: then asking again finishes it. */
export type RemoveImage = (imageId: string, query: RemovalQuery, asking: Asking) => Promise<Removal>;

/**
 * The row first: whatever is read from now on is without the image. Then what was read before and is kept: first its id is noted, so that
 * nothing under way is kept with it, then the pages that name it are mended where they lie. A cached page pays nothing for all this.
 */
export function removeImage({ removals, bucket, vectors, lately, waitingPages, popular, node, clock }: RemoveImageParts): RemoveImage {
  const fromCaches = async (imageId: string): Promise<void> => {
    await lately.note(imageId, clock());
    await Promise.all([popular.forget(), removals.pagesNaming(imageId).then((places) => waitingPages.withdraw(imageId, places))]);
  };

  return async (imageId, { reason, original }, asking) => {
    const removedAt = await removals.remove(imageId, reason);
    if (removedAt === undefined) throw new Failure("image.not_found");
    await Promise.all([
      fromCaches(imageId),
      bucket.removeVariants(imageId),
      ...(original === "delete" ? [bucket.removeOriginal(imageId)] : []),
      vectors.remove([imageId]),
      // What the node remembers shows nothing without the row; where it is away, it looks for removals itself.
      node.forgetImages([imageId], asking.requestId).catch(() => undefined),
    ]).catch((cause: unknown) => {
      throw new Failure("store.away", { cause });
    });
    return { id: imageId, removed_at: removedAt.toISOString(), reason };
  };
}
