import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dim, say } from "#local/say.ts";
import { loadCatalogue } from "#tests/simulation/world/catalogue.ts";
import { pagesAgreement } from "./pages-agreement.ts";
import { ratingsAgreement, spearman } from "./ratings-agreement.ts";

export interface SimulatedOptions {
  seed: number;
  viewers: number;
  /** Where measured images are kept. */
  cache: string;
  signal: AbortSignal;
}

/** Viewers run under every policy, and viewers whose pages are logged: these cost more than replay itself. */
const runs = 24;

/** Replays what the simulator wrote and prints both sides' figures. */
export async function replaySimulated({ seed, viewers, cache, signal }: SimulatedOptions): Promise<void> {
  const catalogue = await loadCatalogue("gallery", cache, signal);
  const folder = await mkdtemp(join(tmpdir(), "miraveja-simulated-"));
  try {
    const { counted, policies, spearman: agreement } = await ratingsAgreement({ catalogue, seed, viewers, run: Math.min(runs, viewers), folder });
    signal.throwIfAborted();
    say(table(["counted in one log", "simulator", "replay"], counted.map(({ what, simulator, replay }) => [what, plain(simulator), plain(replay)])));
    const spread = (value: { mean: number; interval: { low: number; high: number } }, digits: number) => `${value.mean.toFixed(digits)} (${value.interval.low.toFixed(digits)}–${value.interval.high.toFixed(digits)})`;
    say(table(
      ["recall@20", "simulator", "replay", "true of replay's ranking", "likes / 100 slots when run"],
      policies.map(({ policy, simulated, ranked, replayed, likesPer100 }) => [policy, simulated.toFixed(3), spread(replayed, 3), ranked.toFixed(3), spread(likesPer100!, 1)]),
    ));
    const recall = policies.map(({ replayed }) => replayed.mean);
    say(`Rank correlation of the policies by replay and by the simulator: ${agreement.toFixed(2)}; with the likes of whole runs ${spearman(recall, policies.map(({ likesPer100 }) => likesPer100!.mean)).toFixed(2)}.`);
    say(dim("The last column is another question: there each policy made its viewers' history itself, here all go on from one made by chance.\n"));

    const { served, truth, estimate } = await pagesAgreement({ catalogue, seed, viewers: Math.min(runs, viewers) });
    const hundred = (rate: number) => (100 * rate).toFixed(1);
    say(table(["welcomed per 100 slots", ""], [
      ["a policy that draws more evenly, which was logged", hundred(served)],
      ["ours, told from that log (SNIPS)", `${hundred(estimate.value)} (${hundred(estimate.interval.low)}–${hundred(estimate.interval.high)})`],
      ["ours, run by the simulator", hundred(truth)],
    ]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function plain(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(3);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return ["", ...[header, ...rows].map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()), ""].join("\n");
}
