import { Failure } from "#shared/contract/failures.ts";
import type { Image, ImageLabels } from "#shared/contract/image.ts";
import { sniffFormat } from "#shared/kernel/image-format.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import { putVariants } from "./put-variants.ts";

/** Stores one original, with everything made from it; the same bytes are stored once. */
export type StoreImage = (
  original: Uint8Array<ArrayBuffer>, labels: ImageLabels, requestId: string,
) => Promise<{ image: Image; already_there: boolean }>;

/**
 * Files first, row last: an image that viewers can be shown never lacks its files, and a crash in between leaves
 * nothing but bytes under a name that the next try writes again.
 */
export function storeImage(
  { images, removals, bucket, node }: { images: ImageStore; removals: Pick<RemovalStore, "standing">; bucket: ImageBucket; node: Pick<NodeClient, "ingest"> },
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
    // Before anything is made of it: the files of a removed image must not come back.
    const standing = await removals.standing(id);
    if (standing !== undefined && standing.removed_at !== null) throw new Failure("image.removed");

    const seen = await node.ingest(original, mediaType, requestId).catch((error: unknown) => {
      throw error instanceof NodeAway ? new Failure("node.away", { cause: error }) : error;
    });
    await Promise.all([bucket.putOriginal(id, original, mediaType), putVariants(bucket, id, seen)]);
    const { width, height, thumbhash, phash, colour, quality } = seen;
    const isNew = await images.insert({ ...labels, mood: labels.mood ?? seen.mood, id, width, height, thumbhash, phash, colour, quality, media_type: mediaType });
    const [image] = await images.byIds([id]);
    if (image === undefined) {
      // Removed by somebody while it was stored a second time: the files just written go again.
      await bucket.removeVariants(id);
      throw new Failure("image.removed");
    }
    return { image, already_there: !isNew };
  };
}
