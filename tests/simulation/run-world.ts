import { Piscina } from "piscina";
import type { ViewerFigures } from "./metrics/measure-viewer.ts";
import type { Task, WorldPlan } from "./simulate-task.ts";

const viewersPerTask = 10;

export interface WorldRun {
  plan: WorldPlan;
  arms: readonly string[];
  viewers: number;
  threads: number;
  signal: AbortSignal;
  /** Called when so many viewers are done. */
  onDone: (viewers: number) => void;
}

/** Every arm over the same viewers of one world, on worker threads; by arm, in the viewers' order. */
export async function runWorld({ plan, arms, viewers, threads, signal, onDone }: WorldRun): Promise<Map<string, ViewerFigures[]>> {
  const pool = new Piscina<Task, ViewerFigures[]>({
    filename: new URL("./simulate-task.ts", import.meta.url).href,
    minThreads: threads, maxThreads: threads, workerData: plan,
  });
  try {
    const tasks = arms.flatMap((arm) => Array.from({ length: Math.ceil(viewers / viewersPerTask) }, (_, t): Task => ({ arm, from: t * viewersPerTask, until: Math.min(viewers, (t + 1) * viewersPerTask) })));
    const done = await Promise.all(tasks.map(async (task) => {
      const figures = await pool.run(task, { signal });
      onDone(figures.length);
      return { task, figures };
    }));
    return new Map(arms.map((arm) => [arm, done.filter(({ task }) => task.arm === arm).flatMap(({ figures }) => figures)]));
  } finally {
    await pool.destroy();
  }
}
