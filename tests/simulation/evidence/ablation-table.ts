import type { Interval } from "../metrics/bootstrap.ts";
import type { FigureName } from "../metrics/measure-viewer.ts";
import type { SettingSummary } from "./summary.ts";

const figures: readonly { name: FigureName; heading: string; digits: number; scale?: number }[] = [
  { name: "likes_per_100_slots", heading: "likes / 100 slots", digits: 2 },
  { name: "tastes_found", heading: "tastes found, points", digits: 1, scale: 100 },
  { name: "ndcg_20", heading: "nDCG@20", digits: 3 },
  { name: "notice_slots", heading: "slots to notice", digits: 1 },
  { name: "share_of_dropped_after_60", heading: "left of a dropped taste, points", digits: 1, scale: 100 },
  { name: "miscalibration", heading: "miscalibration", digits: 2 },
  { name: "diversity_vectors", heading: "diversity: vectors", digits: 3 },
];

/** What changes when a part is switched off, viewer by viewer, the costliest part first; a star where zero lies outside the interval. */
export function ablationTable(summary: SettingSummary, names: readonly string[]): string {
  const there = names.filter((name) => name in summary.againstOurs);
  const cost = (name: string) => summary.againstOurs[name]!.likes_per_100_slots!.mean;
  const lines = [`| ours … | ${figures.map(({ heading }) => heading).join(" | ")} |`, `|---|${figures.map(() => "---:|").join("")}`];
  for (const name of there.toSorted((a, b) => cost(a) - cost(b)))
    lines.push(`| ${name} | ${figures.map(({ name: figure, digits, scale = 1 }) => change(summary.againstOurs[name]![figure]!, digits, scale)).join(" | ")} |`);
  return lines.join("\n");
}

function change({ mean, low, high }: Interval, digits: number, scale: number): string {
  if (Number.isNaN(mean)) return "–";
  const text = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x * scale).toFixed(digits)}`;
  return `${text(mean)}${low > 0 || high < 0 ? "★" : ""} [${text(low)}, ${text(high)}]`;
}
