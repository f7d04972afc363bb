import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { usualThreads } from "#gpu-node/models/onnx/onnx-session.ts";
import { providersHere } from "#gpu-node/models/onnx/providers.ts";
import { generateKeyPair } from "#shared/security/keys.ts";
import { median, quantile } from "../figures.ts";
import { loadAverage, residentMb } from "../machine.ts";
import { reportOf, tableOf, writeJson, type Row } from "../report.ts";
import { NodeAsker } from "./asking-node.ts";
import type { BarePlan, BareTask } from "./bare-side.ts";
import type { NodeSideAnswer, NodeSidePlan } from "./node-side.ts";
import { cacheDir, filesOf, modelName, prepare, transformersVersion } from "./prepared.ts";
import { Side, timed, type Measured } from "./side.ts";
import { compareTensors, ourTensor, preprocessingOf } from "./tensors.ts";
import type { TransformersPlan, TransformersTask } from "./transformers-side.ts";

const art = fileURLToPath(new URL("../../../../shared/art/images", import.meta.url));

const help = `Measures how fast the node embeds images, beside transformers.js and the bare network.

  npm run bench:embed                        about six minutes; the first time a model is written and a package installed
  npm run bench:embed -- --quick             fewer rounds
  npm run bench:embed -- --images DIR        these files instead of ../shared/art/images
  npm run bench:embed -- --threads N         threads of onnxruntime, on every side (one core less than there are)
  npm run bench:embed -- --batch N           pictures of one run (8)
  npm run bench:embed -- --json FILE         the table as JSON as well

The three sides take turns in one run, over the same files, the same ONNX file (CLIP ViT-B/32's shape, random weights) and as many
threads: the node's POST /v1/embed/images, signed over HTTP; transformers.js ${transformersVersion}'s image-feature-extraction, asked
image by image and with lists; onnxruntime alone on ready-made tensors. tests/bench/throughput/README.md tells what each row means.
Exits 1 when something could not be measured; a missed goal is said in the table.`;

interface Sizes {
  rounds: number;
  /** Images of a round, where many are under way (so many that the small first and last batches do not weigh) and where one is. */
  many: number;
  single: number;
  compared: number;
}

const full: Sizes = { rounds: 5, many: 160, single: 24, compared: 24 };
const quick: Sizes = { rounds: 2, many: 128, single: 12, compared: 6 };

const began = { at: new Date(), load: loadAverage(), ms: performance.now() };
const sides: Side[] = [];
let ending = false;

async function end(code: number): Promise<never> {
  ending = true;
  await Promise.all(sides.map((side) => side.close().catch(() => undefined)));
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void (ending ? undefined : end(130)));

function say(line: string): void {
  process.stderr.write(`${((performance.now() - began.ms) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

function options() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean", default: false }, images: { type: "string", default: art }, threads: { type: "string" },
        batch: { type: "string", default: "8" }, json: { type: "string" }, help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message.split(". ")[0]}; see npm run bench:embed -- --help`);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} ${text}: has to be a whole number above 0`);
}

const side = (file: string, plan: unknown): Side => {
  const made = new Side(new URL(file, import.meta.url), plan);
  sides.push(made);
  return made;
};

/** Images a second of a round. */
const rate = (images: number, { seconds }: Measured): number => images / seconds;

async function measure(dir: string, size: Sizes, threads: number, batch: number): Promise<Row[]> {
  const prepared = await prepare(cacheDir(), say);
  const files = await filesOf(dir, size.many);
  const [edge, nodeKeys] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  say("opening the same network three times");
  const node = side("./node-side.ts", { modelsDir: prepared.modelsDir, model: modelName, threads, batch, edgePublicKey: edge.publicKey, nodePrivateKey: nodeKeys.privateKey } satisfies NodeSidePlan);
  const { port, provider } = await node.ask<NodeSideAnswer>({});
  const asker = await NodeAsker.of(port, edge, nodeKeys);
  await asker.hold(files);
  const transformers = side("./transformers-side.ts", { ...prepared, model: modelName, threads } satisfies TransformersPlan);
  const bare = side("./bare-side.ts", { file: prepared.imageTower, threads } satisfies BarePlan);
  const theirs = (task: TransformersTask): Promise<Measured> => transformers.ask(task);
  const runBare = (spinning: boolean): Promise<Measured> => bare.ask({ batch, runs: Math.max(2, Math.round(size.many / batch)), spinning } satisfies BareTask);

  say("comparing tensors, which also warms everything up");
  const tensors = await compareTensors(files.slice(0, size.compared), transformers, (file) => asker.vector(file));
  await runBare(true);
  await runBare(false);

  const single = files.slice(0, size.single);
  const all: Record<"node1" | "node32" | "nodePacks" | "theirs1" | "theirs32" | "theirsLists" | "bare", Measured[]> = { node1: [], node32: [], nodePacks: [], theirs1: [], theirs32: [], theirsLists: [], bare: [] };
  for (let round = 1; round <= size.rounds; round++) {
    say(`round ${round} of ${size.rounds}`);
    const [spinning, resting] = [await runBare(true), await runBare(false)];
    all.bare.push(spinning.seconds < resting.seconds ? spinning : resting);
    all.node32.push(await asker.embed(files, 1, 32));
    all.theirs32.push(await theirs({ do: "embed", files, list: 1, width: 32 }));
    all.nodePacks.push(await asker.embed(files, 32, 2));
    all.theirsLists.push(await theirs({ do: "embed", files, list: batch, width: 1 }));
    all.node1.push(await asker.embed(single, 1, 1));
    all.theirs1.push(await theirs({ do: "embed", files: single, list: 1, width: 1 }));
  }

  say("timing what comes before the network, alone");
  const ours = await timed(single, 1, (file) => ourTensor(file, preprocessingOf("pillow")));
  const processed = await theirs({ do: "process", files: single });
  const bareImages = Math.max(2, Math.round(size.many / batch)) * batch;
  function ratesOf(way: keyof typeof all): number[] {
    const images = way === "bare" ? bareImages : way.endsWith("1") ? single.length : files.length;
    return all[way].map((one) => rate(images, one));
  }
  const ratio = (way: keyof typeof all, over: keyof typeof all): number => median(ratesOf(way).map((mine, i) => mine / ratesOf(over)[i]!));
  const figures = (way: keyof typeof all, latencies: boolean): Row["figures"] => {
    const each = all[way].flatMap(({ latenciesMs }) => latenciesMs);
    return { images_per_s: median(ratesOf(way)), ...(latencies ? { p50_ms: quantile(each, 0.5), p99_ms: quantile(each, 0.99) } : {}) };
  };
  const perImage = ({ latenciesMs }: Measured): number => median(latenciesMs);
  const toBare = ratio("node32", "bare"), byImage = ratio("node32", "theirs32"), byList = ratio("nodePacks", "theirsLists"), ceiling = ratio("bare", "theirsLists");
  const gpu = providersHere().some((one) => one !== "cpu");
  return [
    { what: "node / transformers.js, by image", figures: { ratio: byImage }, goal: { says: "at least 1.3", met: byImage >= 1.3 }, note: `32 requests of one image against 32 calls with one image; median of ${size.rounds} rounds' ratios, ${threads} onnxruntime thread${threads === 1 ? "" : "s"} on every side` },
    { what: "node / transformers.js, by list", figures: { ratio: byList }, note: `packs of 32 against lists of ${batch}. The bare session alone is ${ceiling.toFixed(2)} times as fast as such lists: what goes through the same network cannot be much faster` },
    { what: "node / bare session", figures: { ratio: toBare, packs: ratio("nodePacks", "bare") }, goal: { says: "at least 0.85", met: toBare >= 0.85 }, note: `32 requests of one image, and packs of 32, against ready-made tensors in batches of ${batch}` },
    { what: "node, 32 requests at a time", figures: figures("node32", true) },
    { what: "node, one request at a time", figures: figures("node1", true) },
    { what: "node, packs of 32", figures: figures("nodePacks", false) },
    { what: "transformers.js, 32 calls at a time", figures: figures("theirs32", true) },
    { what: "transformers.js, one call at a time", figures: figures("theirs1", true) },
    { what: `transformers.js, lists of ${batch}`, figures: figures("theirsLists", false) },
    { what: `bare session, batches of ${batch}`, figures: { ...figures("bare", false), ms_per_image: 1000 / median(ratesOf("bare")) } },
    { what: "before the network, one image alone", figures: { node_ms: perImage(ours), transformers_ms: perImage(processed) }, note: "file to tensor; the node does it in other threads than the network's" },
    { what: "memory", figures: Object.fromEntries([["node", node], ["transformers", transformers]].map(([name, one]) => [`${name as string}_peak_mb`, residentMb((one as Side).pid).peak])) },
    { what: "tensors, as transformers.js reduces", figures: { max_off: tensors.interpolate.max, mean_off: tensors.interpolate.mean }, note: "normalised values against transformers.js's image processor on the same files; a step of one in 255 is about 0.015" },
    { what: "tensors, as the node reduces", figures: { max_off: tensors.pillow.max, mean_off: tensors.pillow.mean }, note: "like Pillow, with which the networks were trained; transformers.js does not average over the area a new pixel covers" },
    { what: "vectors, node with transformers.js", figures: { least_cosine: tensors.leastCosine } },
    { what: "computed with", figures: {}, note: gpu ? `${provider} on the node's side; the others on the processor: compare nothing but the node's own rows` : "the processor: there is no GPU here, and nothing of this says how fast one is" },
  ];
}

const chosen = options();
if (chosen.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
const threads = chosen.threads === undefined ? usualThreads() : wholeNumber("threads", chosen.threads);
const batch = wholeNumber("batch", chosen.batch);
if (!existsSync(chosen.images)) fail(`${chosen.images} is not there; name a folder of images with --images`);
try {
  const rows = await measure(chosen.images, chosen.quick ? quick : full, threads, batch);
  const report = reportOf(rows, began, loadAverage());
  if (chosen.json !== undefined) await writeJson(chosen.json, report);
  process.stdout.write(`${tableOf(report)}\n`);
  await end(0);
} catch (error) {
  if (!ending) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}
