import { sql, type Database, type Row } from "./database.ts";

export type JobStatus = "running" | "done" | "failed" | "stopped";

/** A job as its row tells it; times in milliseconds since the epoch. */
export interface JobRun {
  job: string;
  status: JobStatus;
  started_at: number;
  finished_at: number | null;
  progress: number;
  cursor: unknown;
  /** What the last run that was done had seen. */
  watermark: string | null;
  report: Record<string, unknown> | null;
  runs: number;
}

export interface JobEnd {
  status: Exclude<JobStatus, "running">;
  /** Of a run that was done: replaces the former one. */
  watermark?: string;
  report?: Record<string, unknown>;
  /** Where to go on; null when there is nothing left. */
  cursor: unknown;
  error?: string;
}

/** One row a job, by which nodes keep from doing the same at once and an operator sees what is going on. */
export interface JobStore {
  all(): Promise<JobRun[]>;
  /** Takes the job and says where it was left; undefined while another holds it. A holder that was cut off takes its own back at once. */
  take(job: string, holder: string, heldMs: number): Promise<JobRun | undefined>;
  /** Notes how far the run is and holds the job on; false when it is no longer this holder's. */
  report(job: string, holder: string, heldMs: number, progress: number, cursor: unknown): Promise<boolean>;
  /** Gives the job back. */
  finish(job: string, holder: string, end: JobEnd): Promise<void>;
}

const columns = `job, status, started_at, finished_at, progress, cursor, watermark, report, runs`;

function jobRunOf(row: Row): JobRun {
  return {
    job: row["job"] as string,
    status: row["status"] as JobStatus,
    started_at: (row["started_at"] as Date).getTime(),
    finished_at: (row["finished_at"] as Date | null)?.getTime() ?? null,
    progress: row["progress"] as number,
    cursor: row["cursor"],
    watermark: row["watermark"] as string | null,
    report: row["report"] as Record<string, unknown> | null,
    runs: Number(row["runs"]),
  };
}

export function jobStore(database: Database): JobStore {
  return {
    async all() {
      return (await database.query(sql(`select ${columns} from job_runs order by job`))).map(jobRunOf);
    },

    async take(job, holder, heldMs) {
      const rows = await database.query(
        sql(
          `insert into job_runs (job, status, started_at, holder, held_until)
           values ($1, 'running', now(), $2, now() + $3 * interval '1 millisecond')
           on conflict (job) do update set
             status = 'running', started_at = now(), progress = 0, error = null,
             holder = excluded.holder, held_until = excluded.held_until
           where job_runs.held_until is null or job_runs.held_until < now() or job_runs.holder = excluded.holder
           returning ${columns}`,
          job, holder, heldMs,
        ),
      );
      return rows[0] === undefined ? undefined : jobRunOf(rows[0]);
    },

    async report(job, holder, heldMs, progress, cursor) {
      const rows = await database.query(
        sql(
          `update job_runs set progress = $4, cursor = $5::jsonb, held_until = now() + $3 * interval '1 millisecond'
           where job = $1 and holder = $2 returning job`,
          job, holder, heldMs, progress, cursor === null ? null : JSON.stringify(cursor),
        ),
      );
      return rows.length === 1;
    },

    async finish(job, holder, { status, watermark, report, cursor, error }) {
      await database.query(
        sql(
          `update job_runs set
             status = $3, finished_at = now(), holder = null, held_until = null, cursor = $4::jsonb, error = $5,
             progress = case when $3 = 'done' then 1 else progress end,
             runs = runs + case when $3 = 'done' then 1 else 0 end,
             watermark = coalesce($6, watermark), report = coalesce($7::jsonb, report)
           where job = $1 and holder = $2`,
          job, holder, status, cursor === null ? null : JSON.stringify(cursor), error ?? null,
          watermark ?? null, report === undefined ? null : JSON.stringify(report),
        ),
      );
    },
  };
}
