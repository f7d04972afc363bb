import { stepToward, unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { puddleWeight } from "./puddle.ts";
import { isStrongSignal } from "./signal.ts";
import type { InteractionKind } from "./signal.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { Puddle } from "./taste.ts";

/** `u ← unit(u + gain·η·s·(x − u))`; the first thing liked starts it, and dislike alone does not. */
export function moveUserVector(user: Vector | null, vector: Vector, strength: number, kind: InteractionKind, gain = 1, config: TasteConfig = tasteConfig): Vector | null {
  if (!user) return strength > 0 ? vector : null;
  const step = isStrongSignal(kind) ? config.userStrongStep : config.userStep;
  return stepToward(user, vector, Math.min(0.5, gain * step) * strength);
}

/** With time the user vector falls back toward the weighted mean of the puddles: half the way every half-life. */
export function relaxUserVector(user: Vector | null, puddles: readonly Puddle[], ageMs: number, now: number, config: TasteConfig = tasteConfig): Vector | null {
  if (!user || puddles.length === 0 || ageMs <= 0) return user;
  return stepToward(user, puddleMean(puddles, now, config), 1 - 2 ** (-ageMs / config.userHalfLifeMs));
}

/** Mean direction of the puddles by their weight now. */
export function puddleMean(puddles: readonly Puddle[], now: number, config: TasteConfig = tasteConfig): Vector {
  const sum = new Float64Array(puddles[0]!.centroid.length);
  for (const puddle of puddles) {
    const weight = puddleWeight(puddle, now, config);
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * puddle.centroid[i]!;
  }
  return unit(sum);
}
