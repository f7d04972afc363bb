import { Failure } from "#shared/contract/failures.ts";
import type { ImageLabels, StoredImage } from "#shared/contract/image.ts";
import type { HeldImage } from "#shared/contract/review.ts";
import { reviewedFrom, unsafeOf } from "#shared/contract/safety.ts";
import { base64Decode } from "#shared/kernel/base64.ts";
import { sniffFormat } from "#shared/kernel/image-format.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import type { ReviewStore } from "#shared/stores/review-store.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import { putVariants } from "./put-variants.ts";

/** Stores one original, with everything made from it; the same bytes are stored once. */
export type StoreImage = (original: Uint8Array<ArrayBuffer>, labels: ImageLabels, requestId: string) => Promise<StoredImage | HeldImage>;

export interface StoreImageParts {
  images: ImageStore;
  removals: Pick<RemovalStore, "standing">;
  reviews: Pick<ReviewStore, "isWaiting">;
  bucket: ImageBucket;
  node: Pick<NodeClient, "ingest">;
}

/**
 * Files first, row last: an image that viewers can be shown never lacks its files, and a crash in between leaves
 * nothing but bytes under a name that the next try writes again. Of an image that has to wait for an operator no file
 * is put where viewers could find it.
 */
export function storeImage({ images, removals, reviews, bucket, node }: StoreImageParts): StoreImage {
  const inSight = async (id: string, already_there: boolean): Promise<StoredImage | undefined> => {
    const [[image], originals] = await Promise.all([images.byIds([id]), images.originalsOf([id])]);
    return image === undefined ? undefined : { image, already_there, duplicate_of: originals.get(id) ?? null };
  };
  const outOfSight = async (id: string): Promise<HeldImage | undefined> => {
    const [standing, waits] = await Promise.all([removals.standing(id), reviews.isWaiting(id)]);
    if (standing === undefined) return undefined;
    if (!waits || standing.safety === null) throw new Failure("image.removed");
    return { id, held: true, unsafe: unsafeOf(standing.safety), safety: standing.safety };
  };

  return async (original, labels, requestId) => {
    if (original.byteLength === 0) throw new Failure("image.empty");
    // By its bytes alone: the sender's word for what it is goes nowhere.
    const format = sniffFormat(original);
    if (format === undefined) throw new Failure("image.not_an_image");
    const mediaType = `image/${format}`;
    const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
    // Before anything is made of it: the files of a removed image must not come back.
    const there = (await inSight(id, true)) ?? (await outOfSight(id));
    if (there !== undefined) return there;

    const seen = await node.ingest(original, mediaType, requestId).catch((error: unknown) => {
      throw error instanceof NodeAway ? new Failure("node.away", { cause: error }) : error;
    });
    const held = unsafeOf(seen.safety) >= reviewedFrom;
    const middle = seen.variants[Math.floor(seen.variants.length / 2)]!;
    await Promise.all([
      bucket.putOriginal(id, original, mediaType),
      held ? bucket.putReviewPicture(id, base64Decode(middle.bytes)) : putVariants(bucket, id, seen),
    ]);
    const { width, height, thumbhash, phash, colour, palette, quality, safety, duplicate_of } = seen;
    const isNew = await images.insert({
      ...labels, mood: labels.mood ?? seen.mood, id, width, height, thumbhash, phash, colour, palette, quality, safety, duplicate_of, media_type: mediaType, held,
    });
    const stored = await inSight(id, !isNew);
    if (stored !== undefined) return stored;
    // Removed by somebody while it was stored a second time: the files just written go again.
    if (!held) await bucket.removeVariants(id);
    return (await outOfSight(id)) ?? Promise.reject(new Failure("image.removed"));
  };
}
