import { setTimeout as sleep } from "node:timers/promises";
import { Scored } from "#shared/contract/review.ts";
import type { UploadTarget } from "./upload/upload-image.ts";

const atOnce = 24;
const tries = 20;
const waitMs = 3_000;

/**
 * Has images looked at that a release before this one stored without a score of safety; in a deployment the Worker's schedule does it.
 * What is scored says so in its row, so a pass that was broken off goes on with the rest. How many it looked at.
 */
export async function scoreGallery({ url, token }: UploadTarget, signal: AbortSignal): Promise<number> {
  let scored = 0;
  let left = 1;
  for (let failed = 0; left > 0 && failed < tries; ) {
    try {
      const response = await fetch(new URL(`/v1/review/score?limit=${atOnce}`, url), { method: "POST", headers: { authorization: `Bearer ${token}` }, signal });
      const answer = Scored.parse(await response.json());
      scored += answer.scored;
      left = answer.left;
      failed = 0;
    } catch {
      signal.throwIfAborted();
      failed++;
      await sleep(waitMs, undefined, { signal });
    }
  }
  if (left > 0) throw new Error("images stored without a score of safety could not be looked at; the next start goes on");
  return scored;
}
