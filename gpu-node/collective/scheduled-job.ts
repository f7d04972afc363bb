import { minuteMs, secondMs, type Clock } from "#shared/kernel/clock.ts";
import type { JobRun, JobStore } from "#shared/stores/job-store.ts";
import { describeError, type Log } from "../runtime/log.ts";

export interface JobContext {
  signal: AbortSignal;
  /** Where a run that was stopped had come to; null at the start. */
  cursor: unknown;
  /** Notes how far the run is, 0 to 1, and where it could be taken up again. Rejects when the job was lost or is to stop. */
  progress: (share: number, cursor?: unknown) => Promise<void>;
}

export interface ScheduledJob {
  name: string;
  /**
   * What a run would work from, when one is due: once a run is done, the same again is not. `last` is the job's row, its
   * watermark that of the last run that was done.
   */
  due(last: JobRun | undefined): Promise<string | undefined>;
  /** Does the work and says what came of it, in counts. Stopped in the middle, it leaves nothing half-written that matters. */
  run(context: JobContext): Promise<Record<string, unknown>>;
}

export interface RunJobParts {
  jobs: JobStore;
  /** This node, as far as holding jobs goes. */
  holder: string;
  clock: Clock;
  log: Log;
}

/** What failed is not tried again sooner. */
const retryMs = 30 * secondMs;

/** A job whose holder has not been heard of for this long is anybody's. */
export const heldMs = minuteMs;

/**
 * Runs the job if it is due and nobody else has it in hand; whether it ran. However it ends, its row says so, and a failure
 * is kept from the jobs after it.
 */
export async function runIfDue(job: ScheduledJob, last: JobRun | undefined, { jobs, holder, clock, log }: RunJobParts, signal: AbortSignal): Promise<boolean> {
  if (last?.status === "failed" && !rested(last, retryMs, clock())) return false;
  const watermark = await job.due(last);
  if (watermark === undefined || signal.aborted) return false;
  const taken = await jobs.take(job.name, holder, heldMs);
  if (taken === undefined) return false;
  const startedAt = clock();
  let cursor: unknown = taken.cursor;
  let told = 0;
  const progress: JobContext["progress"] = async (share, next = cursor) => {
    signal.throwIfAborted();
    cursor = next;
    if (!(await jobs.report(job.name, holder, heldMs, share, cursor))) throw new Error("the job was taken over by another node");
    if (Math.floor(share * 4) > told) log({ event: "job.progress", job: job.name, progress: share, ms: clock() - startedAt });
    told = Math.max(told, Math.floor(share * 4));
  };
  log({ event: "job.started", job: job.name });
  try {
    const report = await job.run({ signal, cursor, progress });
    await jobs.finish(job.name, holder, { status: "done", watermark, report, cursor: null });
    log({ event: "job.finished", job: job.name, ms: clock() - startedAt, report });
  } catch (error) {
    const status = signal.aborted ? "stopped" : "failed";
    if (!signal.aborted) log({ event: "job.failed", job: job.name, ...describeError(error) });
    await jobs.finish(job.name, holder, { status, cursor, ...(signal.aborted ? {} : { error: describeError(error).error }) });
  }
  return true;
}

/**
 * How long a job that names regions rests: not at all once they were drawn anew, since what it found may name some that are gone by now.
 * Its watermark begins with when they were `drawn`.
 */
export function gapUnlessDrawnAnew(last: JobRun | undefined, drawn: string, gapMs: number): number {
  return last?.watermark?.split(" ")[0] === drawn ? gapMs : 0;
}

/** Part of the time a job may take: after a run of a second it rests for twenty. */
const restPerWork = 20;

/** Whether the job has rested long enough: `gapMs` since it last ended, and longer after a long run. */
export function rested(last: JobRun | undefined, gapMs: number, now: number): boolean {
  if (last === undefined || last.finished_at === null) return true;
  return now - last.finished_at >= Math.max(gapMs, restPerWork * (last.finished_at - last.started_at));
}
