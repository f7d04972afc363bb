import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { DecodedImage } from "../decoded-image.ts";
import { classifierInput, side } from "./classifier-input.ts";
import { safetyClasses, type ClassShares } from "./classes.ts";

/**
 * Says what a picture shows that not every viewer wants to see.
 *
 * Promises: the same pixels give the same shares, whatever came before; nothing is written to the image; the shares sum to one.
 */
export interface SafetyClassifier {
  classify(image: DecodedImage): Promise<ClassShares>;
}

/** One thread: the node analyses pictures in several workers at once, and a fixed number of threads keeps the order of sums. */
const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, extra: { session: { disable_quant_qdq: "1" } } };

/** The classifier of nsfwjs (MobileNetV2, 224 pixels), loaded when it is first asked. */
export const builtinSafety: SafetyClassifier = {
  async classify(image) {
    const { shares } = await (await opened()).run({ image: new Tensor("float32", classifierInput(image), [1, side, side, 3]) });
    const found = shares!.data as Float32Array;
    return Object.fromEntries(safetyClasses.map((name, i) => [name, found[i]!])) as ClassShares;
  },
};

let session: Promise<InferenceSession> | undefined;
function opened(): Promise<InferenceSession> {
  return (session ??= InferenceSession.create(fileURLToPath(new URL("classifier.onnx", import.meta.url)), options));
}
