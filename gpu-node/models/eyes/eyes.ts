import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { unit } from "#shared/kernel/vector.ts";
import type { DecodedImage } from "../decoded-image.ts";
import type { ImageEncoder } from "../image-encoder.ts";
import type { TextTower } from "../text-tower.ts";
import stored from "./eyes.json" with { type: "json" };
import { towerInputs } from "./tower-inputs.ts";
import { readVocabulary } from "./vocabulary.ts";
import vocabulary from "./vocabulary.json" with { type: "json" };

/** One thread: the node analyses pictures in several workers at once, and a fixed number of threads keeps the order of sums. */
const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };

const find = readVocabulary(vocabulary);
const imageTower = opened("image-tower.onnx");
const textTower = opened("text-tower.onnx");

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
    for (const text of texts) vectors.push(await read(find(text)));
    return vectors;
  },
};

async function see(image: DecodedImage): Promise<Float32Array> {
  const { vector } = await (await imageTower()).run(towerInputs(image));
  return unit(vector!.data as Float32Array);
}

async function read(words: readonly number[]): Promise<Float32Array | undefined> {
  if (words.length === 0) return undefined;
  const places = new Tensor("int64", BigInt64Array.from(words, BigInt), [1, words.length]);
  const { vector } = await (await textTower()).run({ words: places });
  return unit(vector!.data as Float32Array);
}

/** A model beside this file, loaded when it is first asked for; a start that never looks pays nothing. */
function opened(file: string): () => Promise<InferenceSession> {
  let session: Promise<InferenceSession> | undefined;
  return () => (session ??= InferenceSession.create(fileURLToPath(new URL(file, import.meta.url)), options));
}
