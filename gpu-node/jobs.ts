import { randomUUID } from "node:crypto";
import { secondMs } from "#shared/kernel/clock.ts";
import { collectiveStore } from "#shared/stores/collective-store.ts";
import { readMarks, type Marks } from "#shared/stores/collective-reads.ts";
import { interactionLog } from "#shared/stores/interaction-log.ts";
import { jobStore, type JobRun } from "#shared/stores/job-store.ts";
import { repeatedly } from "./background.ts";
import { activityJob } from "./collective/activity-job.ts";
import { blendJob } from "./collective/blend-job.ts";
import { collectiveThread, type CollectiveThread } from "./collective/collective-thread.ts";
import { LikeLog } from "./collective/like-log.ts";
import { neighboursJob } from "./collective/neighbours-job.ts";
import { runIfDue, type RunJobParts, type ScheduledJob } from "./collective/scheduled-job.ts";
import { togetherJob } from "./collective/together-job.ts";
import { transitionsJob } from "./collective/transitions-job.ts";
import { jobGauges } from "./runtime/job-gauges.ts";
import type { Services } from "./services.ts";
import { reclusterJob } from "./taste/recluster-job.ts";
import { drawRegions } from "./taste/regions-job.ts";
import { regionsWatch } from "./taste/regions-watch.ts";

export interface Jobs {
  /** Resolves when the last of them has come to rest. */
  stop(): Promise<void>;
}

const catchUpEveryMs = 30 * secondMs;
const followEveryMs = 3 * secondMs;
const lookEveryMs = 10 * secondMs;
const recheckMemoryEveryMs = 30 * secondMs;
const reclusterEveryMs = 60 * secondMs;

/**
 * What the node does of itself in the space it serves: catches tastes up with the log, keeps the regions drawn, and finds out
 * what viewers tell about each other. The jobs of the last kind run one after another, each when it has something new to see.
 */
export function startJobs(services: Services): Jobs {
  const { clock, log, keeper, database } = services;
  const stopping = new AbortController();
  const terms = { signal: stopping.signal, log };

  const thread = collectiveThread();
  const parts: RunJobParts = { jobs: jobStore(database), holder: randomUUID(), clock, log };
  const runs = jobGauges(services.metrics.registry);
  const lookThrough = async (jobs: readonly ScheduledJob[], signal: AbortSignal): Promise<void> => {
    for (const job of jobs) {
      if (signal.aborted) return;
      // Read for each anew: those before it may have taken minutes, and another node may have run it meanwhile.
      const rows = await parts.jobs.all();
      runs.show(rows);
      await runIfDue(job, rows.find((row) => row.job === job.name), parts, signal);
    }
    if (!signal.aborted) runs.show(await parts.jobs.all());
  };

  const together = collectiveJobs(services, thread, parts);
  const recluster = reclusterJob({ log: interactionLog(database), keeper, clock });
  const running = [
    repeatedly("catch-up", catchUpEveryMs, async (signal) => {
      const startedAt = clock();
      const viewers = await keeper.catchUpAll(signal);
      if (viewers > 0) log({ event: "taste.caught_up", viewers, ms: clock() - startedAt });
    }, terms),
    repeatedly("follow-images", followEveryMs, async () => {
      await services.vectors.follow();
      await services.followRemovals();
    }, terms),
    repeatedly("collective", lookEveryMs, async (signal) => {
      await lookThrough(together, signal);
    }, terms),
    repeatedly("recheck-memory", recheckMemoryEveryMs, () => services.vram.recheck(), terms),
    repeatedly("recluster", reclusterEveryMs, (signal) => lookThrough([recluster], signal), terms),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
      await thread.close();
    },
  };
}

/** The jobs over all viewers, in the order in which each builds on those before. */
export function collectiveJobs(
  services: Pick<Services, "database" | "clock" | "regions" | "calibration" | "images" | "memory">,
  thread: CollectiveThread,
  { jobs }: Pick<RunJobParts, "jobs">,
): ScheduledJob[] {
  const { database, clock, regions, calibration } = services;
  const { space } = calibration;
  const store = collectiveStore(database);
  const likes = new LikeLog(database);
  const marks = (): Promise<Marks> => readMarks(database, space);
  const communities = async (): Promise<JobRun | undefined> => (await jobs.all()).find(({ job }) => job === "neighbours");
  const watch = regionsWatch({ database, regions, space, marks, clock });
  return [
    { name: "regions", due: watch, run: ({ signal }) => drawRegions(services, signal) },
    togetherJob({ likes, store, thread, marks, clock }),
    neighboursJob({ database, likes, store, regions, thread, calibration, marks, clock }),
    transitionsJob({ likes, store, regions, space, marks, communities, clock }),
    activityJob({ database, likes, regions, space, marks, clock }),
    blendJob({ database, marks, clock }),
  ];
}
