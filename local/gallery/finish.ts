import { seededRandom } from "#shared/kernel/random.ts";
import { fractal, gradientNoise } from "./noise.ts";

/** The surface a drawing lies on. `grain`, `paper` and `canvas` are strengths in levels out of 255. */
export interface Finish {
  grain?: number;
  paper?: number;
  canvas?: number;
  /** Share of light lost in the corners. */
  vignette?: number;
  /** Share of blurred highlights added as a glow. */
  bloom?: number;
}

const tileSide = 512;
const tiles = new Map<string, Float32Array>();

/** Textures are the same for every drawing, so they are made once. [tileSide²], about −1 to 1. */
function tile(kind: "grain" | "paper" | "canvas"): Float32Array {
  const known = tiles.get(kind);
  if (known) return known;
  const random = seededRandom(kind);
  const noise = fractal(gradientNoise(random), 3);
  const made = new Float32Array(tileSide * tileSide);
  for (let y = 0; y < tileSide; y++) {
    for (let x = 0; x < tileSide; x++) {
      const speck = random() + random() - 1;
      const weave = Math.sin((x * Math.PI) / 2 + noise(x / 8, y / 8)) * Math.sin((y * Math.PI) / 2 + noise(y / 8, x / 8));
      made[y * tileSide + x] =
        kind === "grain" ? speck : kind === "paper" ? noise(x / 4, y / 4) * 0.9 + speck * 0.25 : weave * 0.6 + speck * 0.4;
    }
  }
  tiles.set(kind, made);
  return made;
}

/** Works on the pixels in place. RGB, row by row. */
export function applyFinish(pixels: Uint8ClampedArray, width: number, height: number, finish: Finish): void {
  if (finish.bloom) addBloom(pixels, width, height, finish.bloom);
  if (finish.vignette) darkenCorners(pixels, width, height, finish.vignette);
  const { grain = 0, paper = 0, canvas = 0 } = finish;
  if (grain || paper || canvas) addTexture(pixels, width, height, blend(grain, paper, canvas));
}

/** The surface textures in their strengths, summed, so that the pixels are walked once. */
function blend(grain: number, paper: number, canvas: number): Float32Array {
  const sum = new Float32Array(tileSide * tileSide);
  for (const [kind, strength] of [["grain", grain], ["paper", paper], ["canvas", canvas]] as const) {
    if (!strength) continue;
    const texture = tile(kind);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + texture[i]! * strength;
  }
  return sum;
}

function addTexture(pixels: Uint8ClampedArray, width: number, height: number, texture: Float32Array): void {
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y % tileSide) * tileSide;
    for (let x = 0; x < width; x++, at += 3) {
      const change = texture[row + (x % tileSide)]!;
      pixels[at] = pixels[at]! + change;
      pixels[at + 1] = pixels[at + 1]! + change;
      pixels[at + 2] = pixels[at + 2]! + change;
    }
  }
}

function darkenCorners(pixels: Uint8ClampedArray, width: number, height: number, share: number): void {
  const across = Float64Array.from({ length: width }, (_, x) => 2 * (x / width - 0.5) ** 2);
  for (let y = 0, at = 0; y < height; y++) {
    const down = 2 * (y / height - 0.5) ** 2;
    for (let x = 0; x < width; x++, at += 3) {
      const far = across[x]! + down;
      const light = 1 - share * far * Math.sqrt(far);
      pixels[at] = pixels[at]! * light;
      pixels[at + 1] = pixels[at + 1]! * light;
      pixels[at + 2] = pixels[at + 2]! * light;
    }
  }
}

const cell = 8;

/** Averages cells of 8 × 8, blurs them and adds them back by the screen rule, `1 − (1 − a)(1 − b)`. */
function addBloom(pixels: Uint8ClampedArray, width: number, height: number, share: number): void {
  const across = Math.ceil(width / cell);
  const down = Math.ceil(height / cell);
  let glow = new Float32Array(across * down * 3);
  for (let y = 0, at = 0; y < height; y += 2) {
    at = y * width * 3;
    for (let x = 0; x < width; x += 2, at += 6) {
      const to = ((y >> 3) * across + (x >> 3)) * 3;
      glow[to] = glow[to]! + pixels[at]!;
      glow[to + 1] = glow[to + 1]! + pixels[at + 1]!;
      glow[to + 2] = glow[to + 2]! + pixels[at + 2]!;
    }
  }
  const scale = share / (255 * 16);
  for (let i = 0; i < glow.length; i++) glow[i] = glow[i]! * scale;
  for (let pass = 0; pass < 2; pass++) {
    glow = boxBlur(glow, across, down, 3, across * 3);
    glow = boxBlur(glow, down, across, across * 3, 3);
  }
  const row = new Float32Array(across * 3 + 3);
  for (let y = 0, at = 0; y < height; y++) {
    const place = Math.max(0, Math.min(down - 1.001, (y + 0.5) / cell - 0.5));
    const upper = Math.floor(place) * across * 3;
    const lean = place - Math.floor(place);
    const lower = down > 1 ? upper + across * 3 : upper;
    for (let i = 0; i < across * 3; i++) row[i] = glow[upper + i]! + (glow[lower + i]! - glow[upper + i]!) * lean;
    for (let i = 0; i < 3; i++) row[across * 3 + i] = row[across * 3 - 3 + i]!;
    for (let x = 0; x < width; x++, at += 3) {
      const column = Math.max(0, (x + 0.5) / cell - 0.5);
      const left = Math.floor(column);
      const tilt = column - left;
      const from = left * 3;
      for (let c = 0; c < 3; c++) {
        const light = row[from + c]! + (row[from + c + 3]! - row[from + c]!) * tilt;
        pixels[at + c] = 255 - (255 - pixels[at + c]!) * (1 - light);
      }
    }
  }
}

/** A running mean over seven cells along one axis. `step` and `line` are the strides along and across it. */
function boxBlur(from: Float32Array, length: number, count: number, step: number, line: number): Float32Array<ArrayBuffer> {
  const to = new Float32Array(from.length);
  const reach = 3;
  for (let l = 0; l < count; l++) {
    for (let c = 0; c < 3; c++) {
      const start = l * line + c;
      const at = (i: number) => from[start + Math.max(0, Math.min(length - 1, i)) * step]!;
      let sum = 0;
      for (let i = -reach; i <= reach; i++) sum += at(i);
      for (let i = 0; i < length; i++) {
        to[start + i * step] = sum / (2 * reach + 1);
        sum += at(i + reach + 1) - at(i - reach);
      }
    }
  }
  return to;
}
