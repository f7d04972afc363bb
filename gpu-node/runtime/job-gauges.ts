import { Gauge, type Registry } from "prom-client";
import type { JobRun } from "#shared/stores/job-store.ts";

/** The jobs as metrics: how far each is, how long its last run took, and when it ended. */
export function jobGauges(registry: Registry): { show(rows: readonly JobRun[]): void } {
  // A node that turns to another space begins its jobs anew, on the same registry.
  const gauge = (name: string, help: string) =>
    (registry.getSingleMetric(`miraveja_job_${name}`) as Gauge<"job"> | undefined) ?? new Gauge({ name: `miraveja_job_${name}`, help, labelNames: ["job"], registers: [registry] });
  const progress = gauge("progress", "How far the job's run is, 0 to 1; 1 when it is done");
  const seconds = gauge("seconds", "How long the job's last finished run took");
  const finished = gauge("finished_timestamp_seconds", "When the job's last run ended");
  const failed = gauge("failed", "1 when the job's last run failed");
  return {
    show(rows) {
      for (const { job, status, progress: share, started_at, finished_at } of rows) {
        progress.set({ job }, share);
        failed.set({ job }, status === "failed" ? 1 : 0);
        if (finished_at === null) continue;
        finished.set({ job }, finished_at / 1_000);
        if (finished_at >= started_at) seconds.set({ job }, (finished_at - started_at) / 1_000);
      }
    },
  };
}
