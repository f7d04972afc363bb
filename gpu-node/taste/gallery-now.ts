import type { Mood } from "#shared/contract/image.ts";
import { moods } from "#shared/contract/image.ts";
import { minuteMs, secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import { refreshing } from "./refreshing.ts";

/** What every viewer's page may draw from, whoever they are; a few seconds old. */
export interface GalleryNow {
  /** Newest first. */
  fresh(): Promise<readonly string[]>;
  /** Image id to popularity, 0…1; best first. */
  popular(): Promise<ReadonlyMap<string, number>>;
  inMood(mood: Mood): Promise<readonly string[]>;
}

export const freshKept = 80;
export const popularKept = 120;
const moodKept = 300;

export function galleryNow({ images, clock }: { images: Pick<ImageStore, "newestIds" | "popular" | "inMood">; clock: Clock }): GalleryNow {
  const ofMood = new Map(
    moods.map((mood) => [
      mood,
      refreshing({ load: () => images.inMood(mood, moodKept), freshMs: 30 * secondMs, usableMs: 2 * minuteMs, clock }),
    ]),
  );
  return {
    fresh: refreshing({ load: () => images.newestIds(freshKept), freshMs: 5 * secondMs, usableMs: minuteMs, clock }),
    popular: refreshing({
      load: async () => {
        const ranked = await images.popular({ window: "week", limit: popularKept });
        const most = Math.max(...ranked.map(({ score }) => score), 1);
        return new Map(ranked.map(({ image, score }) => [image.id, score / most]));
      },
      freshMs: 15 * secondMs,
      usableMs: 2 * minuteMs,
      clock,
    }),
    inMood: (mood) => ofMood.get(mood)!(),
  };
}
