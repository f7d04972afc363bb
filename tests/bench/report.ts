import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";

/** One line of the table. */
export interface Row {
  what: string;
  /** Named figures with their units in the names: `p50_ms`, `ratio`. */
  figures: Record<string, number>;
  /** The goal in words, and whether it was met; none where there is no goal. */
  goal?: { says: string; met: boolean };
  note?: string;
}

export interface Report {
  at: string;
  cpus: number;
  /** One-minute load average before and after: figures of a busy machine are upper bounds. */
  load: { before: number; after: number };
  seconds: number;
  rows: Row[];
}

export function reportOf(rows: Row[], began: { at: Date; load: number; ms: number }, loadAfter: number): Report {
  return {
    at: began.at.toISOString(),
    cpus: cpus().length,
    load: { before: began.load, after: loadAfter },
    seconds: Math.round((performance.now() - began.ms) / 1000),
    rows,
  };
}

export function tableOf({ rows, cpus: cores, load, seconds, at }: Report): string {
  const cells = rows.map(({ what, figures, goal }) => [
    what,
    Object.entries(figures).map(([name, value]) => `${name.replaceAll("_", " ")} ${rounded(value)}`).join(" · "),
    goal === undefined ? "" : `${goal.met ? "met" : "MISSED"}: ${goal.says}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.flatMap((row, i) => {
    const line = `${row[0]!.padEnd(widths[0]!)}  ${row[1]!.padEnd(widths[1]!)}  ${row[2]!}`.trimEnd();
    const note = rows[i]!.note;
    return note === undefined ? [line] : [line, `${" ".repeat(widths[0]!)}  ${note}`];
  });
  return [`${at} · ${cores} cores · load ${load.before} before, ${load.after} after · took ${seconds} s`, "", ...lines].join("\n");
}

export async function writeJson(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

function rounded(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(value < 10 ? 2 : 1);
}
