import { Failure } from "#shared/contract/failures.ts";
import type { Scored } from "#shared/contract/review.ts";
import { mostUnsafe, reviewedFrom, unsafeOf } from "#shared/contract/safety.ts";
import type { ReviewStore } from "#shared/stores/review-store.ts";
import type { ScoreStore } from "#shared/stores/score-store.ts";
import type { Asking } from "../asking.ts";
import type { ImageBucket } from "../clients/image-bucket.ts";
import type { NodeClient } from "../clients/node-client.ts";
import type { WithdrawFromLists, WithdrawImage } from "./withdraw-image.ts";

/** Looks at images stored before there was a score, the oldest first. What is not scored says so itself: asked again, it goes on. */
export type ScoreImages = (limit: number, asking: Pick<Asking, "requestId">) => Promise<Scored>;

export interface ScoreImagesParts {
  scores: ScoreStore;
  reviews: Pick<ReviewStore, "hold">;
  bucket: Pick<ImageBucket, "variant" | "putReviewPicture">;
  node: Pick<NodeClient, "look">;
  withdraw: WithdrawImage;
  fromLists: WithdrawFromLists;
}

/** The widest file there is; it stands for the original as well as the classifier can tell. */
const widest = 1280;

function unreadable(error: unknown): undefined {
  if (!(error instanceof Failure && error.code.startsWith("image."))) throw error;
}

export function scoreImages({ scores, reviews, bucket, node, withdraw, fromLists }: ScoreImagesParts): ScoreImages {
  const holdBack = async (imageId: string, file: Uint8Array<ArrayBuffer>, asking: Pick<Asking, "requestId">): Promise<boolean> => {
    await bucket.putReviewPicture(imageId, file);
    if (!(await reviews.hold(imageId))) return false;
    await withdraw(imageId, asking);
    return true;
  };
  return async (limit, asking) => {
    let held = 0;
    const ids = await scores.unscored(limit);
    for (const id of ids) {
      const found = await bucket.variant(id, widest);
      const file = found === null ? undefined : new Uint8Array(await found.arrayBuffer());
      const seen = file === undefined ? undefined : await node.look(file, asking.requestId).catch(unreadable);
      if (file === undefined || seen === undefined) {
        await scores.giveUp(id);
        continue;
      }
      const { safety, palette } = seen;
      const unsafe = unsafeOf(safety);
      if (unsafe >= reviewedFrom && (await holdBack(id, file, asking))) held++;
      // After this nothing asks for it again, so it is the last of what may break off …
      await scores.save(id, safety, palette);
      // … but for pages it was let into while it counted as less: those composed from now on know.
      if (unsafe > mostUnsafe.standard) await fromLists(id);
    }
    return { scored: ids.length, held, left: await scores.left() };
  };
}
