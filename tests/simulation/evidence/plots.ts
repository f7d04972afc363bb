import { View, parse } from "vega";
import { compile } from "vega-lite";
import type { TopLevelSpec } from "vega-lite";
import type { SettingSummary, SummaryName } from "./summary.ts";

/** A plot by its file's name. */
export interface Plot {
  file: string;
  title: string;
  svg: string;
}

const rivals = ["random", "popular", "centroid", "k-means", "pinnersage", "pinnersage+popular", "ease", "ours"];
const ink = "#5b6770";
const accent = "#c2410c";

/** Every plot of a run. */
export async function plotsOf(settings: readonly SettingSummary[]): Promise<Plot[]> {
  const plots: Plot[] = [];
  for (const summary of settings) {
    const name = `${summary.data}${summary.degraded ? "-degraded" : ""}`;
    const where = `${summary.data}${summary.degraded ? ", degraded encoder" : ""}`;
    plots.push(await bars(summary, "likes_per_100_slots", `${name}-likes`, `Likes per 100 slots (${where})`));
    if (summary.degraded) continue;
    plots.push(await bars(summary, "tastes_found", `${name}-tastes`, `Share of true tastes found (${where})`));
    plots.push(await bars(summary, "notice_slots", `${name}-notice`, `Slots until a new taste has a fifth of them (${where})`));
    plots.push(await bars(summary, "share_of_dropped_after_60", `${name}-drop`, `Share of slots an abandoned taste has 60 slots later (${where})`));
    plots.push(await learningCurve(summary, `${name}-learning`, `Likes per 100 slots, page by page (${where})`));
  }
  return plots;
}

/** Means with their intervals, the best at the top; ours stands out. */
function bars(summary: SettingSummary, figure: SummaryName, file: string, title: string): Promise<Plot> {
  const values = rivals.filter((arm) => arm in summary.arms).map((arm) => ({ arm, ...summary.arms[arm]![figure] }));
  return draw(file, title, {
    width: 460, height: { step: 24 }, data: { values },
    encoding: { y: { field: "arm", type: "nominal", sort: null, title: null } },
    layer: [
      { mark: { type: "bar", height: 14 }, encoding: { x: { field: "mean", type: "quantitative", title: null }, color: { condition: { test: "datum.arm === 'ours'", value: accent }, value: ink } } },
      { mark: { type: "rule", color: "#111", strokeWidth: 1.5 }, encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } } },
    ],
  });
}

function learningCurve(summary: SettingSummary, file: string, title: string): Promise<Plot> {
  const slots = 12;
  const values = rivals.filter((arm) => arm in summary.likesByPage).flatMap((arm) => summary.likesByPage[arm]!.map((likes, page) => ({ arm, page: page + 1, likes: (100 * likes) / slots })));
  return draw(file, title, {
    width: 560, height: 280, data: { values },
    mark: { type: "line", point: false },
    encoding: {
      x: { field: "page", type: "quantitative", title: "page", axis: { tickMinStep: 1 } },
      y: { field: "likes", type: "quantitative", title: "likes per 100 slots" },
      color: { field: "arm", type: "nominal", title: null, sort: rivals },
      strokeWidth: { condition: { test: "datum.arm === 'ours'", value: 3.5 }, value: 1.5 },
    },
  });
}

/** SVG without a browser: nothing is measured on a screen. */
async function draw(file: string, title: string, spec: object): Promise<Plot> {
  const whole = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", background: "white", padding: 12, title: { text: title, anchor: "start", fontSize: 13 }, config: { font: "system-ui, sans-serif", view: { stroke: null } }, ...spec };
  const view = new View(parse(compile(whole as TopLevelSpec).spec), { renderer: "none" });
  try {
    return { file: `${file}.svg`, title, svg: await view.toSVG() };
  } finally {
    view.finalize();
  }
}
