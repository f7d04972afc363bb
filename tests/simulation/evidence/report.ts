import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Options } from "../options.ts";
import { policyNames } from "../policies/all.ts";
import { viewerModel } from "../viewer-model.ts";
import { warmModel } from "../world/warm-log.ts";
import { ablationTable } from "./ablation-table.ts";
import { plotsOf } from "./plots.ts";
import type { Plot } from "./plots.ts";
import type { SettingSummary } from "./summary.ts";
import { policyTable } from "./table.ts";
import { verdictsOn } from "./verdicts.ts";

/** How and where a run was made; nothing in it that differs between two runs of the same code on one machine but the time taken. */
export interface RunFacts {
  command: string;
  machine: string;
  seconds: number;
}

/** Writes README.md, simulation.json and the plots; each file is whole or as it was. */
export async function writeEvidence(options: Options, settings: readonly SettingSummary[], facts: RunFacts): Promise<void> {
  await mkdir(options.out, { recursive: true });
  const plots = await plotsOf(settings);
  for (const { file, svg } of plots) await writeWhole(join(options.out, file), svg);
  const report = { run: { ...facts, seeds: options.seeds, viewersPerSeed: options.viewers, pages: options.pages, slotsPerPage: viewerModel.slotsPerPage }, verdicts: Object.fromEntries(settings.map((summary) => [nameOf(summary), verdictsOn(summary)])), settings };
  await writeWhole(join(options.out, "simulation.json"), `${JSON.stringify(report, rounded, 1)}\n`);
  await writeWhole(join(options.out, "README.md"), readme(options, settings, facts, plots));
}

function readme(options: Options, settings: readonly SettingSummary[], { command, machine, seconds }: RunFacts, plots: readonly Plot[]): string {
  const viewers = options.viewers * options.seeds.length;
  const parts = [
    `# Evidence\n\nWritten by \`${command}\`; do not edit. ${viewers} viewers under test (seeds ${options.seeds.join(", ")}), ${options.pages} pages of ${viewerModel.slotsPerPage} slots each, ${warmModel.viewers} warm viewers a seed; ${machine}; ${Math.round(seconds)} s. \`simulation.json\` holds every figure. All policies see the same viewers, each of whom meets the same image in the same mood whatever policy shows it. In brackets: 95 % bootstrap intervals over viewers.`,
    "**Mind the encoder**: it was fitted on these very pictures and their styles, so that what is given here as its recall is more than it has on styles it has not met ([eyes.md](eyes.md): 0.64 on art). The degraded runs show what is left with an encoder worse than that.",
    ...settings.map((summary) => settingPart(summary, plots)),
    ablationPart(options, settings),
    limits,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function settingPart(summary: SettingSummary, plots: readonly Plot[]): string {
  const { encoder: { space, styleRecallAt10, noise }, images, degraded } = summary;
  const recall = styleRecallAt10 === undefined ? "" : `; style recall@10 ${styleRecallAt10.toFixed(2)}`;
  const verdicts = verdictsOn(summary).map(({ says, met, figures }) => `- ${met ? "**met**" : "**missed**"}: ${says} (${figures})`);
  const file = `${summary.data}${degraded ? "-degraded" : ""}`;
  const own = plots.filter((plot) => plot.file.startsWith(`${file}-`) && (degraded || !plot.file.includes("-degraded-")));
  return [
    `## ${nameOf(summary)}`,
    `${images} images, space \`${space}\`${recall}${degraded ? `; noise of ${noise.toFixed(2)} times a vector's length` : ""}.`,
    ...(verdicts.length > 0 ? [verdicts.join("\n")] : []),
    policyTable(summary, policyNames),
    ...own.map(({ title, file: svg }) => `![${title}](${svg})`),
  ].join("\n\n");
}

function ablationPart({ ablations }: Options, settings: readonly SettingSummary[]): string {
  const summary = settings.find(({ arms }) => ablations.some((name) => name in arms));
  if (summary === undefined) return "";
  return `## What each part is worth\n\nOurs with one part changed less ours whole, viewer by viewer (${nameOf(summary)}, ${summary.viewers} viewers); ★ where the interval leaves zero out. A part that is worth its place makes likes fall or another figure worse when it is gone.\n\n${ablationTable(summary, ablations)}`;
}

const limits = `## What this does not show

- Simulated viewers are kinder than people: their tastes are sets of labels, they do not tire of a style they love, and nobody tells them what to like. The scenes stand for all that people like together for reasons no picture shows; how much of liking that is (a twentieth of the catalogue for each of eight scenes here) decides how far a policy can come on likes alone.
- The gallery is drawn by code in thirty styles, and the built-in encoder was fitted on such styles: pictures of one style lie closer together than an encoder would have it on photographs. The art has labels an encoder can hardly see (a country, a century), which is harsher than most collections.
- The catalogues are small against what a viewer sees: a style of 24 images is used up after a few pages, for every policy alike.
- PinnerSage and k-means are the published ideas on this catalogue, with cluster cut and slots tuned on another seed; not Pinterest's system. The other rivals are given popular images until there is a first like; "pinnersage+popular" gets two of twelve slots for them always.
- Position bias, noise and the chance of a hide are assumptions (tests/simulation/README.md lists all). How the figures move with them was not measured.`;

function nameOf({ data, degraded }: SettingSummary): string {
  return `${data}${degraded ? ", degraded encoder" : ""}`;
}

/** Six significant digits are more than any interval here deserves. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
