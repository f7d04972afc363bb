import type { ArmSummary } from "./summary.ts";
import { text } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Interactions, on average over all viewers. */
const noticeWithin = 40;
const dropWithin = 60;
/**
 * Viewers never reached count with what was left of their stream, so with many of them the mean is a lower bound that the length of
 * the run keeps under any number. It says something only where nearly all were reached.
 */
const reachedByMost = 0.9;
const goneUnder = 0.05;

/** How soon new tastes are noticed and old ones dropped; the single centroid's figures stand beside ours. */
export function stepVerdicts(arms: Readonly<Record<string, ArmSummary>>): Verdict[] {
  const ours = arms["ours"]!;
  return [
    {
      says: `a new taste is noticed within ${noticeWithin} interactions on average`,
      met: ours.notice_acted.mean <= noticeWithin && ours.noticed.mean >= reachedByMost,
      figures: beside(arms, (arm) => `${never(arm.noticed.mean)} never; ${text(arm.notice_acted)} interactions with these counted to their stream's end, ${text(arm.notice_acted_reached)} where it was noticed; ${text(arm.notice_slots)} slots, ${text(arm.notice_from_like_slots)} from its first like`),
    },
    {
      says: `an abandoned taste falls under 5 % of the slots within ${dropWithin} interactions on average`,
      met: ours.drop_acted.mean <= dropWithin && ours.dropped.mean >= reachedByMost,
      figures: beside(arms, (arm) => `${never(arm.dropped.mean)} never; ${text(arm.drop_acted)} interactions with these counted to their stream's end, ${text(arm.drop_acted_reached)} where it was dropped; ${text(arm.drop_slots)} slots`),
    },
    {
      says: "and has under 5 % of the 24 slots that come 60 slots later",
      met: ours.share_of_dropped_after_60.mean < goneUnder,
      figures: beside(arms, (arm) => `${text(arm.share_of_dropped_after_60)} of slots`),
    },
  ];
}

function beside(arms: Readonly<Record<string, ArmSummary>>, tell: (arm: ArmSummary) => string): string {
  return ["ours", "centroid"].filter((name) => name in arms).map((name) => `${name}: ${tell(arms[name]!)}`).join(" — ");
}

function never(reached: number): string {
  return `${(100 * (1 - reached)).toFixed(0)} % of viewers`;
}
