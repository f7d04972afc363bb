import { asSharp, drawDiscs } from "../../ingest/sample-images.ts";

/** Pictures whose tensors are on record as other software makes them (golden-tensors.json). */
export const goldenCases: readonly { name: string; width: number; height: number }[] = [
  { name: "square", width: 320, height: 320 },
  { name: "landscape", width: 640, height: 427 },
  { name: "tall", width: 300, height: 901 },
  { name: "to be enlarged", width: 100, height: 80 },
  { name: "large", width: 1600, height: 1201 },
];

export const goldenPng = ({ name, width, height }: (typeof goldenCases)[number]): Promise<Buffer> => asSharp(drawDiscs(name, width, height)).png().toBuffer();

/** Places of a `[3, 224, 224]` tensor that are on record, spread over it, its corners and edges included. */
export const goldenPlaces: readonly number[] = [
  0, 223, 223 * 224, 224 * 224 - 1, 3 * 224 * 224 - 1,
  ...Array.from({ length: 91 }, (_, i) => Math.floor(((i + 0.5) / 91) * 3 * 224 * 224)),
];

/** What is on record of a tensor. */
export interface GoldenTensor {
  /** Mean of each channel. */
  means: number[];
  /** At `goldenPlaces`. */
  values: number[];
}

export function recordOf(tensor: ArrayLike<number>): GoldenTensor {
  const area = tensor.length / 3;
  const means = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel * area; i < (channel + 1) * area; i++) sum += tensor[i]!;
    return sum / area;
  });
  return { means, values: goldenPlaces.map((place) => tensor[place]!) };
}
