import { puddleWeight } from "./puddle.ts";
import { tasteConfig } from "./taste-config.ts";
import type { TasteConfig } from "./taste-config.ts";
import type { Taste } from "./taste.ts";

/** Each puddle's part of the viewer's taste now; the parts sum to one, the largest first. */
export function tasteShares(taste: Pick<Taste, "puddles">, now: number, config: TasteConfig = tasteConfig): { puddle_id: string; share: number }[] {
  const weights = taste.puddles.map((puddle) => puddleWeight(puddle, now, config));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return taste.puddles
    .map((puddle, i) => ({ puddle_id: puddle.id, share: total > 0 ? weights[i]! / total : 0 }))
    .sort((a, b) => b.share - a.share);
}
