import { calm, countFeeding } from "./pulse.ts";
import { puddleWeight } from "./puddle.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { Drift, Puddle, Taste } from "./taste.ts";

/** Whether the viewer's taste is changing at `now`, so that it should be learned faster. */
export function isDrifting({ drift }: Pick<Taste, "drift">, now: number): boolean {
  return drift !== null && now < drift.until;
}

/** By how much steps are larger now. */
export function driftGain(taste: Pick<Taste, "drift">, now: number, { drift, parts }: TasteConfig): number {
  return parts.drift && isDrifting(taste, now) ? drift.gain : 1;
}

/**
 * Counts a positive that fed one of the puddles toward all of them, raises the alarm where one is fed far less or more often than before
 * or from far off, and while a drift lasts lets what is no longer fed fade. A puddle is no longer fed when the evidence
 * for it has come half way to an alarm.
 */
export function watchForDrift(
  { puddles, drift }: Pick<Taste, "puddles" | "drift">,
  { fedId, strength, at, signals }: { fedId: string; strength: number; at: number; signals: number },
  config: TasteConfig,
): Pick<Taste, "puddles" | "drift"> {
  if (!config.parts.drift) return { puddles, drift };
  const { riseAlarm, fallAlarm, strayAlarm, lastsMs } = config.drift;
  let noticed: Drift | null = drift;
  let fallen = false;
  const watched = puddles.map((puddle) => {
    const fed = puddle.id === fedId;
    const pulse = countFeeding(puddle.pulse, fed, strength, signals, config);
    const rises = pulse.rising >= riseAlarm;
    const strays = fed && pulse.straying >= strayAlarm;
    const falls = pulse.falling >= fallAlarm && puddle.pulse.falling < fallAlarm;
    if (rises || strays) noticed = { kind: strays ? "moved" : "switched", at, until: at + lastsMs, puddle_id: puddle.id };
    fallen ||= falls;
    return { ...puddle, pulse: rises || strays ? calm(pulse) : pulse };
  });
  if (fallen && noticed?.at !== at) noticed = { kind: "switched", at, until: at + lastsMs, puddle_id: gaining(watched) };
  return { puddles: isDrifting({ drift: noticed }, at) ? fade(watched, strength, at, config) : watched, drift: noticed };
}

/** The puddle that gets the most more of the positives of late than in the long run. */
function gaining(puddles: readonly Puddle[]): string {
  const gain = ({ pulse }: Puddle) => pulse.fast - pulse.slow;
  return puddles.reduce((most, puddle) => (gain(puddle) > gain(most) ? puddle : most)).id;
}

function fade(puddles: readonly Puddle[], strength: number, at: number, config: TasteConfig): readonly Puddle[] {
  const kept = 1 - config.drift.fading * Math.min(1, strength);
  return puddles.map((puddle) => {
    if (puddle.pulse.falling < config.drift.fallAlarm / 2) return puddle;
    const held = puddleWeight(puddle, at, config);
    return { ...puddle, weight: Math.max(Math.min(held, config.fedWeight), held * kept), last_updated: Math.max(puddle.last_updated, at) };
  });
}
