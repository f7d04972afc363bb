import { seededRandom, type Random } from "#shared/kernel/random.ts";
import { writeOnnx, type OnnxGraph, type OnnxPort } from "../../eyes/fit/network/onnx-file.ts";
import { GraphWriter } from "./graph-writer.ts";

/** The sizes of a transformer. `heads` divides `width`. */
export interface TowerShape {
  width: number;
  layers: number;
  heads: number;
}

/** The sizes of CLIP's two towers (Radford et al. 2021, table 19). */
export interface ClipShape {
  /** Entries of a vector. */
  dim: number;
  image: TowerShape & { side: number; patch: number };
  text: TowerShape & { vocabulary: number; context: number };
}

export const clipVitB32: ClipShape = {
  dim: 512,
  image: { side: 224, patch: 32, width: 768, layers: 12, heads: 12 },
  text: { vocabulary: 49_408, context: 77, width: 512, layers: 12, heads: 8 },
};

/** The same in small, for tests: it runs in a millisecond and its files have a few hundred kilobytes. */
export const clipTiny: ClipShape = {
  dim: 16,
  image: { side: 224, patch: 32, width: 32, layers: 2, heads: 2 },
  text: { vocabulary: 600, context: 77, width: 32, layers: 2, heads: 2 },
};

/**
 * A network of the image tower's shape, with random weights: it costs what CLIP costs and sees nothing. Inputs and outputs are
 * named as in the hub's ONNX files: `pixel_values` `[batch, 3, side, side] float32` → `image_embeds` `[batch, dim] float32`.
 */
export function imageTowerLike({ dim, image }: ClipShape, seed: string): Buffer {
  const { side, patch, width } = image;
  const graph = new GraphWriter();
  const random = seededRandom(`image ${seed}`);
  const patches = (side / patch) ** 2;
  const kernel = graph.constant(normal(random, [width, 3, patch, patch], (3 * patch * patch) ** -0.5));
  const squares = graph.node("Conv", ["pixel_values", kernel], { strides: [patch, patch], kernel_shape: [patch, patch] });
  const sequence = graph.node("Transpose", [graph.node("Reshape", [squares, graph.sizes(0, width, -1)])], { perm: [0, 2, 1] });
  const batch = graph.node("Slice", [graph.node("Shape", ["pixel_values"]), graph.sizes(0), graph.sizes(1)]);
  const summary = graph.node("Expand", [graph.constant(normal(random, [1, 1, width], width ** -0.5)), graph.node("Concat", [batch, graph.sizes(1, width)], { axis: 0 })]);
  const places = graph.constant(normal(random, [1, patches + 1, width], width ** -0.5));
  const placed = graph.node("Add", [graph.node("Concat", [summary, sequence], { axis: 1 }), places]);
  const seen = transformer(graph, random, graph.layerNorm(placed, width), image);
  const first = graph.node("Gather", [seen, graph.index(0)], { axis: 1 });
  graph.node("MatMul", [graph.layerNorm(first, width), graph.constant(normal(random, [width, dim], width ** -0.5))], {}, "image_embeds");
  return written("image tower", graph, { name: "pixel_values", type: "float32", shape: ["batch", 3, side, side] }, { name: "image_embeds", type: "float32", shape: ["batch", dim] });
}

/**
 * The same for the text tower: `input_ids` `[batch, sequence] int64` → `text_embeds` `[batch, dim] float32`. Each word sees those before
 * it; the vector is read where the largest id stands, which is the end of the text.
 */
export function textTowerLike({ dim, text }: ClipShape, seed: string): Buffer {
  const { width, vocabulary, context } = text;
  const graph = new GraphWriter();
  const random = seededRandom(`text ${seed}`);
  const length = graph.node("Slice", [graph.node("Shape", ["input_ids"]), graph.sizes(1), graph.sizes(2)]);
  const words = graph.node("Gather", [graph.constant(normal(random, [vocabulary, width], 0.02)), "input_ids"], { axis: 0 });
  const places = graph.node("Slice", [graph.constant(normal(random, [context, width], 0.01)), graph.sizes(0), length, graph.sizes(0)]);
  const hideLater = Float32Array.from({ length: context * context }, (_, i) => (i % context > Math.floor(i / context) ? -1e9 : 0));
  const square = graph.node("Concat", [length, length], { axis: 0 });
  const mask = graph.node("Slice", [graph.constant({ shape: [context, context], values: hideLater }), graph.sizes(0, 0), square, graph.sizes(0, 1)]);
  const read = graph.layerNorm(transformer(graph, random, graph.node("Add", [words, places]), text, mask), width);
  const end = graph.node("ArgMax", [graph.node("Cast", ["input_ids"], { to: 1 })], { axis: 1, keepdims: 1 });
  const onOff = graph.constant({ shape: [2], values: Float32Array.of(0, 1) });
  const pick = graph.node("OneHot", [end, graph.node("Squeeze", [length]), onOff]);
  const last = graph.node("Squeeze", [graph.node("MatMul", [pick, read]), graph.sizes(1)]);
  graph.node("MatMul", [last, graph.constant(normal(random, [width, dim], width ** -0.5))], {}, "text_embeds");
  return written("text tower", graph, { name: "input_ids", type: "int64", shape: ["batch", "sequence"] }, { name: "text_embeds", type: "float32", shape: ["batch", dim] });
}

/** Pre-norm residual blocks of attention and a four times wider layer with `x · σ(1.702 x)`. */
function transformer(graph: GraphWriter, random: Random, from: string, { width, layers, heads }: TowerShape, mask?: string): string {
  const inside = (2 * layers * width) ** -0.5;
  const size = width / heads;
  const dense = (input: string, ins: number, outs: number, deviation: number): string => {
    const product = graph.node("MatMul", [input, graph.constant(normal(random, [ins, outs], deviation))]);
    return graph.node("Add", [graph.constant(normal(random, [outs], 0.01)), product]);
  };
  const split = (input: string, perm: readonly number[]): string =>
    graph.node("Transpose", [graph.node("Reshape", [dense(input, width, width, width ** -0.5), graph.sizes(0, 0, heads, size)])], { perm });
  let state = from;
  for (let layer = 0; layer < layers; layer++) {
    const normed = graph.layerNorm(state, width);
    const asked = graph.node("Mul", [split(normed, [0, 2, 1, 3]), graph.scalar(size ** -0.5)]);
    const scores = graph.node("MatMul", [asked, split(normed, [0, 2, 3, 1])]);
    const shares = graph.node("Softmax", [mask === undefined ? scores : graph.node("Add", [scores, mask])], { axis: -1 });
    const heard = graph.node("Transpose", [graph.node("MatMul", [shares, split(normed, [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] });
    state = graph.node("Add", [state, dense(graph.node("Reshape", [heard, graph.sizes(0, 0, width)]), width, width, inside)]);
    const wide = dense(graph.layerNorm(state, width), width, 4 * width, (2 * width) ** -0.5);
    const gate = graph.node("Sigmoid", [graph.node("Mul", [wide, graph.scalar(1.702)])]);
    state = graph.node("Add", [state, dense(graph.node("Mul", [wide, gate]), 4 * width, width, inside)]);
  }
  return state;
}

function normal(random: Random, shape: readonly number[], deviation: number): { shape: readonly number[]; values: Float32Array } {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  // Evenly spread numbers of the wanted deviation: drawing 88 million normal ones would take half a minute.
  for (let i = 0; i < values.length; i++) values[i] = (random() - 0.5) * Math.sqrt(12) * deviation;
  return { shape, values };
}

const written = (name: string, { nodes, constants }: Pick<OnnxGraph, "nodes" | "constants">, input: OnnxPort, output: OnnxPort): Buffer =>
  writeOnnx({ name, nodes, constants, inputs: [input], outputs: [output] });
