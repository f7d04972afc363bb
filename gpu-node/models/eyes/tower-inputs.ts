import { Tensor } from "onnxruntime-node";
import { reduceImage } from "../decoded-image.ts";
import type { DecodedImage } from "../decoded-image.ts";
import { measuresOf } from "../descriptor/descriptor.ts";

/**
 * Pictures are brought to `side × side` pixels, whatever their shape. The networks inside were made for 224, but finer
 * strokes tell more about a hand.
 */
export const side = 320;

/** What the image tower sees of a picture: its pixels and the hand-designed measures. */
export function towerInputs(image: DecodedImage): { image: Tensor; measures: Tensor } {
  const measures = measuresOf(image);
  return {
    image: new Tensor("uint8", reduceImage(image, side, side).pixels.slice(), [1, side, side, 3]),
    measures: new Tensor("float32", measures, [1, measures.length]),
  };
}
