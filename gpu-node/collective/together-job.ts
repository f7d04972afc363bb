import { dayMs, minuteMs, secondMs, wait, type Clock } from "#shared/kernel/clock.ts";
import type { CollectiveStore } from "#shared/stores/collective-store.ts";
import type { Marks } from "#shared/stores/collective-reads.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import type { CollectiveThread } from "./collective-thread.ts";
import type { LikeLog } from "./like-log.ts";
import { packLikes } from "./packed-likes.ts";
import { rested, type ScheduledJob } from "./scheduled-job.ts";

export interface TogetherJobParts {
  likes: Pick<LikeLog, "read">;
  store: Pick<CollectiveStore, "saveLinks" | "keepLinksOf">;
  thread: Pick<CollectiveThread, "fitTogether">;
  marks: () => Promise<Marks>;
  clock: Clock;
}

/** Part of the log that has to be new for links to be fitted at once; less is fitted when `unhurriedMs` have passed. */
const newShare = 0.02;
const soonestMs = 20 * secondMs;
const unhurriedMs = 10 * minuteMs;
/** Small writes with a rest as long after each, so that nobody who asks for a page waits behind them. */
const imagesAtOnce = 10;

/** Links images by who likes them, again and again as likes come in. */
export function togetherJob({ likes, store, thread, marks, clock }: TogetherJobParts): ScheduledJob {
  return {
    name: "together",
    async due(last) {
      const { log, events, erased } = await marks();
      const now = clock();
      const mark = `${log} ${Math.floor(now / dayMs)}`;
      if (events === 0 && last === undefined) return undefined;
      if (mark === last?.watermark) return undefined;
      const seen = Number(last?.report?.["events"] ?? 0);
      const hurried = events - seen >= newShare * seen || erased !== last?.report?.["erased"] || last.status !== "done";
      return rested(last, hurried ? soonestMs : unhurriedMs, now) ? mark : undefined;
    },

    async run({ signal, progress }) {
      const { events, erased } = await marks();
      const packed = await packLikes(await likes.read(signal));
      await progress(0.1);
      const links = await thread.fitTogether(packed, endOfDay(clock()), signal);
      for (let from = 0; from < links.images.length; from += imagesAtOnce) {
        await progress(0.7 + (0.3 * from) / links.images.length);
        const began = performance.now();
        await store.saveLinks(links, from, Math.min(links.images.length, from + imagesAtOnce));
        await wait(performance.now() - began);
        signal.throwIfAborted();
      }
      await store.keepLinksOf(links.images);
      return { events, erased, likes: packed.image.length, images: links.images.length, links: links.linked.length };
    },
  };
}
