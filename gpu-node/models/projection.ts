import { base64Decode } from "#shared/kernel/base64.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { Calibration } from "./image-encoder.ts";

/** A learned linear map as it lies in a file; arrays are base64, numbers little-endian. */
export interface StoredProjection {
  space: string;
  /** Measures in, entries out. */
  inputs: number;
  outputs: number;
  /** `[inputs] float32`: the mean of each measure over the fitting images. */
  mean: string;
  /** `[inputs] float32`: what one step of a row of `weights` is worth. */
  steps: string;
  /** `[inputs, outputs] int8`. */
  weights: string;
  calibration: Calibration;
}

/** `unit(Wᵀ(x − mean))`. A picture that lies exactly on the mean gets the first axis, so that every length is one. */
export function readProjection(stored: StoredProjection): (measures: Float32Array) => Vector {
  const { inputs, outputs } = stored;
  const mean = new Float32Array(base64Decode(stored.mean).buffer);
  const steps = new Float32Array(base64Decode(stored.steps).buffer);
  const weights = new Int8Array(base64Decode(stored.weights).buffer);
  if (mean.length !== inputs || steps.length !== inputs || weights.length !== inputs * outputs) {
    throw new RangeError(`the projection ${stored.space} is damaged: its arrays do not have ${inputs} × ${outputs} entries; fit it again`);
  }
  return (measures) => {
    if (measures.length !== inputs) {
      throw new RangeError(`the projection ${stored.space} takes ${inputs} measures, not ${measures.length}; fit it again`);
    }
    const out = new Float64Array(outputs);
    for (let i = 0, w = 0; i < inputs; i++) {
      const value = (measures[i]! - mean[i]!) * steps[i]!;
      for (let k = 0; k < outputs; k++, w++) out[k]! += value * weights[w]!;
    }
    if (out.every((value) => value === 0)) out[0] = 1;
    return unit(out);
  };
}
