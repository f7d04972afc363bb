import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Layer, Network, Quantised } from "./layer.ts";

/**
 * The networks inside the npm package nsfwjs (MIT), as lists of layers. Weights there are eight-bit already and stay so:
 * batch normalisation only scales and shifts channels, so it goes into a convolution's scales and bias.
 */
export type NsfwjsModel = "mobilenet_v2" | "mobilenet_v2_mid" | "inception_v3";

const weightEntry = z.object({
  name: z.string(),
  shape: z.array(z.number()),
  dtype: z.string(),
  quantization: z.object({ min: z.number(), scale: z.number(), dtype: z.literal("uint8") }).optional(),
});
const kerasLayer = z.object({
  class_name: z.string(),
  name: z.string(),
  config: z.object({
    strides: z.array(z.number()).optional(),
    padding: z.unknown().optional(),
    pool_size: z.array(z.number()).optional(),
    epsilon: z.number().optional(),
    max_value: z.number().nullish(),
  }),
  inbound_nodes: z.array(z.array(z.tuple([z.string()]).rest(z.unknown()))),
});
const graphNode = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.object({
    strides: z.object({ list: z.object({ i: z.array(z.coerce.number()) }) }).optional(),
    fused_ops: z.object({ list: z.object({ s: z.array(z.string()) }) }).optional(),
  }),
});
const manifest = z.tuple([z.object({ paths: z.array(z.string()), weights: z.array(weightEntry) })]);
const kerasModel = z.object({ modelTopology: z.object({ model_config: z.object({ config: z.object({ layers: z.array(kerasLayer) }) }) }), weightsManifest: manifest });
const graphModel = z.object({ modelTopology: z.object({ node: z.array(graphNode) }), weightsManifest: manifest });

export interface Weight {
  shape: readonly number[];
  quantised: { values: Uint8Array; min: number; scale: number } | undefined;
  /** What the numbers stand for. */
  numbers(): Float32Array;
}
export type Weights = (name: string) => Weight;

/** A model of the package in `folder` as it is stored, and its weights by name. */
export async function openNsfwjs(model: NsfwjsModel, folder: string): Promise<{ stored: unknown; weights: Weights }> {
  const load = async (file: string): Promise<unknown> =>
    ((await import(pathToFileURL(join(folder, "dist/models", model, `${file}.min.js`)).href)) as { default: unknown }).default;
  const stored = await load("model");
  const { weightsManifest: [{ paths, weights }] } = z.object({ weightsManifest: manifest }).parse(stored);
  const shards = await Promise.all(paths.map(async (path) => Buffer.from(z.string().parse(await load(path)), "base64")));
  return { stored, weights: readWeights(weights, Buffer.concat(shards)) };
}

/** `folder` is where the package lies. */
export async function readNsfwjs(model: NsfwjsModel, folder: string): Promise<Network> {
  const { stored, weights: read } = await openNsfwjs(model, folder);
  if (model === "mobilenet_v2_mid") return fromGraph(model, graphModel.parse(stored).modelTopology.node, read);
  return fromKeras(model, kerasModel.parse(stored).modelTopology.model_config.config.layers, read);
}

/** Where npm put the package; says what to install when it did not. */
export function nsfwjsFolder(from: string): string {
  try {
    return join(createRequire(join(from, "package.json")).resolve("nsfwjs/models/mobilenet_v2"), "../../../..");
  } catch (cause) {
    throw new Error(`nsfwjs is not installed under ${from}; run npm install --no-save nsfwjs@4.3.0 there.`, { cause });
  }
}

function readWeights(entries: readonly z.infer<typeof weightEntry>[], bytes: Buffer): Weights {
  const byName = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, quantization } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Uint8Array.from(bytes.subarray(at, (at += quantization ? count : 4 * count)));
    byName.set(name, quantization
      ? { shape, quantised: { values, ...quantization }, numbers: () => Float32Array.from(values, (value) => value * quantization.scale + quantization.min) }
      : { shape, quantised: undefined, numbers: () => new Float32Array(values.buffer) });
  }
  return (name) => {
    const weight = byName.get(name);
    if (!weight) throw new Error(`nsfwjs has no weight ${name}; this reads version 4.3.0.`);
    return weight;
  };
}

/** Height, width, in, out → out, in, height, width; of a depthwise kernel the "out" is one and its channels are groups. */
function kernelOf({ shape, quantised }: Weight, depthwise: boolean): Quantised {
  if (!quantised) throw new Error("a kernel of nsfwjs is not eight-bit; this reads version 4.3.0.");
  const [height = 1, width = 1, first = 1, second = 1] = shape;
  const values = new Uint8Array(quantised.values.length);
  const [out, into] = depthwise ? [first, second] : [second, first];
  for (let o = 0, k = 0; o < out; o++) {
    for (let i = 0; i < into; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) values[k++] = quantised.values[((y * width + x) * first + (depthwise ? o : i)) * second + (depthwise ? i : o)]!;
      }
    }
  }
  return { values, shape: [out, into, height, width], zero: Math.round(-quantised.min / quantised.scale), scales: new Float32Array(out).fill(quantised.scale) };
}

function fromKeras(name: string, stored: readonly z.infer<typeof kerasLayer>[], weights: Weights): Network {
  const layers: Layer[] = [];
  /** Layers that became part of another, and by which name their values now go. */
  const known = new Map<string, string>();
  const padded = new Set<string>();
  for (const { class_name: kind, name: own, config, inbound_nodes: inbound } of stored) {
    const inputs = inbound.flat().map(([from]) => known.get(from) ?? from);
    const stride = config.strides?.[0] ?? 1;
    const padding = config.padding === "same" ? "same" : "valid";
    if (kind === "InputLayer") known.set(own, "input");
    else if (kind === "ZeroPadding2D") {
      known.set(own, inputs[0]!);
      padded.add(own);
    } else if (kind === "Conv2D" || kind === "DepthwiseConv2D") {
      const kernel = kernelOf(weights(`${own}/${kind === "Conv2D" ? "kernel" : "depthwise_kernel"}`), kind !== "Conv2D");
      const after = padded.has(inbound.flat()[0]![0]);
      layers.push({ kind: "convolution", name: own, inputs, kernel, bias: new Float32Array(kernel.shape[0]!), stride, padding: after ? "after" : padding, groups: kind === "Conv2D" ? 1 : kernel.shape[0]! });
    } else if (kind === "BatchNormalization") {
      const convolution = layers.find((layer) => layer.name === inputs[0]);
      if (convolution?.kind !== "convolution") break;
      normalise(convolution, own, config.epsilon ?? 1e-3, weights);
      known.set(own, convolution.name);
    } else if (kind === "ReLU" || kind === "Activation") layers.push({ kind: "relu", name: own, inputs, most: config.max_value ?? undefined });
    else if (kind === "Add" || kind === "Concatenate") layers.push({ kind: kind === "Add" ? "add" : "concatenate", name: own, inputs });
    else if (kind === "MaxPooling2D" || kind === "AveragePooling2D") {
      layers.push({ kind: kind === "MaxPooling2D" ? "largest" : "mean", name: own, inputs, side: config.pool_size![0]!, stride, padding });
    } else break;
  }
  return { name, input: { scale: 1, shift: 0 }, layers };
}

/** `y = γ (x − mean) / √(variance + ε) + β` a channel; a network without γ has it one. */
function normalise(convolution: Extract<Layer, { kind: "convolution" }>, own: string, epsilon: number, weights: Weights): void {
  const [beta, mean, variance] = ["beta", "moving_mean", "moving_variance"].map((part) => weights(`${own}/${part}`).numbers());
  const gamma = own.startsWith("batch_normalization") ? undefined : weights(`${own}/gamma`).numbers();
  for (let c = 0; c < convolution.bias.length; c++) {
    const factor = (gamma?.[c] ?? 1) / Math.sqrt(variance![c]! + epsilon);
    convolution.kernel.scales[c]! *= factor;
    convolution.bias[c] = beta![c]! - mean![c]! * factor;
  }
}

function fromGraph(name: string, stored: readonly z.infer<typeof graphNode>[], weights: Weights): Network {
  const layers: Layer[] = [];
  const short = (path: string): string => path.replace(/^.*MobilenetV2\//, "");
  const known = new Map<string, string>();
  const constants = { scale: 1, shift: 0 };
  for (const { name: path, op, input, attr } of stored) {
    const own = short(path);
    const inputs = input.map((from) => known.get(from) ?? short(from));
    if (op === "Placeholder") known.set(path, "input");
    else if (op === "Mul") {
      constants.scale = weights(input.find((from) => !known.has(from))!).numbers()[0]!;
      known.set(path, "input");
    } else if (op === "Sub") {
      constants.shift = -weights(input[1]!).numbers()[0]!;
      known.set(path, "input");
    } else if (op === "_FusedConv2D" || op === "FusedDepthwiseConv2dNative") {
      const kernel = kernelOf(weights(input[1]!), op !== "_FusedConv2D");
      const bends = attr.fused_ops?.list.s.some((fused) => Buffer.from(fused, "base64").toString() === "Relu6") ?? false;
      const linear = bends ? `${own}:linear` : own;
      layers.push({ kind: "convolution", name: linear, inputs: [inputs[0]!], kernel, bias: weights(input[2]!).numbers(), stride: attr.strides!.list.i[1]!, padding: "same", groups: op === "_FusedConv2D" ? 1 : kernel.shape[0]! });
      if (bends) layers.push({ kind: "relu", name: own, inputs: [linear], most: 6 });
    } else if (op === "AddV2") layers.push({ kind: "add", name: own, inputs });
    else if (op !== "Const") break;
  }
  return { name, input: constants, layers };
}
