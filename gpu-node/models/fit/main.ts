/**
 * Fits the built-in encoder's projection: `node gpu-node/models/fit/main.ts SPACE FOLDER…`
 *
 * Each folder holds images and a `labels.json`, a list of `{file, style}` (and `scene`, where only `free` pictures are to
 * be queries). First three folds by style, each fitted without the styles it is measured on; then all of it is fitted and
 * written to `builtin-projection.json`.
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { decodeImage } from "#gpu-node/ingest/decode.ts";
import { drawVariants } from "#gpu-node/ingest/variants.ts";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { describe, measuresOf } from "../descriptor/descriptor.ts";
import { readProjection } from "../projection.ts";
import { fitProjection } from "./fit-projection.ts";
import type { Example, FitOptions } from "./fit-projection.ts";
import { measureRetrieval } from "./retrieval.ts";

const labels = z.array(z.object({ file: z.string(), style: z.string(), scene: z.string().optional() }));
const folds = 3;
const outputs = 96;

interface Picture extends Example {
  folder: string;
  query: boolean;
}

const [space, ...folders] = process.argv.slice(2);
if (!space || folders.length === 0) throw new Error("Name the new space and at least one folder with a labels.json.");

const blocks: number[] = [];
const pictures: Picture[] = [];
for (const folder of folders) {
  for (const { file, style, scene } of labels.parse(JSON.parse(await readFile(join(folder, "labels.json"), "utf8")))) {
    const { smallest } = await drawVariants((await decodeImage(await readFile(join(folder, file)))).image);
    if (blocks.length === 0) blocks.push(...describe(smallest).map(({ values }) => values.length));
    const name = basename(resolve(folder));
    pictures.push({ folder: name, collection: name, style: `${name}/${style}`, measures: measuresOf(smallest), query: scene === undefined || scene === "free" });
  }
}

const options: FitOptions = { space, outputs, blocks };
const styles = shuffled([...new Set(pictures.map(({ style }) => style))], seededRandom("folds"));
for (let fold = 0; fold < folds; fold++) {
  const held = new Set(styles.filter((_, i) => i % folds === fold));
  report(`fold ${fold + 1}`, readProjection(fitProjection(pictures.filter(({ style }) => !held.has(style)), options)), ({ style }) => held.has(style));
}
const stored = fitProjection(pictures, options);
report("all, styles seen", readProjection(stored), () => true);
await writeFile(new URL("../builtin-projection.json", import.meta.url), `${JSON.stringify(stored, undefined, 1)}\n`);

function report(title: string, project: (measures: Float32Array) => Float32Array, measured: (picture: Picture) => boolean): void {
  for (const folder of new Set(pictures.map((picture) => picture.folder))) {
    const all = pictures.filter((picture) => picture.folder === folder).map((picture) => ({ ...picture, vector: project(picture.measures) }));
    const queries = all.filter((picture) => picture.query && measured(picture));
    const among = (some: typeof all): string => {
      const { first, firstTen, ratio } = measureRetrieval(queries, some);
      return `${some.length} pictures: P@1 ${first.toFixed(3)}, R@10 ${firstTen.toFixed(3)}, within/between ${ratio.toFixed(2)}`;
    };
    console.log(`${title}, ${folder}, ${queries.length} queries among ${among(all.filter(measured))}; among ${among(all)}`);
  }
}
