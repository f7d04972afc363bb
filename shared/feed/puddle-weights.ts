import { daypartAffinity } from "#shared/taste/pulse.ts";
import { puddleWeight } from "#shared/taste/puddle.ts";
import type { Taste } from "#shared/taste/taste.ts";
import type { ComposeInput } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";
import type { PuddleReception } from "./reception.ts";

/** What is left of a puddle's draw at an hour at which it is never fed. */
const leastByHour = 0.1;

/** Weight of each puddle in the draw: flattened, by how it was received of late, and by the hour at which it is usually fed. */
export function puddleWeights({ puddles }: Pick<Taste, "puddles">, receptions: readonly PuddleReception[], { now, tasteConfig }: Pick<ComposeInput, "now" | "tasteConfig">, config: FeedConfig): Float64Array {
  return Float64Array.from(puddles, (puddle, p) => {
    const hour = config.daypart ? Math.max(leastByHour, daypartAffinity(puddle, now)) : 1;
    return puddleWeight(puddle, now, tasteConfig) ** config.puddleFlattening * receptions[p]!.draw * hour;
  });
}
