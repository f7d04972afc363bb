import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inGroups, serve, timed } from "./side.ts";

export interface TransformersPlan {
  modulesDir: string;
  hubDir: string;
  model: string;
  threads: number;
}

export type TransformersTask =
  /** Calls with lists of `list` files, `width` calls under way at a time. */
  | { do: "embed"; files: string[]; list: number; width: number }
  /** Only what comes before the network: reading and the image processor. */
  | { do: "process"; files: string[] }
  /** The tensor of one file, and its vector. */
  | { do: "tensor"; file: string };

interface Tensor {
  data: Float32Array;
  dims: number[];
}

/** As much of transformers.js as is used here. */
interface Transformers {
  env: { allowRemoteModels: boolean; localModelPath: string };
  RawImage: { read: (file: string) => Promise<unknown> };
  pipeline: (task: "image-feature-extraction", model: string, options: object) => Promise<{
    (files: string[]): Promise<Tensor>;
    processor: (images: unknown[]) => Promise<{ pixel_values: Tensor }>;
  }>;
}

const plan = JSON.parse(process.argv[2]!) as TransformersPlan;
const found = createRequire(join(plan.modulesDir, "from-here.js")).resolve("@huggingface/transformers");
const { env, RawImage, pipeline } = (await import(pathToFileURL(found).href)) as Transformers;
env.allowRemoteModels = false;
env.localModelPath = plan.hubDir;
const extract = await pipeline("image-feature-extraction", plan.model, {
  dtype: "fp32", device: "cpu", session_options: { intraOpNumThreads: plan.threads, interOpNumThreads: 1 },
});

const readAll = (files: readonly string[]): Promise<unknown[]> => Promise.all(files.map((file) => RawImage.read(file)));

serve<TransformersTask>(async (task) => {
  switch (task.do) {
    case "embed": return timed(inGroups(task.files, task.list), task.width, (files) => extract(files));
    case "process": return timed(task.files, 1, async (file) => extract.processor(await readAll([file])));
    case "tensor": {
      const { pixel_values: tensor } = await extract.processor(await readAll([task.file]));
      return { tensor: [...tensor.data], vector: [...(await extract([task.file])).data] };
    }
  }
});
