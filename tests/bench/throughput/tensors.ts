import { readFile } from "node:fs/promises";
import { checkImage } from "#gpu-node/ingest/decode.ts";
import { fitPicture, readPreprocessing, type Preprocessing } from "#gpu-node/models/clip/preprocessing.ts";
import { clipPreprocessor } from "#gpu-node/models/clip/shaped/clip-files.ts";
import { spreadPictures } from "#gpu-node/models/onnx/feeds.ts";
import { cosineDistance, unit } from "#shared/kernel/vector.ts";
import type { Side } from "./side.ts";

export interface TensorDistance {
  /** Of normalised values, of which a step of one in 255 is about 0.015. */
  max: number;
  mean: number;
}

/** What the node's network is given for a file. */
export async function ourTensor(file: string, how: Preprocessing): Promise<Float32Array> {
  const image = await checkImage(await readFile(file));
  return spreadPictures({ type: "pictures", side: how.side, values: how.values, pictures: [await fitPicture(image.open, image, how)] });
}

export const preprocessingOf = (reduction: Preprocessing["reduction"]): Preprocessing => readPreprocessing(clipPreprocessor, reduction);

function distance(a: ArrayLike<number>, b: ArrayLike<number>): TensorDistance {
  if (a.length !== b.length) throw new RangeError(`tensors of ${a.length} and ${b.length} numbers do not compare`);
  let max = 0, sum = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i]! - b[i]!);
    max = Math.max(max, apart);
    sum += apart;
  }
  return { max, mean: sum / a.length };
}

export interface TensorComparison {
  /** Our tensors against transformers.js's, over all files: largest and mean distance, by how we reduce. */
  interpolate: TensorDistance;
  pillow: TensorDistance;
  /** Cosine of the node's vector with transformers.js's, the least over the files. */
  leastCosine: number;
}

export async function compareTensors(files: readonly string[], transformers: Side, vectorOf: (file: string) => Promise<number[]>): Promise<TensorComparison> {
  const all: TensorComparison = { interpolate: { max: 0, mean: 0 }, pillow: { max: 0, mean: 0 }, leastCosine: 1 };
  for (const file of files) {
    const theirs = await transformers.ask<{ tensor: number[]; vector: number[] }>({ do: "tensor", file });
    for (const reduction of ["interpolate", "pillow"] as const) {
      const { max, mean } = distance(await ourTensor(file, preprocessingOf(reduction)), theirs.tensor);
      all[reduction] = { max: Math.max(all[reduction].max, max), mean: all[reduction].mean + mean / files.length };
    }
    const cosine = 1 - cosineDistance(unit(await vectorOf(file)), unit(theirs.vector));
    all.leastCosine = Math.min(all.leastCosine, cosine);
  }
  return all;
}
