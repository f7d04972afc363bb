import type { OnnxNode, OnnxTensor } from "../../eyes/fit/network/onnx-file.ts";

/** A graph as it grows; tensors get their names by counting. */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];

  /** Adds a step and answers the name of what comes out. */
  node(op: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}, output = `t${this.nodes.length}`): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  constant({ shape, values }: Pick<OnnxTensor, "shape" | "values">): string {
    const name = `c${this.constants.length}`;
    this.constants.push({ name, shape, values });
    return name;
  }

  scalar(value: number): string {
    return this.constant({ shape: [], values: Float32Array.of(value) });
  }

  index(value: number): string {
    return this.constant({ shape: [], values: BigInt64Array.of(BigInt(value)) });
  }

  /** `[n] int64`, as shapes and places are given. */
  sizes(...values: number[]): string {
    return this.constant({ shape: [values.length], values: BigInt64Array.from(values, BigInt) });
  }

  layerNorm(input: string, width: number): string {
    const ones = this.constant({ shape: [width], values: new Float32Array(width).fill(1) });
    const zeros = this.constant({ shape: [width], values: new Float32Array(width) });
    return this.node("LayerNormalization", [input, ones, zeros], { axis: -1, epsilon: "1e-5f" });
  }
}
