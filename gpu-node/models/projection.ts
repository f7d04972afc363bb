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
  /** `[inputs] float32`: what one step of a measure's weights is worth. */
  steps: string;
  /** `[outputs, inputs] int8`. */
  weights: string;
  calibration: Calibration;
}

/** `unit(W(x − mean))`. A picture that lies exactly on the mean gets the first axis, so that every length is one. */
export function readProjection(stored: StoredProjection): (measures: Float32Array) => Vector {
  const { inputs, outputs, space } = stored;
  const mean = new Float32Array(base64Decode(stored.mean).buffer);
  const steps = new Float32Array(base64Decode(stored.steps).buffer);
  const weights = Float32Array.from(new Int8Array(base64Decode(stored.weights).buffer));
  if (mean.length !== inputs || steps.length !== inputs || weights.length !== inputs * outputs) {
    throw new RangeError(`the projection ${space} is damaged: its arrays do not have ${outputs} × ${inputs} entries; fit it again`);
  }
  return (measures) => {
    if (measures.length !== inputs) {
      throw new RangeError(`the projection ${space} takes ${inputs} measures, not ${measures.length}; fit it again`);
    }
    const centred = measures.map((value, i) => (value - mean[i]!) * steps[i]!);
    const out = new Float64Array(outputs);
    for (let k = 0, w = 0; k < outputs; k++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++, w++) sum += centred[i]! * weights[w]!;
      out[k] = sum;
    }
    if (out.every((value) => value === 0)) out[0] = 1;
    return unit(out);
  };
}
