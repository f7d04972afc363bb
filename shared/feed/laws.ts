import type { Lessened } from "./aimed-less.ts";
import type { Candidate, ComposeInput, Source } from "./candidate.ts";
import { exploreLaw } from "./explore-law.ts";
import type { FeedConfig, LiveSource, Quota } from "./feed-config.ts";
import type { Law } from "./law.ts";
import { lawOver } from "./law.ts";
import { quotaOf } from "./mixture.ts";
import type { Pool } from "./pool.ts";
import type { Scores } from "./score.ts";

/** Sources that find images by way of other viewers; what they put up has to win by score. */
const byOthers = ["transition", "neighbour", "bridge"] as const satisfies Source[];

export interface LawsInput {
  pool: Pool;
  scores: Scores;
  input: ComposeInput;
  config: FeedConfig;
  lessened: Pick<Lessened, "sources">;
  /** 1 while nothing is known of the viewer, 0 once the engine is ready. */
  unready: number;
}

/** Every quota's law. */
export function lawsOf(known: LawsInput, open: boolean): Law[] {
  const { pool, scores, input, config, unready } = known;
  return [
    pooledLaw("best", known, open, (i) => -lessOf(i, known)),
    exploreLaw(pool, scores, input, config, open, unready),
    pooledLaw("fresh", known, open, (i) => scores.terms.recency[i]! + unproven(i, known)),
  ];
}

/**
 * The source a slot is named for: the quota's own; among the best the one that put the image up where none other did, and
 * otherwise the one whose evidence is the strongest; popularity where nothing speaks for it.
 */
export function sourceOf(quota: Quota, { candidates }: Pick<Pool, "candidates">, { terms }: Scores, row: number): LiveSource {
  if (quota !== "best") return quota;
  const alone = putUpAlone(candidates[row]!);
  if (alone) return alone;
  const personal = terms.puddle[row]! + terms.user[row]! + terms.echo[row]!;
  const [together, popularity] = [terms.together[row]!, terms.popularity[row]!];
  if (personal > 0 && personal >= together && personal >= popularity) return "puddle";
  return together > 0 && together >= popularity ? "together" : "popular";
}

/** The source that found an image by way of other viewers, where none that competes with it did. */
function putUpAlone({ sources }: Pick<Candidate, "sources">): (typeof byOthers)[number] | undefined {
  const alone = byOthers.find((source) => sources.includes(source));
  return alone && sources.every((source) => byOthers.some((one) => one === source) || quotaOf(source) !== "best") ? alone : undefined;
}

/** "Less" of such a source takes its part of the score of what that source alone puts up: no score term is its own. */
function lessOf(row: number, { pool, scores, lessened: { sources } }: LawsInput): number {
  const alone = putUpAlone(pool.candidates[row]!);
  return alone ? (1 - sources[alone]) * Math.max(0, scores.total[row]!) : 0;
}

/**
 * By score among all that may be drawn: an image that puddles, other viewers and popularity all speak for comes before one that
 * a single source speaks for. While nothing is known of the viewer, images of regions not yet shown come first, so that the
 * first pages span the gallery; a first like ends that, or the very next page could not show it.
 */
function pooledLaw(quota: "best" | "fresh", { pool, scores, input: { regions }, config, unready }: LawsInput, open: boolean, emphasis: (i: number) => number): Law {
  return lawOver(pool, config, open, {
    quota, pooled: true, weights: [new Float64Array(regions.length + 1).fill(1)],
    cellOf: (i) => pool.region[i]!,
    scoreOf: (i) => scores.total[i]! + emphasis(i),
    repeatPower: unready === 1 || quota === "fresh" ? config.coldShownPower[quota] * unready : 0,
  });
}

/** A new image is tried before it is judged: the fewer slots it had, the higher it stands among the new. */
function unproven(row: number, { pool, config: { provenAt, newcomer } }: LawsInput): number {
  return newcomer * Math.max(0, 1 - (pool.candidates[row]!.exposures ?? provenAt) / provenAt);
}
