/** Eight-bit numbers standing for `(value − zero) · scale`. */
export interface Quantised {
  /** `[out, in / groups, height, width] uint8`. */
  values: Uint8Array;
  shape: readonly number[];
  zero: number;
  /** One scale an output channel: what follows the convolution and only scales channels is folded in here. */
  scales: Float32Array;
}

interface Step {
  name: string;
  inputs: readonly string[];
}

/** One step of a convolutional network. Tensors are `[n, channels, height, width]`; "same" pads as TensorFlow does. */
export type Layer =
  | (Step & { kind: "convolution"; kernel: Quantised; bias: Float32Array; stride: number; padding: "same" | "valid" | "after"; groups: number })
  | (Step & { kind: "relu"; most: number | undefined })
  | (Step & { kind: "add" | "concatenate" })
  | (Step & { kind: "largest" | "mean"; side: number; stride: number; padding: "same" | "valid" });

/** A network as a list in which every step follows the steps it takes from. The first takes from `input`. */
export interface Network {
  name: string;
  /** What a pixel's 0…1 is multiplied with and what is then added, before the first step. */
  input: { scale: number; shift: number };
  layers: readonly Layer[];
}

/** The steps that `outputs` hang on, in order. */
export function prune({ layers }: Network, outputs: readonly string[]): Layer[] {
  const wanted = new Set(outputs);
  const kept: Layer[] = [];
  for (const layer of layers.toReversed()) {
    if (!wanted.has(layer.name)) continue;
    layer.inputs.forEach((input) => wanted.add(input));
    kept.unshift(layer);
  }
  return kept;
}
