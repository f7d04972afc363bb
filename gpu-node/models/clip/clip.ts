import { readFile } from "node:fs/promises";
import { unit } from "#shared/kernel/vector.ts";
import type { Log } from "../../runtime/log.ts";
import { createBatcher } from "../onnx/batcher.ts";
import type { Feeds } from "../onnx/feeds.ts";
import { manageOnnx } from "../onnx/managed-session.ts";
import { mixesItems } from "../onnx/mixes-items.ts";
import type { OnnxSession } from "../onnx/onnx-session.ts";
import type { Provider } from "../onnx/providers.ts";
import { digestOfFile } from "../registry/digest.ts";
import type { LocatedFile, LocatedModel, ModelRegistry } from "../registry/registry.ts";
import type { SessionEncoder } from "../session-encoder.ts";
import type { TextTower } from "../text-tower.ts";
import type { ManagedModel, Vram } from "../vram/vram.ts";
import { familyOf } from "./family.ts";
import { fitPicture, rawSharp, readPreprocessing, type Preprocessing } from "./preprocessing.ts";
import { readTokenizer, type ReadText } from "./tokenizer.ts";

export interface ClipParts {
  /** Its name in the catalogue: `clip-vit-b32`, `clip-vit-b32-fp16` … */
  model: string;
  registry: Pick<ModelRegistry, "locate">;
  vram: Pick<Vram, "manage" | "view">;
  log: Log;
  /** Threads that share one operation on the processor. */
  threads?: number | undefined;
  /** Tried in this order; what this machine has where not said. */
  providers?: readonly Provider[] | undefined;
  /** Most pictures or texts of one run; 1 whatever is said where the network's own arithmetic mixes them. */
  mostItems?: number | undefined;
  /** How long the first of a batch waits for others. */
  waitMs?: number | undefined;
  reduction?: Preprocessing["reduction"];
}

/** A network with a tower for pictures and one for words, run by onnxruntime. */
export interface Clip {
  image: SessionEncoder;
  text: TextTower;
  provider: Provider;
  /** Most items of one run. */
  mostItems: number;
}

/** More than eight at once take the processor no less time each, and make those who wait wait longer; a GPU wants more. */
const usualItems = { cpu: 8, gpu: 32 };
const mostWaiting = 512;
/** What a run holds for each item between two layers of the largest network known: 50 places of 4 · 768 numbers and as many scores, several times. */
const itemBytes = 20e6;

/**
 * Opens CLIP, or a network built like it. The image tower is opened at once, so that a node that is to see with it hears early when it
 * does not fit; the text tower when it is first asked.
 */
export async function openClip(parts: ClipParts): Promise<Clip> {
  const { model, registry, vram, log, threads, providers, waitMs = 4, reduction } = parts;
  const located = await registry.locate(model);
  const family = familyOf(model);
  const imageFile = fileOf(located, "image.onnx"), textFile = fileOf(located, "text.onnx");
  const preprocessing = readPreprocessing(await readJson(located, "preprocessor_config.json"), reduction);
  const { side, values } = preprocessing;
  const mostItems = (await mixesItems(imageFile.path)) || (await mixesItems(textFile.path)) ? 1 : (parts.mostItems ?? usualItems[vram.view().device.kind]);

  const pictured = (pictures: readonly Uint8Array<ArrayBuffer>[]): Feeds => ({ pixel_values: { type: "pictures", side, values, pictures } });
  const manage = (half: "image" | "text", { path, bytes }: LocatedFile, warmUp: Feeds): ManagedModel<OnnxSession> =>
    manageOnnx(vram, {
      name: `${model}/${half}`, role: `${half}-encoder`, file: path, fileBytes: bytes, runBytes: mostItems * itemBytes,
      output: family.outputs[half], warmUp, threads, providers, log,
    });
  const many = <T>(item: T): T[] => new Array<T>(mostItems).fill(item);
  const images = manage("image", imageFile, pictured(many(new Uint8Array(3 * side ** 2))));
  const texts = manage("text", textFile, textFeeds(many(new Array<number>(family.ids.most).fill(0))));
  const batches = { mostItems, waitMs, queue: mostWaiting, ahead: 1 };
  const pictureBatches = createBatcher({ ...batches, run: (items: readonly Uint8Array<ArrayBuffer>[]) => vectorsOf(images, pictured(items)) });
  const textBatches = createBatcher({ ...batches, run: (items: readonly (readonly number[])[]) => vectorsOf(texts, textFeeds(items)) });

  let reading: Promise<ReadText> | undefined;
  const tokenizer = () => (reading ??= readJson(located, "tokenizer.json").then((stored) => readTokenizer(stored, family.ids)));

  using opened = await images.use();
  const named = {
    space: `${model}-${(await digestOfFile(imageFile.path, "sha256")).slice(0, 8)}${reduction === "interpolate" ? "-interpolated" : ""}`,
    dim: opened.model.width,
  };
  return {
    provider: opened.model.provider, mostItems,
    image: {
      ...named, preprocessing, calibration: family.strangers.images,
      encodeFitted: (picture, signal) => pictureBatches.submit(picture, signal),
      encode: (pictures) =>
        inStretches(pictures, 2 * mostItems, async (picture) => {
          return pictureBatches.submit(await fitPicture(() => rawSharp(picture.pixels, picture), picture, preprocessing));
        }),
    },
    text: {
      ...named, calibration: family.strangers.texts,
      async encode(wanted) {
        const read = await tokenizer();
        return inStretches(wanted, 2 * mostItems, (text) => {
          const ids = read(text);
          return ids.length === 0 ? Promise.resolve(undefined) : textBatches.submit(ids);
        });
      },
    },
  };
}

/** A batch of texts. Those shorter than the longest are filled up with their end mark: CLIP reads at the first and sees none behind it. */
function textFeeds(texts: readonly (readonly number[])[]): Feeds {
  const longest = Math.max(...texts.map((ids) => ids.length));
  const dims = [texts.length, longest];
  const ids = new BigInt64Array(texts.length * longest);
  const mask = new BigInt64Array(texts.length * longest);
  for (const [row, text] of texts.entries()) {
    ids.set(text.map(BigInt), row * longest);
    ids.fill(BigInt(text.at(-1)!), row * longest + text.length, (row + 1) * longest);
    mask.fill(1n, row * longest, row * longest + text.length);
  }
  return { input_ids: { type: "int64", dims, data: ids }, attention_mask: { type: "int64", dims, data: mask } };
}

async function vectorsOf(network: ManagedModel<OnnxSession>, feeds: Feeds): Promise<Float32Array[]> {
  using lease = await network.use();
  const { dims, data } = await lease.model.run(feeds);
  const width = dims.at(-1)!;
  return Array.from({ length: data.length / width }, (_, row) => unit(data.subarray(row * width, (row + 1) * width)));
}

/** Each item's answer, in their order; no more than `atOnce` are under way, so that one long list does not fill the queue. */
async function inStretches<I, O>(items: readonly I[], atOnce: number, work: (item: I) => Promise<O>): Promise<O[]> {
  const answers: O[] = [];
  for (let at = 0; at < items.length; at += atOnce) answers.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  return answers;
}

function fileOf({ name, files }: LocatedModel, as: string): LocatedFile {
  const file = files[as];
  if (file === undefined) throw new TypeError(`the model ${name} has no ${as}; add it to its files in the catalogue`);
  return file;
}

const readJson = async (located: LocatedModel, as: string): Promise<unknown> => JSON.parse(await readFile(fileOf(located, as).path, "utf8")) as unknown;
