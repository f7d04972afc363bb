import { dayMs } from "#shared/kernel/clock.ts";

/**
 * The end of the day (UTC): ages that jobs decay by are counted from there, so that within a day what they find depends on the
 * database alone, and a run that has nothing new to see can be left out.
 */
export function endOfDay(now: number): number {
  return (Math.floor(now / dayMs) + 1) * dayMs;
}
