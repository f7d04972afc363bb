import { Failure } from "#shared/contract/failures.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { VectorStore } from "#shared/stores/vector-store.ts";
import type { Asking } from "../asking.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { LatelyRemoved } from "../clients/lately-removed.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { WaitingPages } from "../clients/waiting-pages.ts";
import type { PopularFeed } from "../feed/popular-feed.ts";

export interface WithdrawFromListsParts {
  removals: Pick<RemovalStore, "pagesNaming">;
  waitingPages: WaitingPages;
  popular: Pick<PopularFeed, "forget">;
}

/** Takes an image from pages and lists made before: what is made anew decides for itself whom it is shown. */
export type WithdrawFromLists = (imageId: string) => Promise<void>;

export function withdrawFromLists({ removals, waitingPages, popular }: WithdrawFromListsParts): WithdrawFromLists {
  return async (imageId) => {
    await Promise.all([popular.forget(), removals.pagesNaming(imageId).then((places) => waitingPages.withdraw(imageId, places))]);
  };
}

export interface WithdrawImageParts {
  bucket: Pick<ImageBucket, "removeVariants">;
  vectors: Pick<VectorStore, "remove">;
  lately: Pick<LatelyRemoved, "note">;
  fromLists: WithdrawFromLists;
  node: Pick<NodeClient, "forgetImages">;
  clock: Clock;
}

/**
 * Takes an image whose row is out of sight already from everything made before: when it answers, nothing shows the image. Refused as a
 * whole where a store is away: then asking again finishes it.
 */
export type WithdrawImage = (imageId: string, asking: Pick<Asking, "requestId">) => Promise<void>;

/**
 * Its id is noted first, so that nothing under way is kept with it; then the pages that name it are mended where they lie. A cached page
 * pays nothing for all this.
 */
export function withdrawImage({ bucket, vectors, lately, fromLists, node, clock }: WithdrawImageParts): WithdrawImage {
  const fromCaches = async (imageId: string): Promise<void> => {
    await lately.note(imageId, clock());
    await fromLists(imageId);
  };
  return async (imageId, { requestId }) => {
    await Promise.all([
      fromCaches(imageId),
      bucket.removeVariants(imageId),
      vectors.remove([imageId]),
      // What the node remembers shows nothing without the row; where it is away, it looks for removals itself.
      node.forgetImages([imageId], requestId).catch(() => undefined),
    ]).catch((cause: unknown) => {
      throw new Failure("store.away", { cause });
    });
  };
}
