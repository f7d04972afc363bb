import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { prune } from "./layer.ts";
import type { Layer, Network } from "./layer.ts";
import { writeOnnx } from "./onnx-file.ts";
import { addNetwork, addStatistics } from "./to-onnx.ts";
import type { Growing } from "./to-onnx.ts";

const side = 4;

/** Runs a network on one `[1, channels, 4, 4]` picture and answers a layer's numbers, or their statistics. */
async function run(layers: readonly Layer[], last: string, pixels: readonly number[], statistics = false): Promise<number[]> {
  const network: Network = { name: "net", input: { scale: 2, shift: -1 }, layers };
  const graph: Growing = { nodes: [], constants: [] };
  const tensor = addNetwork(graph, network, "image", [last])(last);
  const output = statistics ? addStatistics(graph, tensor) : tensor;
  const shape = ["n", pixels.length / side ** 2, side, side];
  const bytes = writeOnnx({ name: "net", ...graph, inputs: [{ name: "image", type: "float32", shape }], outputs: [{ name: output, type: "float32", shape: statistics ? ["n", "c"] : ["n", "c", "h", "w"] }] });
  const session = await InferenceSession.create(bytes);
  const image = new Tensor("float32", Float32Array.from(pixels), [1, pixels.length / side ** 2, side, side]);
  return Array.from((await session.run({ image }))[output]!.data as Float32Array);
}

/** One channel out of one: `weights` at eight bits round a zero of 128, in steps of a half. */
const convolution = (name: string, size: number, weights: readonly number[], more: Partial<Extract<Layer, { kind: "convolution" }>> = {}): Layer => ({
  kind: "convolution", name, inputs: ["input"], stride: 1, padding: "same", groups: 1, bias: Float32Array.of(0),
  kernel: { values: Uint8Array.from(weights, (weight) => weight * 2 + 128), shape: [1, 1, size, size], zero: 128, scales: Float32Array.of(0.5) },
  ...more,
});

const ramp = Array.from({ length: side ** 2 }, (_, i) => i / 16);
const seen = ramp.map((value) => 2 * value - 1);

describe("a network written as ONNX", () => {
  it("brings pixels into the network's own range and unpacks eight-bit weights", async () => {
    expect(await run([convolution("c", 1, [-3], { bias: Float32Array.of(0.25) })], "c", ramp)).toEqual(seen.map((value) => -3 * value + 0.25));
  });

  it("pads as TensorFlow does: alike on both sides, and only after where the network pads before a stride", async () => {
    const left = [0, 0, 0, 1, 0, 0, 0, 0, 0];
    const shifted = await run([convolution("c", 3, left)], "c", ramp);
    expect(shifted).toEqual(seen.map((_, i) => (i % side === 0 ? 0 : seen[i - 1])));
    const centre = [0, 0, 0, 0, 1, 0, 0, 0, 0];
    expect(await run([convolution("c", 3, centre, { stride: 2, padding: "after" })], "c", ramp)).toEqual([5, 7, 13, 15].map((i) => seen[i]));
  });

  it("adds, bends, joins and pools", async () => {
    const layers: Layer[] = [
      convolution("double", 1, [2]),
      { kind: "add", name: "sum", inputs: ["input", "double"] },
      { kind: "relu", name: "bent", inputs: ["sum"], most: 1 },
      { kind: "concatenate", name: "both", inputs: ["bent", "sum"] },
      { kind: "largest", name: "largest", inputs: ["both"], side: 2, stride: 2, padding: "valid" },
    ];
    const sum = [5, 7, 13, 15].map((i) => 3 * seen[i]!);
    expect(await run(layers, "largest", ramp)).toEqual([...sum.map((value) => Math.min(1, Math.max(0, value))), ...sum]);
  });

  it("leaves out what nothing asked for hangs on", () => {
    const layers: Layer[] = [convolution("a", 1, [1]), convolution("b", 1, [1]), { kind: "relu", name: "c", inputs: ["b"], most: undefined }];
    expect(prune({ name: "net", input: { scale: 1, shift: 0 }, layers }, ["c"]).map(({ name }) => name)).toEqual(["b", "c"]);
  });
});

describe("statistics of a tap", () => {
  it("are the roots of mean and deviation over places, the sign of the mean kept", async () => {
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    const deviation = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length);
    const [first, second] = await run([convolution("c", 1, [1])], "c", ramp, true);
    expect(first).toBeCloseTo(-Math.sqrt(-mean), 4);
    expect(second).toBeCloseTo(Math.sqrt(deviation), 4);
  });

  it("do not ask where anything is", async () => {
    const mixed = [3, 14, 7, 0, 12, 5, 9, 1, 15, 2, 8, 11, 4, 13, 6, 10].map((i) => ramp[i]!);
    const [one, other] = [await run([convolution("c", 1, [1])], "c", ramp, true), await run([convolution("c", 1, [1])], "c", mixed, true)];
    one.forEach((value, i) => expect(value).toBeCloseTo(other[i]!, 5));
  });
});
