import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { goldenCases, goldenPng, recordOf, type GoldenTensor } from "#gpu-node/models/clip/golden-cases.ts";
import { clipPreprocessor, writeClipFiles } from "#gpu-node/models/clip/shaped/clip-files.ts";
import { clipTiny } from "#gpu-node/models/clip/shaped/clip-shaped.ts";
import { spreadPictures } from "#gpu-node/models/onnx/feeds.ts";
import { cacheDir, installTransformers, layOutHub, modelName, transformersVersion } from "./prepared.ts";
import { Side } from "./side.ts";
import { preprocessingOf } from "./tensors.ts";
import type { TransformersPlan, TransformersTask } from "./transformers-side.ts";

/**
 * Puts on record what transformers.js and Pillow make of the golden cases, for the test beside the node's own preprocessing:
 *
 *     node tests/bench/throughput/golden.ts     needs python3 with Pillow and numpy
 */
const target = fileURLToPath(new URL("../../../gpu-node/models/clip/golden-tensors.json", import.meta.url));
const pillow = `
import sys
import numpy as np
from PIL import Image, __version__
image = Image.open(sys.argv[1]).convert("RGB")
width, height = image.size
scale = 224 / min(width, height)
image = image.resize((int(round(width * scale, 2)), int(round(height * scale, 2))), Image.BICUBIC)
left, top = (image.width - 224) // 2, (image.height - 224) // 2
np.asarray(image.crop((left, top, left + 224, top + 224)), dtype=np.uint8).tofile(sys.argv[2])
print(__version__)
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const dir = await mkdtemp(join(tmpdir(), "miraveja-golden-"));
// Only the processor is asked; any network will do to open the pipeline.
await writeClipFiles(dir, "tiny", clipTiny);
const transformers = new Side(new URL("./transformers-side.ts", import.meta.url), {
  hubDir: await layOutHub(join(dir, "hub"), join(dir, "tiny", "image.onnx")), modulesDir: await installTransformers(cacheDir(), say), model: modelName, threads: 1,
} satisfies TransformersPlan);
const { side, values } = preprocessingOf("pillow");
const cases: { name: string; transformers: GoldenTensor; pillow: GoldenTensor }[] = [];
let pillowVersion = "";
for (const one of goldenCases) {
  say(one.name);
  const [file, raw] = [join(dir, "picture.png"), join(dir, "pillow.raw")];
  await writeFile(file, await goldenPng(one));
  const { tensor } = await transformers.ask<{ tensor: number[] }>({ do: "tensor", file } satisfies TransformersTask);
  pillowVersion = (await promisify(execFile)("python3", ["-c", pillow, file, raw])).stdout.trim();
  const picture = Uint8Array.from(await readFile(raw));
  cases.push({ name: one.name, transformers: recordOf(tensor), pillow: recordOf(spreadPictures({ type: "pictures", side, values, pictures: [picture] })) });
}
await transformers.close();
await rm(dir, { recursive: true });
const made = `transformers.js ${transformersVersion}, Pillow ${pillowVersion}; golden.ts in tests/bench/throughput`;
await writeFile(target, `${JSON.stringify({ made, preprocessor: clipPreprocessor, cases }, (_, value: unknown) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value))}\n`);
say(`wrote ${target}`);
