import type { ComposeInput } from "./candidate.ts";
import { exploreLaw } from "./explore-law.ts";
import type { FeedConfig, LiveSource } from "./feed-config.ts";
import type { Law } from "./law.ts";
import { lawOver } from "./law.ts";
import type { Pool } from "./pool.ts";
import { puddleWeights } from "./puddle-weights.ts";
import type { PuddleReception } from "./reception.ts";
import type { Scores } from "./score.ts";

export interface LawsInput {
  pool: Pool;
  scores: Scores;
  receptions: readonly PuddleReception[];
  input: ComposeInput;
  config: FeedConfig;
  /** 1 while nothing is known of the viewer, 0 once the engine is ready. */
  unready: number;
}

/** Every source's law. */
export function lawsOf(known: LawsInput, open: boolean): Law[] {
  const { pool, scores, input, config, unready } = known;
  return [
    puddleLaw(known, open),
    exploreLaw(pool, scores, input, config, open, unready),
    transitionLaw(known, open),
    plainLaw("together", known, open, (i) => scores.terms.together[i]!),
    plainLaw("neighbour", known, open, () => 0),
    plainLaw("bridge", known, open, () => 0),
    plainLaw("popular", known, open, (i) => scores.terms.popularity[i]!),
    plainLaw("fresh", known, open, (i) => scores.terms.recency[i]! + unproven(i, known)),
  ];
}

/**
 * The viewer's puddles by weight and by how they were received of late; only images within a puddle's reach, so that
 * "because of your puddle" is always true.
 */
function puddleLaw({ pool, scores, receptions, input, config }: LawsInput, open: boolean): Law {
  return lawOver(pool, config, open, {
    source: "puddle", weights: [puddleWeights(input.taste, receptions, input, config)],
    cellOf: (i) => pool.home[i]!,
    scoreOf: (i) => scores.total[i]! + config.nearness * pool.nearness[i]!,
  });
}

/** A region by P(region | the viewer's last region), then an image of it by score. */
function transitionLaw({ pool, scores, input: { regions, transitions }, config }: LawsInput, open: boolean): Law {
  const weights = Float64Array.from([...regions.map(({ id }) => transitions?.get(id) ?? 0), 0]);
  return lawOver(pool, config, open, { source: "transition", weights: [weights], cellOf: (i) => pool.region[i]!, scoreOf: (i) => scores.total[i]! });
}

/**
 * What the source proposed by score, with what the source stands for counted once more. While little is known of the viewer,
 * images of regions not yet shown come first, so that the first pages span the gallery.
 */
function plainLaw(source: LiveSource, { pool, scores, input: { regions }, config, unready }: LawsInput, open: boolean, emphasis: (i: number) => number): Law {
  return lawOver(pool, config, open, {
    source, pooled: true, weights: [new Float64Array(regions.length + 1).fill(1)],
    cellOf: (i) => pool.region[i]!,
    scoreOf: (i) => scores.total[i]! + emphasis(i),
    repeatPower: config.coldShownPower * unready,
  });
}

/** A new image is tried before it is judged: the fewer slots it had, the higher it stands among the new. */
function unproven(row: number, { pool, config: { provenAt, newcomer } }: LawsInput): number {
  return newcomer * Math.max(0, 1 - (pool.candidates[row]!.exposures ?? provenAt) / provenAt);
}
