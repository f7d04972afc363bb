import { dayMs } from "#shared/kernel/clock.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { Puddle, Pulse } from "./taste.ts";

const single = Math.fround;

/** Of a puddle first fed at `at`. */
export function firstPulse(at: number): Pulse {
  const { cos, sin } = hourOn(at);
  return { fast: 0, slow: 0, falling: 0, rising: 0, straying: 0, hourCos: single(cos), hourSin: single(sin) };
}

/** The time of day as a point on the unit circle. */
function hourOn(at: number): { cos: number; sin: number } {
  const angle = (2 * Math.PI * at) / dayMs;
  return { cos: Math.cos(angle), sin: Math.sin(angle) };
}

/** The mean hour steps toward the hour of a member as the centroid does toward its image: a mean resultant (Mardia & Jupp 2000, §2.3). */
export function stepHour(pulse: Pulse, at: number, step: number): Pulse {
  const { cos, sin } = hourOn(at);
  return { ...pulse, hourCos: single(pulse.hourCos + step * (cos - pulse.hourCos)), hourSin: single(pulse.hourSin + step * (sin - pulse.hourSin)) };
}

/**
 * How much more than on average the puddle is fed at this hour, 0…2, mean 1 over the day: the density of a cardioid
 * `1 + 2ρ·cos(θ − μ)` against the uniform (Mardia & Jupp 2000, §3.5.5), its ρ shrunk by how often the puddle was fed, as the
 * resultant of few directions is long by chance (about 1/√n).
 */
export function daypartAffinity({ pulse, count }: Pick<Puddle, "pulse" | "count">, now: number): number {
  const { cos, sin } = hourOn(now);
  const evidence = count / (count + 8);
  const rho = Math.hypot(pulse.hourCos, pulse.hourSin) * evidence;
  const scale = rho > 0.5 ? 0.5 / rho : 1;
  return 1 + 2 * evidence * scale * (pulse.hourCos * cos + pulse.hourSin * sin);
}

/**
 * Counts one positive in: every puddle's shares step toward 1 if it was fed and 0 if not, and its sums gather evidence for a change of
 * its rate `p`, each Page's `g ← max(0, g + log-likelihood ratio)` (E. Page 1954, Continuous inspection schemes) of one
 * Bernoulli trial: `p` against `fallTo·p`, and against `p + riseBy`.
 */
export function countFeeding(pulse: Pulse, fed: boolean, strength: number, signals: number, { drift }: TasteConfig): Pulse {
  const size = Math.min(1, strength);
  const toward = (share: number, step: number) => single(share + Math.max(step, 1 / signals) * size * ((fed ? 1 : 0) - share));
  const shares = { fast: toward(pulse.fast, drift.fastStep), slow: toward(pulse.slow, drift.slowStep) };
  if (signals < drift.signals) return { ...pulse, ...shares };
  const rate = Math.min(0.95, Math.max(0.02, pulse.slow));
  const evidence = (other: number) => size * Math.log(fed ? other / rate : (1 - other) / (1 - rate));
  const gather = (sum: number, other: number) => Math.max(0, sum + evidence(other));
  // Held near its alarm, so that a puddle that is fed again is soon no longer thought abandoned.
  const falling = Math.min(1.2 * drift.fallAlarm, gather(pulse.falling, drift.fallTo * rate));
  const rising = gather(pulse.rising, Math.min(0.98, rate + drift.riseBy));
  return { ...pulse, ...shares, falling: single(falling), rising: single(rising) };
}

/** Gathers evidence that members lie farther from the centroid than they used to: `g ← max(0, g + (d/spread − 1 − strayBy)·s)`. */
export function countDistance(pulse: Pulse, { spread, count }: Pick<Puddle, "spread" | "count">, distance: number, strength: number, { drift }: TasteConfig): Pulse {
  if (count < drift.settled || spread <= 0) return pulse;
  const beyond = Math.min(1, distance / spread - 1 - drift.strayBy);
  return { ...pulse, straying: single(Math.max(0, pulse.straying + Math.min(1, strength) * beyond)) };
}

/** Of two puddles that became one, the second of which has `share` of the weight. */
export function joinPulses(a: Pulse, b: Pulse, share: number): Pulse {
  return {
    ...calm(a),
    fast: single(a.fast + b.fast), slow: single(a.slow + b.slow),
    hourCos: single(a.hourCos + share * (b.hourCos - a.hourCos)), hourSin: single(a.hourSin + share * (b.hourSin - a.hourSin)),
  };
}

/** Of a part of a puddle with this share of what feeds it. */
export function partOfPulse(pulse: Pulse, share: number): Pulse {
  return { ...calm(pulse), fast: single(share * pulse.fast), slow: single(share * pulse.slow) };
}

/** Without evidence of change. */
export function calm(pulse: Pulse): Pulse {
  return { ...pulse, falling: 0, rising: 0, straying: 0 };
}
