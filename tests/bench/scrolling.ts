import type { ApiViewer } from "#tests/harness/viewer.ts";
import { quantile } from "./figures.ts";
import { cpuMs } from "./machine.ts";
import type { Row } from "./report.ts";
import type { World } from "./world.ts";

/**
 * What the row of the cached page leaves out: viewers who scroll without a pause, every page's refill composed meanwhile
 * on the same cores. About one page in three brings a refill of three pages with it.
 */
export async function measureScrolling(world: World, viewers: readonly ApiViewer[], seconds: number): Promise<Row> {
  const latencies: number[] = [];
  const served = new Map<string, number>();
  const node = world.stack.processes().find(({ name }) => name === "gpu-node")!.pid;
  const nodeCpu = cpuMs(node);
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    viewers.map(async (viewer) => {
      while (performance.now() < until) {
        const sent = performance.now();
        const page = await viewer.nextPage();
        latencies.push(performance.now() - sent);
        served.set(page.served_by, (served.get(page.served_by) ?? 0) + 1);
      }
    }),
  );
  const took = (performance.now() - began) / 1000;
  const share = (by: string) => (100 * (served.get(by) ?? 0)) / latencies.length;
  return {
    what: "scrolling, refills included",
    figures: {
      pages_per_s: latencies.length / took, p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99),
      "cached_%": share("cache"), "composed_%": share("composed"), "fallback_%": share("fallback"), node_cpu_ms: (cpuMs(node) - nodeCpu) / latencies.length,
    },
    note: `${viewers.length} viewers without a pause between pages; all parts and this program share the cores`,
  };
}
