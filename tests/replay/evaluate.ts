import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { bootstrapMean } from "#shared/experiments/bootstrap.ts";
import type { Interval } from "#shared/experiments/estimate.ts";
import { calibrate } from "#shared/taste/calibration.ts";
import { rowOf } from "#tests/simulation/world/catalogue.ts";
import type { HeldOut, Holdout } from "./holdout.ts";
import { figureNames, rankingFigures, topOf } from "./ranking-figures.ts";
import type { RankingFigures } from "./ranking-figures.ts";
import { rankers } from "./rankers/all.ts";
import type { Training } from "./rankers/ranker.ts";
import type { VectorCatalogue } from "./vector-file.ts";

export interface EvaluateOptions {
  /** Names of `rankers`. */
  policies: readonly string[];
  /** Held-out viewers evaluated, drawn by the seed where there are more. */
  viewers: number;
  seed: number;
  signal?: AbortSignal;
  onStart?: (total: number) => void;
  onViewer?: () => void;
  /** Hears each ranking's first images; who knows the truth about a log can say what they are worth. */
  onRanked?: (ranked: { policy: string; held: HeldOut; top: readonly number[] }) => void;
}

const heardOf = 20;

/** One policy's figures over the held-out viewers. */
export interface PolicyResult {
  policy: string;
  figures: Record<keyof RankingFigures, { mean: number; interval: Interval }>;
  /** `[viewers]` by figure, in the same order for every policy, for paired comparisons. */
  byViewer: Record<keyof RankingFigures, number[]>;
  /** Learning from the first parts, and scoring one viewer, in milliseconds. */
  cost: { fitMs: number; scoreMs: number };
}

/** Ranks the whole catalogue by every policy for every held-out viewer. */
export async function evaluate(holdout: Holdout, catalogue: VectorCatalogue, options: EvaluateOptions): Promise<{ viewers: number; results: PolicyResult[] }> {
  const { policies, seed, signal } = options;
  const training = trainingOf(holdout, catalogue, seed);
  const viewers = shuffled(holdout.heldOut, seededRandom(`viewers ${seed}`)).slice(0, options.viewers);
  const tieBreak = Float64Array.from(catalogue.ids, seededRandom(`ties ${seed}`));
  const shown = shownOf(holdout, catalogue.ids.length);
  options.onStart?.(viewers.length * policies.length);
  const results: PolicyResult[] = [];
  for (const policy of policies) {
    const began = performance.now();
    const ranker = rankers[policy]!(training);
    const fitted = performance.now();
    const byViewer: PolicyResult["byViewer"] = { recall20: [], recall100: [], evenRecall20: [], ndcg20: [], auc: [] };
    for (const held of viewers) {
      const { history, liked } = held;
      const scores = ranker.score(history, seededRandom(`${seed} ${policy} ${history.id}`));
      const met = new Set(history.said.map(({ image }) => image));
      const figures = rankingFigures(scores, liked, met, { tieBreak, shown });
      options.onRanked?.({ policy, held, top: topOf(scores, heardOf, met, tieBreak) });
      for (const name of figureNames) byViewer[name].push(figures[name]);
      options.onViewer?.();
      // Ctrl-C and the progress bar want their turn.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    const figures = Object.fromEntries(figureNames.map((name) => [name, bootstrapMean(byViewer[name], seededRandom(`bootstrap ${seed}`))])) as PolicyResult["figures"];
    results.push({ policy, figures, byViewer, cost: { fitMs: fitted - began, scoreMs: (performance.now() - fitted) / Math.max(1, viewers.length) } });
  }
  return { viewers: viewers.length, results };
}

function trainingOf({ histories }: Holdout, catalogue: VectorCatalogue, seed: number): Training {
  const likes = new Float64Array(catalogue.ids.length);
  let asOf = 0;
  for (const { liked, now } of histories) {
    for (const image of new Set(liked.map((one) => one.image))) likes[image]!++;
    asOf = Math.max(asOf, now);
  }
  const rows = catalogue.ids.map((_, index) => rowOf(catalogue, index));
  return { catalogue, histories, likes, asOf, seed, calibration: calibrate("replayed", rows, seededRandom(`calibration ${seed}`)) };
}

/** `[images]` viewers who met each, and one more. */
function shownOf({ histories }: Holdout, images: number): Float64Array {
  const shown = new Float64Array(images).fill(1);
  for (const { said } of histories) for (const image of new Set(said.map((one) => one.image))) shown[image]!++;
  return shown;
}
