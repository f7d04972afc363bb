import { stat, writeFile } from "node:fs/promises";
import { bootstrapMean } from "#shared/experiments/bootstrap.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import { dim, progress, say, sayWrong } from "#local/say.ts";
import { evaluate } from "./evaluate.ts";
import type { PolicyResult } from "./evaluate.ts";
import { splitByTime } from "./holdout.ts";
import type { Holdout } from "./holdout.ts";
import { figureNames } from "./ranking-figures.ts";
import { UnreadableFile, readRatings } from "./rating-log.ts";
import type { RatingLog } from "./rating-log.ts";
import { ratingScale } from "./rating-scale.ts";
import type { RatingScale } from "./rating-scale.ts";
import { readVectors } from "./vector-file.ts";

export interface ReplayOptions {
  ratings: string;
  vectors: string;
  likedFrom: number | undefined;
  policies: readonly string[];
  viewers: number;
  seed: number;
  out: string | undefined;
  signal: AbortSignal;
}

const titles = { recall20: "recall@20", recall100: "recall@100", evenRecall20: "recall@20, evenly shown", ndcg20: "nDCG@20", auc: "AUC" } as const;
const megabyte = 2 ** 20;

/** Scores the policies on a log of ratings and prints the table. */
export async function replayRatings(options: ReplayOptions): Promise<void> {
  const catalogue = await readVectors(options.vectors);
  const log = await withReadingBar(options.ratings);
  const scale = ratingScale(log.rating, options.likedFrom);
  const holdout = splitByTime(log, catalogue, scale);
  describeLog(log, catalogue.ids.length, scale, holdout);
  if (holdout.heldOut.length === 0) throw new UnreadableFile(nothingHeldOut(options, log, scale, holdout));

  let bar: ReturnType<typeof progress> | undefined;
  const { viewers, results } = await evaluate(holdout, catalogue, {
    policies: options.policies, viewers: options.viewers, seed: options.seed, signal: options.signal,
    onStart: (total) => (bar = progress("Ranking", total)), onViewer: () => bar?.advance(),
  }).finally(() => bar?.stop());
  say(tableOf(results, viewers));
  for (const line of comparisons(results, options.seed)) say(line);
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(reportOf(options, log, scale, holdout, viewers, results), null, 2)}\n`);
}

async function withReadingBar(file: string): Promise<RatingLog> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  const bar = size > 8 * megabyte ? progress("Reading (MB)", Math.ceil(size / megabyte)) : undefined;
  let shown = 0;
  try {
    return await readRatings(file, (bytes) => {
      for (; shown < Math.floor(bytes / megabyte); shown++) bar?.advance();
    });
  } finally {
    bar?.stop();
  }
}

function describeLog(log: RatingLog, images: number, scale: RatingScale, { heldOut, withoutVector }: Holdout): void {
  const count = (value: number) => value.toLocaleString("en");
  say(`${count(log.count)} ratings by ${count(log.viewers.length)} viewers; ${count(images)} images with vectors. Rated ${scale.least} to ${scale.most}: a like from ${round(scale.likedFrom)}`
    + (scale.dislikedTo === -Infinity ? "." : `, a dislike to ${round(scale.dislikedTo)}.`));
  say(`${count(heldOut.length)} viewers have likes in both the first four fifths and the last of their log.`);
  if (withoutVector > 0) say(dim(`${count(withoutVector)} ratings are of images without a vector and were left out.`));
  if (log.bad.count === 0) return;
  sayWrong(`${count(log.bad.count)} lines could not be read and were left out:`);
  for (const line of log.bad.first) sayWrong(`  ${line}`);
  if (log.bad.count > log.bad.first.length) sayWrong(`  and ${count(log.bad.count - log.bad.first.length)} more`);
}

function nothingHeldOut({ ratings, vectors }: ReplayOptions, log: RatingLog, scale: RatingScale, { withoutVector }: Holdout): string {
  if (withoutVector === log.count) return `None of the images of ${ratings} is named in ${vectors}.ids.json; the ids must be the same, to the letter.`;
  return `No viewer of ${ratings} has a like (rating from ${round(scale.likedFrom)}) in both parts of their log; --positive sets what counts as a like.`;
}

function tableOf(results: readonly PolicyResult[], viewers: number): string {
  const rows = results.map(({ policy, figures, cost }) => [
    policy,
    ...figureNames.map((name) => {
      const { mean, interval: { low, high } } = figures[name];
      return `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
    }),
    `${cost.fitMs < 1_000 ? `${cost.fitMs.toFixed(0)} ms` : `${(cost.fitMs / 1_000).toFixed(1)} s`}`, `${cost.scoreMs.toFixed(1)} ms`,
  ]);
  const header = ["", ...figureNames.map((name) => titles[name]), "learning", "a viewer"];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd();
  return [
    "", line(header), ...rows.map(line), "",
    dim(`Means over ${viewers.toLocaleString("en")} viewers with 95 % bootstrap intervals, the whole catalogue ranked, what a viewer had met left out.`),
    dim("Evenly shown: held-out likes weighed by how seldom their image was met, since what a log showed often is liked often in it."),
  ].join("\n");
}

/** Ours against each other policy, viewer by viewer. */
function comparisons(results: readonly PolicyResult[], seed: number): string[] {
  const ours = results.find(({ policy }) => policy === "ours");
  if (ours === undefined) return [];
  return results.filter((other) => other !== ours).map((other) => {
    const differences = ours.byViewer.recall20.map((value, i) => value - other.byViewer.recall20[i]!);
    const { mean, interval: { low, high } } = bootstrapMean(differences, seededRandom(`paired ${seed}`));
    const verdict = low > 0 ? "better" : high < 0 ? "worse" : "not told apart";
    return dim(`ours − ${other.policy}: recall@20 ${signed(mean)} (${signed(low)} to ${signed(high)}), ${verdict}`);
  });
}

function reportOf({ ratings, vectors, seed }: ReplayOptions, log: RatingLog, scale: RatingScale, { heldOut, withoutVector }: Holdout, viewers: number, results: readonly PolicyResult[]) {
  return {
    log: { ratings, vectors, count: log.count, viewers: log.viewers.length, images: log.images.length, bad_lines: log.bad.count, without_vector: withoutVector },
    scale: { ...scale, dislikedTo: scale.dislikedTo === -Infinity ? null : scale.dislikedTo },
    split: { training_share: 0.8, held_out_viewers: heldOut.length, evaluated: viewers }, seed,
    policies: results.map(({ policy, figures, cost }) => ({ policy, ...figures, cost })),
  };
}

function signed(value: number): string {
  return `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(3)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
