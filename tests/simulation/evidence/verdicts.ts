import { text } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";
import type { ArmSummary, SettingSummary, SummaryName } from "./summary.ts";
import { stepVerdicts } from "./step-verdicts.ts";
import { columns } from "./table.ts";

/** Tolerated against PinnerSage on what ours is not meant to win. */
const tolerance = 0.05;
const bestFor = ["popular", "centroid", "ease"] as const;

/** What the engine must show, checked against one setting. */
export function verdictsOn(summary: SettingSummary): Verdict[] {
  const { arms, degraded } = summary;
  const ours = arms["ours"];
  if (ours === undefined) return [];
  if (degraded) return bestFor.every((name) => name in arms) ? [degradedVerdict(summary)] : [];
  const rivals = Object.keys(summary.likesByPage).filter((name) => name !== "ours" && rivalNames.has(name));
  const verdicts: Verdict[] = [];
  for (const name of ["likes_per_100_slots", "tastes_found"] as const) {
    const best = rivals.toSorted((a, b) => arms[b]![name].mean - arms[a]![name].mean)[0];
    if (best === undefined) continue;
    verdicts.push({ says: `ours is best on ${headingOf(name)}`, met: ours[name].mean >= arms[best]![name].mean, figures: `ours ${text(ours[name])}, next ${best} ${text(arms[best]![name])}` });
  }
  const sage = arms["pinnersage"];
  if (sage !== undefined) {
    const apart = (["likes_per_100_slots", "tastes_found"] as const).filter((name) => ours[name].low > sage[name].high);
    verdicts.push({ says: "intervals of ours and PinnerSage do not overlap on one of the two", met: apart.length > 0, figures: apart.map(headingOf).join(", ") || "neither" });
    const worse = columns.filter(({ name, better }) => {
      const [mine, theirs] = [ours[name].mean, sage[name].mean];
      if (better === undefined || Number.isNaN(mine) || Number.isNaN(theirs)) return false;
      return better === "more" ? mine < theirs * (1 - tolerance) : mine > theirs * (1 + tolerance) && mine - theirs > 1e-9;
    });
    verdicts.push({ says: "ours is nowhere more than 5 % worse than PinnerSage", met: worse.length === 0, figures: worse.map(({ name, heading }) => `${heading}: ${text(ours[name])} against ${text(sage[name])}${oracleTells(arms["oracle"], name)}`).join("; ") || "nowhere" });
  }
  verdicts.push(...stepVerdicts(arms));
  return verdicts;
}

const rivalNames: ReadonlySet<string> = new Set(["random", "popular", "centroid", "k-means", "pinnersage", "pinnersage+popular", "ease"]);

/** What the figure is where nothing but likes is sought, and found. */
function oracleTells(oracle: ArmSummary | undefined, name: SummaryName): string {
  return oracle === undefined ? "" : `, oracle ${text(oracle[name])}`;
}

function degradedVerdict({ arms }: SettingSummary): Verdict {
  const best = bestFor.toSorted((a, b) => arms[b]!.likes_per_100_slots.mean - arms[a]!.likes_per_100_slots.mean)[0]!;
  const [mine, theirs] = [arms["ours"]!.likes_per_100_slots, arms[best]!.likes_per_100_slots];
  return { says: "with a degraded encoder ours is not below the best of popular, centroid and EASE on likes", met: mine.mean >= theirs.mean, figures: `ours ${text(mine)}, ${best} ${text(theirs)}` };
}

function headingOf(name: string): string {
  return columns.find((column) => column.name === name)!.heading;
}
