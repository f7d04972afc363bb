import { secondMs } from "#shared/kernel/clock.ts";
import { repeatedly } from "./background.ts";
import { describeError } from "./runtime/log.ts";
import type { Services } from "./services.ts";
import { drawRegions } from "./taste/regions-job.ts";
import { regionsWatch } from "./taste/regions-watch.ts";

export interface Jobs {
  /** Resolves when the last of them has come to rest. */
  stop(): Promise<void>;
}

const catchUpEveryMs = 30 * secondMs;
const followEveryMs = 3 * secondMs;
const regionsEveryMs = 10 * secondMs;

/** What the node does of itself: makes its space known, catches tastes up with the log, keeps the regions drawn. */
export async function startJobs(services: Services): Promise<Jobs> {
  const { clock, log, keeper, regions, calibration } = services;
  const stopping = new AbortController();
  const terms = { signal: stopping.signal, log };

  let registered = false;
  const register = async (): Promise<void> => {
    if (registered) return;
    await regions.registerSpace(calibration.space, calibration.dim, calibration.distance);
    registered = true;
  };
  // Once before the node says it is ready; a database that is away now is asked again in the background.
  await register().catch((error: unknown) => log({ event: "job.failed", job: "register-space", ...describeError(error) }));

  const isDue = regionsWatch({ ...services, space: calibration.space });
  const running = [
    repeatedly("catch-up", catchUpEveryMs, async (signal) => {
      const startedAt = clock();
      const viewers = await keeper.catchUpAll(signal);
      if (viewers > 0) log({ event: "taste.caught_up", viewers, ms: clock() - startedAt });
    }, terms),
    repeatedly("follow-images", followEveryMs, () => services.vectors.follow(), terms),
    repeatedly("regions", regionsEveryMs, async () => {
      await register();
      if (!(await isDue())) return;
      const startedAt = clock();
      log({ event: "regions.drawn", ...(await drawRegions(services)), ms: clock() - startedAt });
    }, terms),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
