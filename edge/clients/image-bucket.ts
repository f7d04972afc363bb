import { variantSteps } from "#shared/contract/image.ts";

/** Originals and WebP variants in R2. Keys name their bytes, so writing twice changes nothing. */
export interface ImageBucket {
  putOriginal(imageId: string, bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<void>;
  putVariant(imageId: string, step: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  original(imageId: string): Promise<R2ObjectBody | null>;
  /** The variant, or the next narrower one where the image is not that wide. */
  variant(imageId: string, step: number): Promise<R2ObjectBody | null>;
}

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
  };
}
