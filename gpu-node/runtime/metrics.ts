import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { lanes, type Admission } from "./admission.ts";

export interface Metrics {
  registry: Registry;
  /** `route` is the registered pattern and `code` one of the failures' codes or `ok`, so that labels stay bounded. */
  countRequest: (route: string, code: string, seconds: number) => void;
}

/**
 * Requests by route and code, the lanes' slots, and prom-client's defaults (event-loop lag, resident memory, garbage
 * collection). A registry of its own, so that two nodes in one process do not mix.
 */
export function openMetrics(admission: Pick<Admission, "usage">): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: "miraveja_requests_total",
    help: "Requests answered, by route and outcome",
    labelNames: ["route", "code"],
    registers,
  });
  const durations = new Histogram({
    name: "miraveja_request_seconds",
    help: "Time to the answer, for a stream to its head",
    labelNames: ["route"],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5, 20],
    registers,
  });
  new Gauge({
    name: "miraveja_lane_slots",
    help: "Slots of each lane: taken, limit",
    labelNames: ["lane", "kind"],
    registers,
    collect() {
      for (const lane of lanes) {
        const { taken, limit } = admission.usage(lane);
        this.set({ lane, kind: "taken" }, taken);
        this.set({ lane, kind: "limit" }, limit);
      }
    },
  });
  new Counter({
    name: "miraveja_lane_refused_total",
    help: "Work refused because its lane was full",
    labelNames: ["lane"],
    registers,
    collect() {
      this.reset();
      for (const lane of lanes) this.inc({ lane }, admission.usage(lane).refused);
    },
  });
  return {
    registry,
    countRequest(route, code, seconds) {
      requests.inc({ route, code });
      durations.observe({ route }, seconds);
    },
  };
}
