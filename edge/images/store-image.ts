import { Failure } from "#shared/contract/failures.ts";
import { stepsOf, type Image, type ImageLabels } from "#shared/contract/image.ts";
import { base64Decode } from "#shared/kernel/base64.ts";
import { sniffFormat } from "#shared/kernel/image-format.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";

/** Stores one original, with everything made from it; the same bytes are stored once. */
export type StoreImage = (
  original: Uint8Array<ArrayBuffer>, labels: ImageLabels, requestId: string,
) => Promise<{ image: Image; already_there: boolean }>;

/**
 * Files first, row last: an image that viewers can be shown never lacks its files, and a crash in between leaves
 * nothing but bytes under a name that the next try writes again.
 */
export function storeImage(
  { images, bucket, node }: { images: ImageStore; bucket: ImageBucket; node: Pick<NodeClient, "ingest"> },
): StoreImage {
  return async (original, labels, requestId) => {
    if (original.byteLength === 0) throw new Failure("image.empty");
    // By its bytes alone: the sender's word for what it is goes nowhere.
    const format = sniffFormat(original);
    if (format === undefined) throw new Failure("image.not_an_image");
    const mediaType = `image/${format}`;
    const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
    const [there] = await images.byIds([id]);
    if (there !== undefined) return { image: there, already_there: true };

    const seen = await node.ingest(original, mediaType, requestId).catch((error: unknown) => {
      throw error instanceof NodeAway ? new Failure("node.away", { cause: error }) : error;
    });
    const steps = stepsOf(seen.width);
    await Promise.all([
      bucket.putOriginal(id, original, mediaType),
      ...seen.variants.map((variant, index) => bucket.putVariant(id, steps[index] ?? variant.width, base64Decode(variant.bytes))),
    ]);
    const { width, height, thumbhash, phash, colour, quality } = seen;
    const isNew = await images.insert({ ...labels, mood: labels.mood ?? seen.mood, id, width, height, thumbhash, phash, colour, quality, media_type: mediaType });
    const [image] = await images.byIds([id]);
    if (image === undefined) throw new Failure("image.not_found", { detail: "This image was removed and is not taken again." });
    return { image, already_there: !isNew };
  };
}
