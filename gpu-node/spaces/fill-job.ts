import type { Clock } from "#shared/kernel/clock.ts";
import type { SpaceStore, StoredSpace } from "#shared/stores/space-store.ts";
import type { JobContext, ScheduledJob } from "../collective/scheduled-job.ts";
import type { Services } from "../services.ts";
import { drawRegions } from "../taste/regions-job.ts";
import { fillSpace, type FillParts } from "./fill-space.ts";
import type { FillWatch } from "./fill-watch.ts";
import { moveTastes } from "./move-tastes.ts";

export interface FillJobParts {
  spaces: SpaceStore;
  /** Of the space that serves: its tastes are moved. */
  serving: Services;
  /** Of the space to fill. */
  next: Services;
  fill: FillParts;
  watch: FillWatch;
  clock: Clock;
}

/** Numbers below the newest that are looked at again: a number is given out before its row can be seen. */
const overlap = 200;
/** Part of the run that is about images. */
const imagesShare = 0.95;

/**
 * Fills a space beside the one that serves and has it served when it is whole: every image seen, every viewer's taste moved and folded, its
 * regions drawn. Whatever is done lies in the stores and is found there again, so a run that was cut off needs no cursor to go on.
 */
export function fillJob(space: StoredSpace, parts: FillJobParts): ScheduledJob {
  return {
    name: "space",
    due: () => Promise.resolve(`${space.space} ${space.mark}`),
    run: (context) => fill(space, parts, context),
  };
}

async function fill(space: StoredSpace, { spaces, serving, next, fill: parts, watch, clock }: FillJobParts, { signal, progress }: JobContext): Promise<Record<string, unknown>> {
  const before = (await spaces.unseen(space.space)).size;
  const total = await spaces.imageCount();
  const done = Math.min(total, (await next.vectors.count(space.space)) + before);
  watch.begin(space.space, { done, total });
  try {
    const told = async (images: number): Promise<void> => {
      watch.advance(images);
      await progress(imagesShare * watch.share);
    };
    let seq = await fillSpace(space.space, parts, { signal, told });
    await next.vectors.follow();
    for (let moved = 0, round = 0; ; round++) {
      const since = await spaces.now();
      seq = await fillSpace(space.space, parts, { signal, told }, Math.max(0, seq - overlap));
      moved += await moveTastes(space, { spaces, keeper: serving.keeper, clock }, () => progress(imagesShare));
      // Nothing is folded over there before every image has its vector: a like of one without would be lost on it.
      await next.keeper.catchUpAll(signal);
      if (round === 0) await drawRegions(next, signal);
      await progress(1);
      if (await spaces.serve(space, seq, since)) return { space: space.space, images: watch.of(space.space)!.done, unseen: (await spaces.unseen(space.space)).size, moved };
      const [now] = (await spaces.all()).filter((one) => one.space === space.space);
      if (now?.state !== "filling" || now.mark !== space.mark) return { space: space.space, given_up: true };
    }
  } finally {
    watch.end();
  }
}
