import { fileURLToPath } from "node:url";
import type { InferenceSession } from "onnxruntime-node";
import { unit } from "#shared/kernel/vector.ts";
import type { DecodedImage } from "../decoded-image.ts";
import type { ImageEncoder } from "../image-encoder.ts";
import type { TextTower } from "../text-tower.ts";
import stored from "./eyes.json" with { type: "json" };
import { readVocabulary, type Vocabulary } from "./vocabulary.ts";

/** One thread: the node analyses pictures in several workers at once, and a fixed number of threads keeps the order of sums. */
const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };

/** The runtime and the files are loaded when they are first asked for: a thread that never looks pays nothing. */
const imageTower = opened("image-tower.onnx");
const textTower = opened("text-tower.onnx");
let vocabulary: Promise<Vocabulary> | undefined;
const loadVocabulary = (): Promise<Vocabulary> =>
  (vocabulary ??= import("./vocabulary.json", { with: { type: "json" } }).then(({ default: entries }) => readVocabulary(entries)));

/** The image half of the dual encoder that ships with the project. One picture a run, so that no neighbour can touch it. */
export const eyesEncoder: ImageEncoder = {
  space: stored.space,
  dim: stored.dim,
  calibration: stored.calibration,
  async encode(images) {
    const vectors: Float32Array[] = [];
    for (const image of images) vectors.push(await see(image));
    return vectors;
  },
};

/** The text half: the words it knows lie in the encoder's space, a text is their sum. */
export const eyesText: TextTower = {
  space: stored.space,
  dim: stored.dim,
  calibration: stored.textCalibration,
  async encode(texts) {
    const vectors: (Float32Array | undefined)[] = [];
    const find = await loadVocabulary();
    for (const text of texts) vectors.push(await read(find(text)));
    return vectors;
  },
};

async function see(image: DecodedImage): Promise<Float32Array> {
  const { towerInputs } = await import("./tower-inputs.ts");
  const { vector } = await (await imageTower()).run(towerInputs(image));
  return unit(vector!.data as Float32Array);
}

async function read(words: readonly number[]): Promise<Float32Array | undefined> {
  if (words.length === 0) return undefined;
  const { Tensor } = await import("onnxruntime-node");
  const places = new Tensor("int64", BigInt64Array.from(words, BigInt), [1, words.length]);
  const { vector } = await (await textTower()).run({ words: places });
  return unit(vector!.data as Float32Array);
}

/** A model beside this file. */
function opened(file: string): () => Promise<InferenceSession> {
  let session: Promise<InferenceSession> | undefined;
  return () => (session ??= import("onnxruntime-node").then(({ InferenceSession: runtime }) => runtime.create(fileURLToPath(new URL(file, import.meta.url)), options)));
}
