import { writeFile } from "node:fs/promises";
import type { Calibration } from "../../image-encoder.ts";
import { calibrate } from "./calibrate.ts";
import type { Lexicon } from "./fit-words.ts";
import type { Placed } from "./place-all.ts";
import { textReader } from "./text-reader.ts";
import { textTower } from "./text-tower.ts";

/** Writes the text tower and its vocabulary beside eyes.ts; answers how far texts are from pictures they were not said of. */
export async function writeWords(lexicon: Lexicon, placed: readonly Placed[]): Promise<Calibration> {
  await writeFile(new URL("../text-tower.onnx", import.meta.url), textTower(lexicon));
  await writeFile(new URL("../vocabulary.json", import.meta.url), `${JSON.stringify(lexicon.entries)}\n`);
  const read = textReader(lexicon);
  return calibrate(placed, ({ tags }) => read(tags.join(", ")));
}
