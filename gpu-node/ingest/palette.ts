import { reduceImage, type DecodedImage } from "#gpu-node/models/decoded-image.ts";
import { toLab, type LabImage } from "#gpu-node/models/descriptor/lab.ts";
import type { Swatch } from "#shared/contract/image.ts";
import { colourSide } from "./dominant-colour.ts";

const most = 5;
const rounds = 5;
/** Colours closer than this in L\*a\*b\* are one to the eye at a glance. */
const alike = 9;
/** Less of the picture than this is an edge between two colours, and goes to the nearest. */
const least = 0.025;

/**
 * Up to five colours that make up the picture, the largest share first: k-means in L\*a\*b\* over 48×48 areas, begun from the area
 * nearest the mean and then each time the one farthest from those chosen, so that a small bright spot is not lost and no dice are needed.
 */
export function paletteOf(image: DecodedImage): Swatch[] {
  const small = reduceImage(image, Math.min(colourSide, image.width), Math.min(colourSide, image.height));
  const lab = toLab(small);
  const count = small.width * small.height;
  let centres = spreadOut(lab, count);
  let own = assign(lab, count, centres);
  for (let round = 0; round < rounds; round++) {
    centres = centresOf(lab, own, centres.length);
    own = assign(lab, count, centres);
  }
  const sizes = centres.map((_, k) => own.reduce((size, one) => size + Number(one === k), 0));
  const large = centres.filter((_, k) => sizes[k]! >= least * count);
  return swatches(small, large.length > 0 ? assign(lab, count, large) : own);
}

type Point = readonly [l: number, a: number, b: number];

const at = ({ l, a, b }: LabImage, i: number): Point => [l[i]!, a[i]!, b[i]!];

function spreadOut(lab: LabImage, count: number): Point[] {
  const mean = centresOf(lab, new Uint8Array(count), 1)[0]!;
  const far = distances(lab, count, mean);
  let next = far.indexOf(far.reduce((one, other) => Math.min(one, other)));
  const chosen: Point[] = [];
  far.fill(Infinity);
  while (chosen.length < most && far[next]! >= alike ** 2) {
    chosen.push(at(lab, next));
    const from = distances(lab, count, chosen.at(-1)!);
    for (let i = 0; i < count; i++) far[i] = Math.min(far[i]!, from[i]!);
    next = far.indexOf(far.reduce((one, other) => Math.max(one, other)));
  }
  return chosen;
}

/** Squared distances of all areas from a colour. */
function distances({ l, a, b }: LabImage, count: number, [x, y, z]: Point): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (l[i]! - x) ** 2 + (a[i]! - y) ** 2 + (b[i]! - z) ** 2;
  return out;
}

/** Per area the centre it lies nearest to. */
function assign(lab: LabImage, count: number, centres: readonly Point[]): Uint8Array {
  const own = new Uint8Array(count);
  const best = distances(lab, count, centres[0]!);
  for (let k = 1; k < centres.length; k++) {
    const from = distances(lab, count, centres[k]!);
    for (let i = 0; i < count; i++) {
      if (from[i]! >= best[i]!) continue;
      best[i] = from[i]!;
      own[i] = k;
    }
  }
  return own;
}

/** The mean colour of each group that has areas. */
function centresOf({ l, a, b }: LabImage, own: Uint8Array, groups: number): Point[] {
  const sums = new Float64Array(4 * groups);
  for (let i = 0; i < own.length; i++) {
    const k = 4 * own[i]!;
    sums[k]! += l[i]!;
    sums[k + 1]! += a[i]!;
    sums[k + 2]! += b[i]!;
    sums[k + 3]!++;
  }
  return Array.from({ length: groups }, (_, k) => sums.subarray(4 * k, 4 * k + 4))
    .filter((sum) => sum[3]! > 0)
    .map((sum): Point => [sum[0]! / sum[3]!, sum[1]! / sum[3]!, sum[2]! / sum[3]!]);
}

/** The mean colour of each group and how much of the picture it is. */
function swatches({ pixels }: DecodedImage, own: Uint8Array): Swatch[] {
  const sums = new Float64Array(4 * most);
  for (let i = 0; i < own.length; i++) {
    const k = 4 * own[i]!;
    for (let c = 0; c < 3; c++) sums[k + c]! += pixels[3 * i + c]!;
    sums[k + 3]!++;
  }
  return Array.from({ length: most }, (_, k) => sums.subarray(4 * k, 4 * k + 4))
    .filter((sum) => sum[3]! > 0)
    .map((sum) => ({ colour: `#${[0, 1, 2].map((c) => hex(sum[c]! / sum[3]!)).join("")}`, share: Math.round((1_000 * sum[3]!) / own.length) / 1_000 }))
    .sort((one, other) => other.share - one.share || (one.colour < other.colour ? -1 : 1));
}

const hex = (value: number): string => Math.round(value).toString(16).padStart(2, "0");
