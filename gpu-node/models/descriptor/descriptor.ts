import { reduceImage } from "../decoded-image.ts";
import type { DecodedImage } from "../decoded-image.ts";
import { hsvHistogram, labHistogram } from "./colour.ts";
import { halve, toLab } from "./lab.ts";
import { layoutOf } from "./layout.ts";
import { localPatterns } from "./local-patterns.ts";
import { textureOf } from "./texture.ts";

/** A picture is described at about `side²` pixels, whatever its shape, and at two halvings of that. */
const side = 160;
const mostElongated = 4;

/** A named part of the descriptor; the parts of every picture have the same names, order and lengths. */
export interface Block {
  name: string;
  values: Float32Array;
}

/** Hand-designed measures of colour, texture and structure. They hardly ask where in the picture something is. */
export function describe(image: DecodedImage): Block[] {
  const small = reduceImage(image, ...workingSize(image));
  const fine = toLab(small), middle = halve(fine), coarse = halve(middle);
  const blocks: Block[] = [
    { name: "lab", values: labHistogram(fine) },
    { name: "hsv", values: hsvHistogram(small) },
    { name: "layout", values: layoutOf(middle) },
    { name: "a-patterns", values: localPatterns(middle.a, middle.width, middle.height) },
    { name: "b-patterns", values: localPatterns(middle.b, middle.width, middle.height) },
  ];
  for (const [scale, level] of Object.entries({ fine, middle, coarse })) {
    const { orientation, edges, spread, correlation } = textureOf(level);
    blocks.push(
      { name: `${scale}-orientation`, values: orientation },
      { name: `${scale}-edges`, values: edges },
      { name: `${scale}-spread`, values: spread },
      { name: `${scale}-correlation`, values: correlation },
      { name: `${scale}-patterns`, values: localPatterns(level.l, level.width, level.height) },
    );
  }
  return blocks;
}

/** Every measure of a picture in one row, `[1678] float32`. */
export function measuresOf(image: DecodedImage): Float32Array {
  const blocks = describe(image);
  const measures = new Float32Array(blocks.reduce((length, { values }) => length + values.length, 0));
  let at = 0;
  for (const { values } of blocks) {
    measures.set(values, at);
    at += values.length;
  }
  return measures;
}

/** Keeps the shape, up to four to one, and the number of pixels. */
function workingSize({ width, height }: DecodedImage): [number, number] {
  const stretch = Math.sqrt(Math.min(mostElongated, Math.max(1 / mostElongated, width / height)));
  return [Math.round(side * stretch), Math.round(side / stretch)];
}
