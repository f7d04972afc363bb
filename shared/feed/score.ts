import { decayed } from "#shared/taste/taste.ts";
import type { Lessened } from "./aimed-less.ts";
import type { ComposeInput, Features, ScoreTerm } from "./candidate.ts";
import { blendOf } from "./blend.ts";
import type { Blend, FeedConfig } from "./feed-config.ts";
import type { Pool } from "./pool.ts";
import type { PuddleReception } from "./reception.ts";

/** What an image's score is made of, without the diversity that depends on the page so far. */
export interface Scores {
  /** `[size]` by term, already weighted; `echo` counts from the rate expected where nothing was shown, so that it speaks only where it was heard. */
  terms: Record<Exclude<ScoreTerm, "diversity">, Float64Array>;
  /** `[size]` their sum. */
  total: Float64Array;
  /** `[size]` the part that does not depend on what an image looks like: together, quality, popularity, recency. */
  base: Float64Array;
}

export interface ScoreParts {
  blend: Blend;
  lessened: Lessened;
  /** By puddle. */
  receptions: readonly PuddleReception[];
}

export function scorePool(pool: Pool, { now }: ComposeInput, config: FeedConfig, { blend, lessened: { terms: left }, receptions }: ScoreParts): Scores {
  const column = (of: (i: number) => number) => Float64Array.from({ length: pool.size }, (_, i) => of(i));
  const { candidates } = pool;
  const personal = (part: Float64Array, weight: number) => column((i) => weight * part[i]!);
  const terms = {
    puddle: personal(pool.puddle, blend.content * left.puddle),
    user: personal(pool.user, blend.content * left.user),
    echo: column((i) => blend.echo * left.echo * (pool.echo[i]! - config.echo.rate)),
    together: column((i) => blend.together * left.together * within01(candidates[i]!.together ?? 0)),
    quality: column((i) => blend.quality * left.quality * within01(candidates[i]!.quality)),
    popularity: column((i) => blend.popularity * left.popularity * within01(candidates[i]!.popularity)),
    recency: column((i) => blend.recency * left.recency * newness(candidates[i]!.created_at, now, config)),
    suppression: column((i) => -config.suppressionPenalty * pool.suppression[i]!),
    fatigue: column((i) => (pool.home[i]! < 0 ? 0 : -config.reception.fatigue * receptions[pool.home[i]!]!.fatigue)),
  };
  const base = column((i) => terms.together[i]! + terms.quality[i]! + terms.popularity[i]! + terms.recency[i]!);
  const total = column((i) => base[i]! + terms.puddle[i]! + terms.user[i]! + terms.echo[i]! + terms.suppression[i]! + terms.fatigue[i]!);
  return { terms, base, total };
}

/** What the blend is learned from: the image's features as they are now, unweighted. */
export function featuresOf(pool: Pool, row: number, { now }: ComposeInput, config: FeedConfig): Features {
  const { together = 0, quality, popularity, created_at } = pool.candidates[row]!;
  const features: Features = {
    content: pool.puddle[row]! + pool.user[row]!, echo: pool.echo[row]!, together, quality, popularity, recency: newness(created_at, now, config),
  };
  return blendOf((name) => within01(features[name]));
}

function newness(created_at: number, now: number, { recencyHalfLifeMs }: FeedConfig): number {
  return decayed(1, now - created_at, recencyHalfLifeMs);
}

function within01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
