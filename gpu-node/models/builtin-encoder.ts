import stored from "./builtin-projection.json" with { type: "json" };
import { describe } from "./descriptor/descriptor.ts";
import type { ImageEncoder } from "./image-encoder.ts";
import { readProjection } from "./projection.ts";

const project = readProjection(stored);

/**
 * The encoder that ships with the project: hand-designed measures of colour, texture and structure, brought by a learned
 * linear map to where pictures of one style lie together. Pure TypeScript, deterministic, nothing to download.
 */
export const builtinEncoder: ImageEncoder = {
  space: stored.space,
  dim: stored.outputs,
  calibration: stored.calibration,
  encode: (images) => Promise.resolve(images.map((image) => project(measuresOf(describe(image).map(({ values }) => values))))),
};

function measuresOf(blocks: readonly Float32Array[]): Float32Array {
  const measures = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    measures.set(block, at);
    at += block.length;
  }
  return measures;
}
