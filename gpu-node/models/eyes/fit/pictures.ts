import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { z } from "zod";
import { decodeImage } from "#gpu-node/ingest/decode.ts";
import { drawVariants } from "#gpu-node/ingest/variants.ts";
import type { DecodedImage } from "../../decoded-image.ts";
import { towerInputs } from "../tower-inputs.ts";

/** A picture to learn from or to be measured on, as the towers will meet it. */
export interface Picture {
  /** The folder it came from: an encoder is calibrated and measured within one. */
  collection: string;
  style: string;
  /** Whether its style is asked for with this one. */
  query: boolean;
  title: string;
  tags: readonly string[];
  /** What the style is called. */
  styleName: string;
  features: Float32Array;
}

const labels = z.array(z.object({
  file: z.string(),
  style: z.string(),
  scene: z.string().default("free"),
  title: z.string().default(""),
  tags: z.array(z.string()).default([]),
}));

/**
 * Bytes go the way an uploaded file goes: the encoder is shown the smallest variant before it is packed. A second try,
 * because the decoder's time limit is by the clock on the wall and a run of minutes may be held up.
 */
async function decoded(bytes: Uint8Array): Promise<DecodedImage> {
  const { image } = await decodeImage(bytes).catch(() => decodeImage(bytes));
  return (await drawVariants(image)).smallest;
}

export const collectionOf = (folder: string): string => basename(resolve(folder));

/** The pictures of a folder with a `labels.json`: `file`, `style` and, where there are such, `scene`, `title` and `tags`. */
export async function readPictures(folder: string, see: (image: DecodedImage) => Promise<Float32Array>): Promise<Picture[]> {
  const collection = collectionOf(folder);
  const pictures: Picture[] = [];
  for (const { file, style, scene, title, tags } of labels.parse(JSON.parse(await readFile(join(folder, "labels.json"), "utf8")))) {
    const features = await see(await decoded(await readFile(join(folder, file))));
    pictures.push({ collection, style: `${collection}/${style}`, query: scene === "free", title, tags, styleName: style, features });
  }
  return pictures;
}

/** Runs a model on one picture at a time and answers its only output. */
export async function openModel(bytes: Uint8Array): Promise<(image: DecodedImage) => Promise<Float32Array>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const [output] = session.outputNames;
  return async (image) => Float32Array.from((await session.run(towerInputs(image)))[output!]!.data as Float32Array);
}
