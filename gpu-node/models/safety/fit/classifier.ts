import type { Network } from "../../eyes/fit/network/layer.ts";
import type { Weights } from "../../eyes/fit/network/nsfwjs.ts";
import { writeOnnx } from "../../eyes/fit/network/onnx-file.ts";
import { addNetwork, type Growing } from "../../eyes/fit/network/to-onnx.ts";
import { side } from "../classifier-input.ts";
import { safetyClasses } from "../classes.ts";

/** Where the convolutions end, and the dense layers after them; all but the last bend, the last is a softmax. */
const pooled = "average_pooling2d_1";
const dense = ["dense_1", "dense_2", "dense_3"];

/** The whole of nsfwjs's small network as ONNX: `image [1, 224, 224, 3] float32` of 0…1 in, `shares [1, 5]` out. Weights stay eight-bit. */
export function classifierModel(network: Network, weights: Weights): Buffer {
  const graph: Growing = { nodes: [{ op: "Transpose", inputs: ["image"], outputs: ["planes"], attributes: { perm: [0, 3, 1, 2] } }], constants: [] };
  const own = addNetwork(graph, network, "planes", [pooled]);
  graph.nodes.push({ op: "Flatten", inputs: [own(pooled)], outputs: ["features"], attributes: { axis: 1 } });
  let from = "features";
  for (const [i, name] of dense.entries()) {
    const { shape, quantised } = weights(`${name}/kernel`);
    if (quantised === undefined) throw new Error(`${name} of nsfwjs is not eight-bit; this reads version 4.3.0.`);
    const { values, min, scale } = quantised;
    graph.constants.push(
      { name: `${name}/kernel`, shape, values },
      { name: `${name}/scale`, shape: [], values: Float32Array.of(scale) },
      { name: `${name}/zero`, shape: [], values: Uint8Array.of(Math.round(-min / scale)) },
      { name: `${name}/bias`, shape: [shape[1]!], values: weights(`${name}/bias`).numbers() },
    );
    graph.nodes.push(
      { op: "DequantizeLinear", inputs: [`${name}/kernel`, `${name}/scale`, `${name}/zero`], outputs: [`${name}/weights`] },
      { op: "Gemm", inputs: [from, `${name}/weights`, `${name}/bias`], outputs: [name] },
      i + 1 < dense.length ? { op: "Relu", inputs: [name], outputs: [`${name}/bent`] } : { op: "Softmax", inputs: [name], outputs: ["shares"], attributes: { axis: 1 } },
    );
    from = `${name}/bent`;
  }
  return writeOnnx({
    name: "safety", ...graph,
    inputs: [{ name: "image", type: "float32", shape: [1, side, side, 3] }],
    outputs: [{ name: "shares", type: "float32", shape: [1, safetyClasses.length] }],
  });
}
