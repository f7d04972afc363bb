import { builtinEncoder } from "./builtin-encoder.ts";
import type { ImageEncoder } from "./image-encoder.ts";

/**
 * The encoder this node sees with. Another one is another space: every vector has to be made again before it is any use,
 * so it changes here and nowhere else.
 */
export const nodeEncoder: ImageEncoder = builtinEncoder;
