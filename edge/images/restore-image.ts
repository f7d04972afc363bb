import { Failure } from "#shared/contract/failures.ts";
import type { Image } from "#shared/contract/image.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { RemovalStore } from "#shared/stores/removal-store.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { LatelyRemoved } from "../clients/lately-removed.ts";
import type { NodeClient } from "../clients/node-client.ts";
import { putVariants } from "./put-variants.ts";

export interface RestoreImageParts {
  images: Pick<ImageStore, "byIds">;
  removals: RemovalStore;
  bucket: Pick<ImageBucket, "original" | "putVariant">;
  lately: Pick<LatelyRemoved, "forget">;
  node: Pick<NodeClient, "ingest">;
}

/** Brings a removed image back as it was; one that is in sight stays as it is. */
export type RestoreImage = (imageId: string, requestId: string) => Promise<Image>;

/**
 * Everything but the row is made again from the original, files first as when it was stored: so it comes back in the space of today,
 * whatever the space was when it went.
 */
export function restoreImage({ images, removals, bucket, lately, node }: RestoreImageParts): RestoreImage {
  return async (imageId, requestId) => {
    const standing = await removals.standing(imageId);
    if (standing === undefined) throw new Failure("image.not_found");
    if (standing.removed_at !== null) {
      const original = await bucket.original(imageId);
      if (original === null) throw new Failure("image.original_gone");
      const seen = await node.ingest(new Uint8Array(await original.arrayBuffer()), original.httpMetadata?.contentType ?? "application/octet-stream", requestId).catch((error: unknown) => {
        throw error instanceof NodeAway ? new Failure("node.away", { cause: error }) : error;
      });
      await putVariants(bucket, imageId, seen);
      await removals.restore(imageId);
      await lately.forget(imageId);
    }
    const [image] = await images.byIds([imageId]);
    if (image === undefined) throw new Failure("image.not_found");
    return image;
  };
}
