import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { CostSeries } from "./page-cost.ts";

const parts = { search_ms: "searching", compose_ms: "composing", page_ms: "together" } as const;
const keys = ["search_ms", "compose_ms", "page_ms"] as const;

/** The figures as `page-cost.json`, and how a page's cost grows as one plot each. */
export async function writeEvidence(folder: string, series: readonly CostSeries[], machine: { at: string; cpus: number; load: number }): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = ["page-cost.json", ...series.map(({ grows }) => `page-cost-by-${grows}.svg`)];
  await writeFile(join(folder, files[0]!), `${JSON.stringify({ ...machine, series }, null, 2)}\n`);
  for (const [i, one] of series.entries()) await writeFile(join(folder, files[i + 1]!), `${await plot(one)}\n`);
  return files;
}

async function plot({ grows, held, points }: CostSeries): Promise<string> {
  const values = points.flatMap((point) => keys.map((key) => ({ grown: point[grows], part: parts[key], ms: point[key] })));
  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: `Three pages of twelve, by ${grows}`, subtitle: held },
    width: 420, height: 260, background: "white",
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "grown", type: "quantitative", scale: { type: "log", base: 2 }, title: grows, axis: { values: points.map((point) => point[grows]!), format: "~s", grid: false } },
      y: { field: "ms", type: "quantitative", title: "milliseconds of processor time, median" },
      color: { field: "part", type: "nominal", title: null, sort: Object.values(parts), scale: { range: ["#4c78a8", "#f58518", "#333333"] } },
      strokeDash: { field: "part", type: "nominal", title: null, sort: Object.values(parts) },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
