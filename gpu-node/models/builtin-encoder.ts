import stored from "./builtin-projection.json" with { type: "json" };
import { measuresOf } from "./descriptor/descriptor.ts";
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
  encode: (images) => Promise.resolve(images.map((image) => project(measuresOf(image)))),
};
