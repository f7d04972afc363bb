import type { LinearMap } from "./fit-map.ts";
import type { Block } from "./fit-map.ts";
import type { Network } from "./network/layer.ts";
import { writeOnnx } from "./network/onnx-file.ts";
import type { OnnxPort } from "./network/onnx-file.ts";
import { addNetwork, addStatistics } from "./network/to-onnx.ts";
import type { Growing } from "./network/to-onnx.ts";
import { side } from "../tower-inputs.ts";
import { taps } from "./recipe.ts";

/** What a picture is turned into before the learned map: statistics of the taps, then the hand-designed measures. */
export interface FeatureGraph extends Growing {
  inputs: readonly OnnxPort[];
  /** `[n, features]`. */
  features: string;
  blocks: readonly Block[];
}

export function featureGraph(networks: readonly Network[], measures: readonly number[]): FeatureGraph {
  const graph: Growing = { nodes: [], constants: [{ name: "white", shape: [], values: Float32Array.of(255) }] };
  graph.nodes.push(
    { op: "Cast", inputs: ["image"], outputs: ["bytes"], attributes: { to: 1 } },
    { op: "Div", inputs: ["bytes", "white"], outputs: ["shares"] },
    { op: "Transpose", inputs: ["shares"], outputs: ["planes"], attributes: { perm: [0, 3, 1, 2] } },
  );
  const blocks: Block[] = [];
  const parts: string[] = [];
  for (const [i, { layers }] of taps.entries()) {
    const network = networks[i]!;
    const own = addNetwork(graph, network, "planes", layers);
    for (const layer of layers) {
      parts.push(addStatistics(graph, own(layer)));
      blocks.push({ length: 2 * channelsOf(network, layer), kind: "tap" });
    }
  }
  const width = measures.reduce((sum, length) => sum + length, 0);
  graph.nodes.push({ op: "Concat", inputs: [...parts, "measures"], outputs: ["features"], attributes: { axis: 1 } });
  return {
    ...graph,
    inputs: [{ name: "image", type: "uint8", shape: ["n", side, side, 3] }, { name: "measures", type: "float32", shape: ["n", width] }],
    features: "features",
    blocks: [...blocks, ...measures.map((length): Block => ({ length, kind: "measure" }))],
  };
}

/** The network alone, for fitting. */
export const featureModel = ({ nodes, constants, inputs, features, blocks }: FeatureGraph): Buffer =>
  writeOnnx({ name: "features", nodes, constants, inputs, outputs: [{ name: features, type: "float32", shape: ["n", lengthOf(blocks)] }] });

/** The network, the learned map at eight bits a weight with one step size a feature, and the scaling to length one. */
export function imageTower({ nodes, constants, inputs, features }: FeatureGraph, { mean, weights }: LinearMap): Buffer {
  const { rows, columns, values } = weights;
  const steps = new Float32Array(columns);
  for (let i = 0; i < values.length; i++) steps[i % columns] = Math.max(steps[i % columns]!, Math.abs(values[i]!) / 127);
  const packed = new Int8Array(values.length);
  for (let k = 0; k < rows; k++) for (let i = 0; i < columns; i++) packed[i * rows + k] = Math.round(values[k * columns + i]! / (steps[i]! || 1));
  return writeOnnx({
    name: "image-tower",
    nodes: [
      ...nodes,
      { op: "Sub", inputs: [features, "mean"], outputs: ["centred"] },
      { op: "Cast", inputs: ["map"], outputs: ["map steps"], attributes: { to: 1 } },
      { op: "Mul", inputs: ["map steps", "steps"], outputs: ["weights"] },
      { op: "MatMul", inputs: ["centred", "weights"], outputs: ["long"] },
      { op: "LpNormalization", inputs: ["long"], outputs: ["vector"], attributes: { axis: 1, p: 2 } },
    ],
    constants: [
      ...constants,
      { name: "mean", shape: [columns], values: Float32Array.from(mean) },
      { name: "steps", shape: [columns, 1], values: steps },
      { name: "map", shape: [columns, rows], values: packed },
    ],
    inputs,
    outputs: [{ name: "vector", type: "float32", shape: ["n", rows] }],
  });
}

const lengthOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { length }) => sum + length, 0);

/** Channels of a layer's tensor: those of the last convolution before it. */
function channelsOf({ layers }: Network, name: string): number {
  const layer = layers.find((one) => one.name === name);
  if (!layer) throw new Error(`the network has no layer ${name}; this reads nsfwjs 4.3.0.`);
  return layer.kind === "convolution" ? layer.kernel.shape[0]! : channelsOf({ name: "", input: { scale: 1, shift: 0 }, layers }, layer.inputs[0]!);
}
