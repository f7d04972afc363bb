import { expect, it } from "vitest";
import { Admission } from "./admission.ts";
import { openMetrics } from "./metrics.ts";

it("tells requests by route and code, the lanes as they stand, event-loop lag and memory", async () => {
  const admission = new Admission({ compose: 2, observe: 1, ingest: 1, embed: 1, reply: 1 });
  const { registry, countRequest } = openMetrics(admission);
  countRequest("/v1/feed/compose", "ok", 0.03);
  countRequest("/v1/feed/compose", "gpu.busy", 0.001);
  using _slot = admission.tryTake("ingest");
  admission.tryTake("ingest");
  await registry.metrics();
  const text = await registry.metrics();
  expect(text).toContain('miraveja_requests_total{route="/v1/feed/compose",code="gpu.busy"} 1');
  expect(text).toContain('miraveja_request_seconds_count{route="/v1/feed/compose"} 2');
  expect(text).toContain('miraveja_lane_slots{lane="ingest",kind="taken"} 1');
  expect(text).toContain('miraveja_lane_slots{lane="compose",kind="limit"} 2');
  expect(text).toContain('miraveja_lane_refused_total{lane="ingest"} 1');
  expect(text).toMatch(/nodejs_eventloop_lag_seconds/);
  expect(text).toMatch(/process_resident_memory_bytes/);
});
