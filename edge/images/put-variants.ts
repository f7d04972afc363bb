import { stepsOf } from "#shared/contract/image.ts";
import type { IngestAnswer } from "#shared/contract/node.ts";
import { base64Decode } from "#shared/kernel/base64.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";

/** Puts what the node drew of an image where viewers find it. */
export async function putVariants(bucket: Pick<ImageBucket, "putVariant">, imageId: string, { width, variants }: Pick<IngestAnswer, "width" | "variants">): Promise<void> {
  const steps = stepsOf(width);
  await Promise.all(variants.map((variant, index) => bucket.putVariant(imageId, steps[index] ?? variant.width, base64Decode(variant.bytes))));
}
