import { decayed } from "#shared/taste/taste.ts";
import { scoreTerms, sources } from "./candidate.ts";
import type { ScoreTerm, SlotOutcome, Source } from "./candidate.ts";
import type { FeedConfig } from "./feed-config.ts";

/** What "less like this" left of each score term's weight and of each source's share, 0…1. */
export interface Lessened {
  terms: Record<ScoreTerm, number>;
  sources: Record<Source, number>;
}

/** The source that draws by a score term of another name: less of the one is less of the other. */
const drawnBy: Partial<Record<string, Source>> = { popularity: "popular", recency: "fresh" };
const scoredBy: Partial<Record<string, ScoreTerm>> = { popular: "popularity", fresh: "recency" };

/**
 * Each "less like this" takes a part of exactly the term or source it was aimed at; with time that comes back. One aimed at a
 * puddle counts in that puddle's reception and in taste, not here.
 */
export function lessened(outcomes: readonly SlotOutcome[], now: number, { less }: Pick<FeedConfig, "less">): Lessened {
  const left = new Map<string, number>();
  for (const { term, at } of outcomes) {
    if (term === undefined || term.startsWith("puddle")) continue;
    const taken = decayed(less.takes, now - at, less.halfLifeMs);
    for (const name of new Set([term, drawnBy[term], scoredBy[term]])) if (name !== undefined) left.set(name, (left.get(name) ?? 1) * (1 - taken));
  }
  const of = <K extends string>(names: readonly K[]) => Object.fromEntries(names.map((name) => [name, left.get(name) ?? 1])) as Record<K, number>;
  return { terms: of(scoreTerms), sources: of(sources) };
}
