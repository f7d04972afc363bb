import type { Lexicon } from "./fit-words.ts";
import { writeOnnx } from "./network/onnx-file.ts";

/** A text's words, as places in the vocabulary, to the sum of their directions at length one. Eight bits a number, one step size a word. */
export function textTower({ directions }: Lexicon): Buffer {
  const dim = directions[0]!.length, count = directions.length;
  const table = new Int8Array(count * dim), steps = new Float32Array(count);
  for (const [i, direction] of directions.entries()) {
    const step = (steps[i] = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / 127);
    direction.forEach((value, k) => (table[i * dim + k] = Math.round(value / step)));
  }
  return writeOnnx({
    name: "text-tower",
    nodes: [
      { op: "Gather", inputs: ["table", "words"], outputs: ["packed"], attributes: { axis: 0 } },
      { op: "Cast", inputs: ["packed"], outputs: ["numbers"], attributes: { to: 1 } },
      { op: "Gather", inputs: ["steps", "words"], outputs: ["sizes"], attributes: { axis: 0 } },
      { op: "Mul", inputs: ["numbers", "sizes"], outputs: ["directions"] },
      { op: "ReduceSum", inputs: ["directions", "across words"], outputs: ["sum"], attributes: { keepdims: 0 } },
      { op: "LpNormalization", inputs: ["sum"], outputs: ["vector"], attributes: { axis: 1, p: 2 } },
    ],
    constants: [
      { name: "table", shape: [count, dim], values: table },
      { name: "steps", shape: [count, 1], values: steps },
      { name: "across words", shape: [1], values: BigInt64Array.of(1n) },
    ],
    inputs: [{ name: "words", type: "int64", shape: ["n", "words"] }],
    outputs: [{ name: "vector", type: "float32", shape: ["n", dim] }],
  });
}
