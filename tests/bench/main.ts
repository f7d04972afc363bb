import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { buildWeb } from "#local/build-web.ts";
import { measureCachedPages } from "./cached-page.ts";
import { measureComposing, type Scale } from "./composing.ts";
import { writeEvidence } from "./evidence.ts";
import { measureHeldTastes } from "./held-tastes.ts";
import { measureIngesting } from "./ingesting.ts";
import { measureLikeToPage } from "./like-to-page.ts";
import { loadAverage } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { measureObserving } from "./observing.ts";
import { measurePageCost, pageCostRows } from "./page-cost.ts";
import { reportOf, tableOf, writeJson, type Row } from "./report.ts";
import { measureScrolling } from "./scrolling.ts";
import { SyntheticGallery } from "./synthetic-gallery.ts";
import { measureTasteSize } from "./taste-size.ts";
import { viewersWithPuddles } from "./viewers.ts";
import { startWorld, type World } from "./world.ts";

const help = `Measures a whole stack of its own on this machine and prints one table.

  npm run bench                      everything, in under eight minutes on a quiet machine
  npm run bench -- --quick           fewer repetitions, the same rows
  npm run bench -- --json FILE       the table as JSON as well
  npm run bench -- --only WORD,…     only these parts: cached, scrolling, composing, like, observing, memory,
                                     cost (of a page in memory, by images, puddles and candidates) and taste (its size)
  npm run bench -- --evidence DIR    also how the cost of a page grows, as JSON and plots (docs/evidence)
  npm run bench -- --ingest DIR      also images a second, with the images below DIR

The numbers are worth what the machine's quiet is worth: the load average stands above them. Exits 1 when something
could not be measured; a missed goal is said in the table and is no failure. tests/bench/README.md tells what each row means.`;

const parts = ["cached", "scrolling", "composing", "like", "observing", "memory", "cost", "taste"] as const;
type Part = (typeof parts)[number];
/** Parts that need no stack. */
const inMemory: ReadonlySet<Part> = new Set(["cost", "taste"]);

const full = { viewers: 40, pages: { pagesEach: 25, rounds: 15, rateRounds: 8 }, composes: 60, likes: 100, observed: { viewers: 20, batches: 10 }, scrollSeconds: 8, ingest: 300, heldTastes: 300, costTimes: 25 };
const quick: typeof full = { viewers: 20, pages: { pagesEach: 20, rounds: 6, rateRounds: 2 }, composes: 20, likes: 30, observed: { viewers: 10, batches: 5 }, scrollSeconds: 4, ingest: 60, heldTastes: 100, costTimes: 7 };
const scales: Scale[] = [{ images: 2_000, goalP50Ms: 40 }, { images: 20_000, goalP50Ms: 60 }];
/** Viewers who act in turn where only one does at a time. */
const fewViewers = 6;

let world: Promise<World> | undefined;
let ending = false;

async function end(code: number): Promise<never> {
  ending = true;
  await world?.then((started) => started.close()).catch(() => undefined);
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void (ending ? undefined : end(130)));

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

function options() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean", default: false }, json: { type: "string" }, only: { type: "string" },
        ingest: { type: "string" }, evidence: { type: "string" }, help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}; see npm run bench -- --help`);
  }
}

const began = { at: new Date(), load: loadAverage(), ms: performance.now() };

function say(line: string): void {
  process.stderr.write(`${((performance.now() - began.ms) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
}

/** Adds to `rows` as it goes, so that what was measured is shown even when something later fails. */
async function measureInMemory(rows: Row[], wanted: ReadonlySet<Part>, size: typeof full, evidence: string | undefined): Promise<void> {
  if (wanted.has("taste")) rows.push(...measureTasteSize());
  if (!wanted.has("cost") && evidence === undefined) return;
  const series = await measurePageCost(size.costTimes, say);
  rows.push(...pageCostRows(series));
  if (evidence === undefined) return;
  const files = await writeEvidence(evidence, series, { at: began.at.toISOString(), cpus: cpus().length, load: began.load });
  say(`wrote ${files.join(", ")} to ${evidence}`);
}

/** As `measureInMemory`, over a whole stack. */
async function measure(rows: Row[], wanted: ReadonlySet<Part>, size: typeof full, ingest: string | undefined): Promise<void> {
  say("starting a stack of its own");
  await buildWeb();
  const started = await (world = startWorld());
  const gallery = new SyntheticGallery(started.database);

  for (const scale of scales) {
    const first = scale === scales[0];
    if (!first && !wanted.has("composing") && !wanted.has("like")) break;
    say(`growing the gallery to ${scale.images} images and waiting for its regions`);
    await gallery.growTo(scale.images);
    await gallery.regionsDrawn();
    say("giving viewers a taste");
    const viewers = await viewersWithPuddles(started, gallery, first ? size.viewers : fewViewers);
    const few = viewers.slice(0, fewViewers);
    // Before the events of `observing`: the jobs over all viewers that these call for go on for half a minute.
    if (first && wanted.has("cached")) rows.unshift(...(await measureCachedPages(started, viewers, size.pages, say)));
    if (wanted.has("composing")) {
      say(`composing at ${scale.images} images`);
      rows.push(...(await measureComposing(started, few, scale, size.composes)));
    }
    if (wanted.has("like")) {
      say(`from a like to the changed page at ${scale.images} images`);
      rows.push(await measureLikeToPage(few, scale.images, size.likes));
    }
    if (!first) continue;
    if (wanted.has("observing")) {
      say("observing events");
      rows.push(await measureObserving(started, gallery, size.observed.viewers, size.observed.batches));
    }
    if (wanted.has("memory")) {
      say("holding tastes");
      rows.push(await measureHeldTastes(started, gallery, size.heldTastes));
    }
    if (wanted.has("scrolling")) {
      say("scrolling without a pause");
      rows.push(await measureScrolling(started, few, size.scrollSeconds));
    }
  }
  if (ingest !== undefined) {
    say(`ingesting images of ${ingest}`);
    rows.push(await measureIngesting(started, ingest, size.ingest));
  }
  if (wanted.has("memory")) rows.push(...(await measureMemory(started)));
}

async function show(rows: Row[], file: string | undefined): Promise<void> {
  if (rows.length === 0) return;
  const report = reportOf(rows, began, loadAverage());
  if (file !== undefined) await writeJson(file, report);
  process.stdout.write(`${tableOf(report)}\n`);
}

const chosen = options();
if (chosen.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
const words = chosen.only?.split(",") ?? [...parts];
const unknown = words.find((word) => !(parts as readonly string[]).includes(word));
if (unknown !== undefined) fail(`--only ${unknown}: choose among ${parts.join(", ")}`);

const rows: Row[] = [];
try {
  const wanted = new Set(words as Part[]);
  const size = chosen.quick ? quick : full;
  await measureInMemory(rows, wanted, size, chosen.evidence);
  if (chosen.ingest !== undefined || [...wanted].some((part) => !inMemory.has(part))) await measure(rows, wanted, size, chosen.ingest);
  await show(rows, chosen.json);
  await end(0);
} catch (error) {
  if (!ending) {
    await show(rows, chosen.json);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}
