import { reduceImage } from "../decoded-image.ts";
import type { DecodedImage } from "../decoded-image.ts";
import { hsvHistogram, labHistogram, toneHistograms } from "./colour.ts";
import { halve, toLab } from "./lab.ts";
import type { LabImage } from "./lab.ts";
import { coherenceOf, layoutOf } from "./layout.ts";
import { localPatterns } from "./local-patterns.ts";
import { textureOf } from "./texture.ts";

/** A picture is described at about `side²` pixels, whatever its shape, and at three halvings of that. */
const side = 160;
const scales = 4;
const mostElongated = 4;

/** A named part of the descriptor; the parts of every picture have the same names, order and lengths. */
export interface Block {
  name: string;
  values: Float32Array;
}

/** Hand-designed measures of colour, texture and structure. They hardly ask where in the picture something is. */
export function describe(image: DecodedImage): Block[] {
  const small = reduceImage(image, ...workingSize(image));
  const base = toLab(small);
  const [tones, chromas] = toneHistograms(base);
  const blocks: Block[] = [
    { name: "lab", values: labHistogram(base) },
    { name: "hsv", values: hsvHistogram(small) },
    { name: "tones", values: tones! },
    { name: "chromas", values: chromas! },
    { name: "layout", values: layoutOf(base) },
    { name: "coherence", values: coherenceOf(base) },
  ];
  let level: LabImage = base;
  for (let scale = 0; scale < scales; scale++, level = halve(level)) {
    for (const [name, values] of Object.entries(textureOf(level))) blocks.push({ name: `${name}${scale}`, values: values as Float32Array });
    if (scale < 3) blocks.push({ name: `patterns${scale}`, values: localPatterns(level.l, level.width, level.height) });
  }
  return blocks;
}

/** Keeps the shape, up to four to one, and the number of pixels. */
export function workingSize({ width, height }: DecodedImage): [number, number] {
  const stretch = Math.sqrt(Math.min(mostElongated, Math.max(1 / mostElongated, width / height)));
  return [Math.round(side * stretch), Math.round(side / stretch)];
}
