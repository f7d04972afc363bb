/**
 * Fits the dual encoder and writes its towers beside eyes.ts: `node gpu-node/models/eyes/fit/main.ts SPACE PACKAGES FOLDER…`
 *
 * PACKAGES is a folder in which npm installed what ../README.md names. Each FOLDER holds images and a `labels.json` (see
 * pictures.ts). The same input gives the same files. evaluate.ts says how good what is fitted is.
 */
import { writeFile } from "node:fs/promises";
import { calibrate } from "./calibrate.ts";
import { fitMap } from "./fit-map.ts";
import { fitLexicon } from "./fit-words.ts";
import { imageTower } from "./image-tower.ts";
import { readMaterial } from "./material.ts";
import { placeAll } from "./place-all.ts";
import { outputs } from "./recipe.ts";
import { writeWords } from "./write-words.ts";

const [space, packages, ...folders] = process.argv.slice(2);
if (!space || !packages || folders.length === 0) throw new Error("Name the new space, the folder of the packages, and folders with a labels.json.");

const { graph, pictures, senses, spoken } = await readMaterial(packages, folders);
const map = fitMap(pictures, graph.blocks);
const placed = placeAll(pictures, map);
const textCalibration = await writeWords(fitLexicon(placed, senses, spoken), placed);
const stored = { space, dim: outputs, calibration: calibrate(placed, ({ vector }) => vector), textCalibration };
await writeFile(new URL("../image-tower.onnx", import.meta.url), imageTower(graph, map));
await writeFile(new URL("../eyes.json", import.meta.url), `${JSON.stringify(stored, undefined, 2)}\n`);
