import { variantSteps } from "#shared/contract/image.ts";

/** Originals and WebP variants in R2. Keys name their bytes, so writing twice changes nothing. */
export interface ImageBucket {
  putOriginal(imageId: string, bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<void>;
  putVariant(imageId: string, step: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bytes it was made from, which no viewer is served. */
  original(imageId: string): Promise<R2ObjectBody | null>;
  /** The variant, or the next narrower one where the image is not that wide. */
  variant(imageId: string, step: number): Promise<R2ObjectBody | null>;
  /** From now on no address answers with the image's files. */
  removeVariants(imageId: string): Promise<void>;
  removeOriginal(imageId: string): Promise<void>;
  /** What operators look at while the image waits for them; no public address answers with it. */
  putReviewPicture(imageId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  reviewPicture(imageId: string): Promise<R2ObjectBody | null>;
  removeReviewPicture(imageId: string): Promise<void>;
}

const reviewKey = (imageId: string) => `review/${imageId}.webp`;
const originalKey = (imageId: string) => `original/${imageId}`;
const variantKey = (imageId: string, step: number) => `variant/${imageId}/${step}.webp`;

export function imageBucket(bucket: R2Bucket): ImageBucket {
  return {
    async putOriginal(imageId, bytes, mediaType) {
      await bucket.put(originalKey(imageId), bytes, { httpMetadata: { contentType: mediaType } });
    },
    async putVariant(imageId, step, bytes) {
      await bucket.put(variantKey(imageId, step), bytes, { httpMetadata: { contentType: "image/webp" } });
    },
    original: (imageId) => bucket.get(originalKey(imageId)),
    async variant(imageId, step) {
      for (const candidate of variantSteps.filter((one) => one <= step).reverse()) {
        const found = await bucket.get(variantKey(imageId, candidate));
        if (found !== null) return found;
      }
      return null;
    },
    async removeVariants(imageId) {
      await bucket.delete(variantSteps.map((step) => variantKey(imageId, step)));
    },
    async putReviewPicture(imageId, bytes) {
      await bucket.put(reviewKey(imageId), bytes, { httpMetadata: { contentType: "image/webp" } });
    },
    reviewPicture: (imageId) => bucket.get(reviewKey(imageId)),
    async removeReviewPicture(imageId) {
      await bucket.delete(reviewKey(imageId));
    },
    async removeOriginal(imageId) {
      await bucket.delete(originalKey(imageId));
    },
  };
}
