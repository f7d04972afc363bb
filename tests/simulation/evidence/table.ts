import type { Interval } from "../metrics/bootstrap.ts";
import type { SettingSummary, SummaryName } from "./summary.ts";

/**
 * A figure as the tables show it: its heading, digits, and whether more is better. Undefined for figures that policies cannot be compared
 * by: steps counted in interactions are fewer where less is liked, steps of those with whom it came about leave out the others, and steps
 * from a first like leave out who never gave one.
 */
export interface Column {
  name: SummaryName;
  heading: string;
  digits: number;
  scale?: number;
  better: "more" | "less" | undefined;
}

export const columns: readonly Column[] = [
  { name: "likes_per_100_slots", heading: "likes / 100 slots", digits: 1, better: "more" },
  { name: "tastes_found", heading: "tastes found %", digits: 0, scale: 100, better: "more" },
  { name: "tastes_liked", heading: "tastes liked %", digits: 0, scale: 100, better: "more" },
  { name: "ndcg_20", heading: "nDCG@20", digits: 3, better: "more" },
  { name: "notice_slots", heading: "slots to notice a new taste", digits: 0, better: "less" },
  { name: "notice_from_like_slots", heading: "… from its first like", digits: 0, better: undefined },
  { name: "notice_acted", heading: "… interactions", digits: 0, better: undefined },
  { name: "notice_acted_reached", heading: "… interactions, where it was noticed", digits: 0, better: undefined },
  { name: "noticed", heading: "noticed at all %", digits: 0, scale: 100, better: "more" },
  { name: "drop_slots", heading: "slots to drop an old taste", digits: 0, better: "less" },
  { name: "drop_acted", heading: "… interactions", digits: 0, better: undefined },
  { name: "drop_acted_reached", heading: "… interactions, where it was dropped", digits: 0, better: undefined },
  { name: "dropped", heading: "dropped at all %", digits: 0, scale: 100, better: "more" },
  { name: "share_of_dropped_after_60", heading: "left of it after 60 slots %", digits: 1, scale: 100, better: "less" },
  { name: "miscalibration", heading: "miscalibration (KL)", digits: 2, better: "less" },
  { name: "catalogue_covered", heading: "catalogue covered %", digits: 0, scale: 100, better: "more" },
  { name: "catalogue_evenness", heading: "evenness", digits: 2, better: "more" },
  { name: "diversity_labels", heading: "diversity: labels", digits: 3, better: "more" },
  { name: "diversity_vectors", heading: "… vectors", digits: 3, better: "more" },
  { name: "novelty_bits", heading: "novelty, bits", digits: 2, better: "more" },
  { name: "serendipity_per_100", heading: "serendipity / 100", digits: 2, better: "more" },
  { name: "repeats", heading: "repeats", digits: 0, better: "less" },
];

export function shown({ digits, scale = 1 }: Column, value: Interval, withBounds = true): string {
  const text = (x: number) => (Number.isNaN(x) ? "–" : (x * scale).toFixed(digits));
  return withBounds && !Number.isNaN(value.mean) ? `${text(value.mean)} [${text(value.low)}, ${text(value.high)}]` : text(value.mean);
}

/** Policies as columns and figures as rows, in Markdown; the bounds are 95 % bootstrap intervals. */
export function policyTable(summary: SettingSummary, arms: readonly string[]): string {
  const there = arms.filter((arm) => arm in summary.arms);
  const lines = [`| | ${there.map((arm) => (arm === "ours" ? "**ours**" : arm)).join(" | ")} |`, `|---|${there.map(() => "---:|").join("")}`];
  for (const column of columns) lines.push(`| ${column.heading} | ${there.map((arm) => shown(column, summary.arms[arm]![column.name])).join(" | ")} |`);
  return lines.join("\n");
}
