import { Failure } from "#shared/contract/failures.ts";
import type { Reviewed, ReviewPage, ReviewVerdict } from "#shared/contract/review.ts";
import type { ReviewStore } from "#shared/stores/review-store.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { RestoreImage } from "./restore-image.ts";

/** What operators do with images that wait for them. */
export interface ReviewImages {
  page(after: number, limit: number): Promise<ReviewPage>;
  /** The picture as operators see it, whom alone it is shown. */
  picture(imageId: string): Promise<ReadableStream>;
  decide(imageId: string, verdict: ReviewVerdict, requestId: string): Promise<Reviewed>;
}

export interface ReviewParts {
  reviews: ReviewStore;
  bucket: Pick<ImageBucket, "reviewPicture" | "removeReviewPicture">;
  restoreImage: RestoreImage;
}

export function reviewImages({ reviews, bucket, restoreImage }: ReviewParts): ReviewImages {
  return {
    async page(after, limit) {
      const waiting = await reviews.waiting(after, limit + 1);
      const items = waiting.slice(0, limit).map(({ image_id: id, seq: _place, queued_at, ...rest }) => ({
        id, ...rest, queued_at: queued_at.toISOString(), picture: `/v1/review/${id}/picture`,
      }));
      return { items, next: waiting.length > limit ? waiting[limit - 1]!.seq : null };
    },

    async picture(imageId) {
      const found = (await reviews.isWaiting(imageId)) ? await bucket.reviewPicture(imageId) : null;
      if (found === null) throw new Failure("review.not_found");
      return found.body;
    },

    async decide(imageId, { decision, unsafe }, requestId) {
      if (!(await reviews.isWaiting(imageId))) throw new Failure("review.not_found");
      // Restoring decides as well, as its last step: should it break off, the image still waits.
      if (decision === "approve") await restoreImage(imageId, requestId);
      const decidedAt = await reviews.decide(imageId, decision, unsafe);
      if (decidedAt === undefined) throw new Failure("review.not_found");
      await bucket.removeReviewPicture(imageId);
      return { id: imageId, decision, decided_at: decidedAt.toISOString() };
    },
  };
}
