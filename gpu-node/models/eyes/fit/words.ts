/**
 * Fits the words anew in the space that is there: `node gpu-node/models/eyes/fit/words.ts PACKAGES FOLDER…`, as for main.ts
 *
 * The image tower stays as it is, and with it the space and every stored vector.
 */
import { writeFile } from "node:fs/promises";
import stored from "../eyes.json" with { type: "json" };
import { eyesEncoder } from "../eyes.ts";
import { fitLexicon } from "./fit-words.ts";
import { readWords } from "./material.ts";
import { readPictures } from "./pictures.ts";
import type { Placed } from "./place-all.ts";
import { writeWords } from "./write-words.ts";

const [packages, ...folders] = process.argv.slice(2);
if (!packages || folders.length === 0) throw new Error("Name the folder of the packages, and folders with a labels.json.");

const placed: Placed[] = [];
for (const folder of folders) {
  const seen = await readPictures(folder, async (image) => (await eyesEncoder.encode([image]))[0]!);
  placed.push(...seen.map((picture) => ({ ...picture, vector: picture.features })));
}
const { senses, spoken } = await readWords(packages, placed);
const textCalibration = await writeWords(fitLexicon(placed, senses, spoken), placed);
await writeFile(new URL("../eyes.json", import.meta.url), `${JSON.stringify({ ...stored, textCalibration }, undefined, 2)}\n`);
