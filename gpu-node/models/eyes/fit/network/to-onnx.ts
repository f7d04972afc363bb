import type { OnnxNode, OnnxTensor } from "./onnx-file.ts";
import { prune } from "./layer.ts";
import type { Layer, Network, Quantised } from "./layer.ts";

/** Nodes and constants of a graph as it grows. */
export interface Growing {
  nodes: OnnxNode[];
  constants: OnnxTensor[];
}

/** Adds the layers that `outputs` hang on. `image` is `[n, 3, height, width] float32` of 0…1; answers a layer's tensor by its name. */
export function addNetwork(graph: Growing, network: Network, image: string, outputs: readonly string[]): (layer: string) => string {
  const own = (layer: string): string => `${network.name}/${layer}`;
  const constant = (name: string, values: OnnxTensor["values"], shape: readonly number[] = [values.length]): string => {
    graph.constants.push({ name: own(name), shape, values });
    return own(name);
  };
  const { scale, shift } = network.input;
  graph.nodes.push(
    { op: "Mul", inputs: [image, constant("scale", Float32Array.of(scale), [])], outputs: [own("scaled")] },
    { op: "Add", inputs: [own("scaled"), constant("shift", Float32Array.of(shift), [])], outputs: [own("input")] },
  );
  for (const layer of prune(network, outputs)) add(layer);
  return own;

  function add(layer: Layer): void {
    const inputs = layer.inputs.map(own);
    const put = (op: string, attributes: OnnxNode["attributes"] = {}, more: readonly string[] = []): number =>
      graph.nodes.push({ op, inputs: [...inputs, ...more], outputs: [own(layer.name)], attributes });
    switch (layer.kind) {
      case "convolution": {
        const { kernel, bias, stride, padding, groups } = layer;
        const padded: OnnxNode["attributes"] = padding === "after" ? { pads: [0, 0, 1, 1] } : { auto_pad: padding === "same" ? "SAME_UPPER" : "VALID" };
        put("Conv", { strides: [stride, stride], group: groups, ...padded }, [unpacked(layer.name, kernel), constant(`${layer.name}/bias`, bias)]);
        break;
      }
      case "relu":
        if (layer.most === undefined) put("Relu");
        else put("Clip", {}, [constant(`${layer.name}/least`, Float32Array.of(0), []), constant(`${layer.name}/most`, Float32Array.of(layer.most), [])]);
        break;
      case "add": put("Add"); break;
      case "concatenate": put("Concat", { axis: 1 }); break;
      case "largest": case "mean": {
        const square = { kernel_shape: [layer.side, layer.side], strides: [layer.stride, layer.stride], auto_pad: layer.padding === "same" ? "SAME_UPPER" : "VALID" };
        put(layer.kind === "largest" ? "MaxPool" : "AveragePool", square);
      }
    }
  }

  /**
   * Eight-bit weights are unpacked by plain arithmetic on constants: the runtime does that once, when it loads, and then
   * fuses and lays out the convolution. A DequantizeLinear it would run for every picture, and leave the convolution alone.
   */
  function unpacked(name: string, { values, shape, zero, scales }: Quantised): string {
    const part = (what: string): string => own(`${name}/${what}`);
    graph.nodes.push(
      { op: "Cast", inputs: [constant(`${name}/kernel`, values, shape)], outputs: [part("steps")], attributes: { to: 1 } },
      { op: "Sub", inputs: [part("steps"), constant(`${name}/zero`, Float32Array.of(zero), [])], outputs: [part("from zero")] },
      { op: "Mul", inputs: [part("from zero"), constant(`${name}/scales`, scales, [scales.length, 1, 1, 1])], outputs: [part("weights")] },
    );
    return part("weights");
  }
}

/**
 * Mean and standard deviation over places, `[n, 2 · channels]`: what is there, not where. Their square roots are kept (of a
 * mean below zero, less the root of its size): a few loud places then do not decide alone.
 */
export function addStatistics(graph: Growing, tensor: string): string {
  const at = (part: string): string => `${tensor}:${part}`;
  const step = (op: string, inputs: readonly string[], part: string, attributes: OnnxNode["attributes"] = {}): string => {
    graph.nodes.push({ op, inputs, outputs: [at(part)], attributes });
    return at(part);
  };
  graph.constants.push({ name: at("tiny"), shape: [], values: Float32Array.of(1e-6) });
  const mean = step("Flatten", [step("GlobalAveragePool", [tensor], "pooled")], "mean");
  const squares = step("Flatten", [step("GlobalAveragePool", [step("Mul", [tensor, tensor], "squares")], "pooled squares")], "mean square");
  const variance = step("Relu", [step("Sub", [squares, step("Mul", [mean, mean], "squared mean")], "spread")], "variance");
  const deviation = step("Sqrt", [step("Add", [variance, at("tiny")], "above zero")], "deviation");
  const meanRoot = step("Mul", [step("Sign", [mean], "sign"), step("Sqrt", [step("Abs", [mean], "size")], "root")], "mean root");
  return step("Concat", [meanRoot, step("Sqrt", [deviation], "deviation root")], "statistics", { axis: 1 });
}
