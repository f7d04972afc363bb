import { dayMs, minuteMs, type Clock } from "#shared/kernel/clock.ts";
import { fitBlendPrior } from "#shared/feed/blend.ts";
import { feedConfig } from "#shared/feed/feed-config.ts";
import type { SlotOutcome } from "#shared/feed/candidate.ts";
import type { Marks } from "#shared/stores/collective-reads.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import { selectOutcomes, slotOutcomeOf } from "#shared/stores/page-store.ts";
import { rested, type ScheduledJob } from "./scheduled-job.ts";

export interface BlendJobParts {
  database: Database;
  marks: () => Promise<Marks>;
  clock: Clock;
}

export const blendJobName = "blend";
const gapMs = 5 * minuteMs;
/** Viewers whose slots are looked at, those who were served last; their latest slots are a few tens of thousands. */
const viewersRead = 200;
const viewersAtOnce = 10;
/** Fewer than these are no population. */
const fewestViewers = 3;

/** Fits how content, together and the rest are blended for a viewer of whom nothing is known yet; the answer is its report. */
export function blendJob({ database, marks, clock }: BlendJobParts): ScheduledJob {
  return {
    name: blendJobName,
    async due(last) {
      const { log } = await marks();
      const now = clock();
      const mark = `${log} ${Math.floor(now / dayMs)}`;
      return mark !== last?.watermark && rested(last, gapMs, now) ? mark : undefined;
    },

    async run({ signal, progress }) {
      const rows = await database.query(
        sql(
          `select viewer_id from feed_streams join feed_pages on stream_id = feed_streams.id where served_at is not null
           group by viewer_id order by max(served_at) desc, viewer_id limit $1`,
          viewersRead,
        ),
      );
      const viewers = rows.map((row) => row["viewer_id"] as string).sort();
      const outcomes: SlotOutcome[][] = [];
      for (let from = 0; from < viewers.length; from += viewersAtOnce) {
        signal.throwIfAborted();
        const read = await database.transaction(viewers.slice(from, from + viewersAtOnce).map((viewer) => selectOutcomes(viewer)));
        outcomes.push(...read.map((own) => own.map(slotOutcomeOf)));
        await progress(from / viewers.length);
      }
      const told = outcomes.filter((own) => own.some(({ features }) => features !== undefined));
      return { viewers: told.length, ...(told.length >= fewestViewers ? { blend: fitBlendPrior(told, feedConfig) } : {}) };
    },
  };
}
