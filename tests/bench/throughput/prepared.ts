import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeClipFiles, clipPreprocessor } from "#gpu-node/models/clip/shaped/clip-files.ts";
import { clipVitB32 } from "#gpu-node/models/clip/shaped/clip-shaped.ts";

/** The other side of the comparison, exactly this version. It brings an onnxruntime of its own, the same as the node's. */
export const transformersVersion = "4.3.1";

/** The name both sides know the model by. */
export const modelName = "clip-vit-b32";

export interface Prepared extends Hub {
  /** For the registry: the model and a catalogue that names it. */
  modelsDir: string;
  imageTower: string;
}

/** What transformers.js is started with. */
export interface Hub {
  /** The image tower as transformers.js looks for it: `ROOT/NAME/onnx/vision_model.onnx`. */
  hubDir: string;
  /** `node_modules` with transformers.js. */
  modulesDir: string;
}

type Say = (line: string) => void;

/** Kept outside the repository and used again: 600 MB of random weights, and an installed package. */
export function cacheDir(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "miraveja", "bench-embed");
}

export async function prepare(dir: string, say: Say): Promise<Prepared> {
  const modelsDir = join(dir, "models");
  const done = join(dir, "model-1.done");
  if (!existsSync(done)) {
    say("writing a model of CLIP ViT-B/32's shape with random weights (600 MB, once)");
    await rm(modelsDir, { recursive: true, force: true });
    await writeClipFiles(modelsDir, modelName, clipVitB32);
    await writeFile(done, "");
  }
  const imageTower = join(modelsDir, modelName, "image.onnx");
  return { modelsDir, imageTower, hubDir: await layOutHub(join(dir, "hub"), imageTower), modulesDir: await installTransformers(dir, say) };
}

/** A folder as transformers.js takes one from the model hub, with a link to the network. */
export async function layOutHub(hubDir: string, imageTower: string): Promise<string> {
  const model = join(hubDir, modelName);
  await rm(model, { recursive: true, force: true });
  await mkdir(join(model, "onnx"), { recursive: true });
  await writeFile(join(model, "config.json"), JSON.stringify({ model_type: "clip", architectures: ["CLIPModel"] }));
  await writeFile(join(model, "preprocessor_config.json"), JSON.stringify(clipPreprocessor));
  await symlink(imageTower, join(model, "onnx", "vision_model.onnx"));
  return hubDir;
}

export async function installTransformers(dir: string, say: Say): Promise<string> {
  const packageDir = join(dir, `transformers-${transformersVersion}`);
  const modulesDir = join(packageDir, "node_modules");
  if (existsSync(join(modulesDir, "@huggingface", "transformers", "package.json"))) return modulesDir;
  say(`installing transformers.js ${transformersVersion} (once)`);
  await mkdir(packageDir, { recursive: true });
  const npm = ["install", "--prefix", packageDir, "--no-audit", "--no-fund", "--loglevel=error", `@huggingface/transformers@${transformersVersion}`];
  await promisify(execFile)("npm", npm, { env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" } }).catch((error: unknown) => {
    throw new Error("transformers.js could not be installed; the npm registry must be reachable the first time", { cause: error });
  });
  return modulesDir;
}

/** Files to embed: `count` of a folder, spread over it. */
export async function filesOf(dir: string, count: number): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => /\.(webp|jpe?g|png|gif|avif)$/i.test(name)).toSorted();
  if (names.length === 0) throw new Error(`${dir} holds no images; name a folder that does with --images`);
  const step = Math.max(1, names.length / count);
  return Array.from({ length: Math.min(count, names.length) }, (_, i) => join(dir, names[Math.floor(i * step)]!));
}
