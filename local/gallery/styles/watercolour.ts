import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { fractal, gradientNoise } from "../noise.ts";
import { rgb } from "../palette.ts";
import { sizeOf, type Style } from "../style.ts";

/** Depth inside a shape in pixels of the half-size raster; negative outside. */
type Depth = (x: number, y: number) => number;

type Box = readonly [left: number, top: number, right: number, bottom: number];
const everywhere: Box = [-9999, -9999, 9999, 9999];

/** Wet paper at half size: washes multiply, pool at their edges and settle in the paper's grain. */
class WetPaper {
  readonly width: number;
  readonly height: number;
  private readonly light: Float32Array;
  private readonly drift: Float32Array;
  private readonly settle: Float32Array;

  constructor(random: Random, width: number, height: number, paper: string) {
    this.width = width;
    this.height = height;
    this.light = new Float32Array(width * height * 3);
    this.drift = new Float32Array(width * height);
    this.settle = new Float32Array(width * height);
    const wander = fractal(gradientNoise(random), 4);
    const noise = gradientNoise(random);
    const [r, g, b] = rgb(paper);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        this.drift[i] = wander(x / 60, y / 60);
        this.settle[i] = noise(x / 26, y / 26) * 0.6 + noise(x / 2.6, y / 2.6) * 0.3;
        this.light[i * 3] = r;
        this.light[i * 3 + 1] = g;
        this.light[i * 3 + 2] = b;
      }
    }
  }

  /** `strength` 0 to 1; `ragged` is how far the edge wanders in pixels; `fade` softens it from crisp (1) to wet (40). */
  wash(colour: string, depth: Depth, strength: number, ragged: number, fade: number, shift: number, within: Box = everywhere): void {
    const [r, g, b] = rgb(colour).map((v) => 1 - v / 255) as [number, number, number];
    const count = this.width * this.height;
    const spare = ragged * 1.4;
    const [left, right] = [Math.max(0, Math.floor(within[0] - spare)), Math.min(this.width, Math.ceil(within[2] + spare))];
    const [top, bottom] = [Math.max(0, Math.floor(within[1] - spare)), Math.min(this.height, Math.ceil(within[3] + spare))];
    for (let y = top; y < bottom; y++) {
      for (let x = left, i = y * this.width + left; x < right; x++, i++) {
        const inside = depth(x, y);
        if (inside < -spare) continue;
        const at = (i + shift) % count;
        const d = inside + this.drift[at]! * ragged;
        if (d <= 0) continue;
        const cover = d >= fade ? 1 : d / fade;
        const pool = fade < 12 ? Math.exp(-d / 2.6) * 0.55 : 0;
        const pigment = strength * cover * (0.72 + pool + this.settle[at]! * 0.34 + this.drift[i]! * 0.22);
        const j = i * 3;
        this.light[j] = this.light[j]! * (1 - r * pigment);
        this.light[j + 1] = this.light[j + 1]! * (1 - g * pigment);
        this.light[j + 2] = this.light[j + 2]! * (1 - b * pigment);
      }
    }
  }

  /** A round wash; `flat` squeezes it upright. */
  pool(colour: string, x: number, y: number, radius: number, strength: number, ragged: number, fade: number, shift: number, flat = 1): void {
    const tall = radius * flat;
    this.wash(colour, (px, py) => radius - Math.sqrt((px - x) ** 2 + ((py - y) / flat) ** 2), strength, ragged, fade, shift, [x - radius, y - tall, x + radius, y + tall]);
  }

  raster() {
    return { width: this.width, height: this.height, pixels: new Uint8ClampedArray(this.light) };
  }
}

function hills(paper: WetPaper, random: Random, colours: readonly string[]): void {
  const { width: w, height: h } = paper;
  const noise = gradientNoise(random);
  paper.wash(colours[0]!, (_, y) => h * 0.62 - y, 0.55, 30, 60, 900);
  paper.pool(colours[1]!, w * between(random, 0.25, 0.75), h * between(random, 0.2, 0.3), h * between(random, 0.07, 0.11), 0.85, 4, 3, 500);
  const rows = whole(random, 4, 6);
  for (let row = 0; row < rows; row++) {
    const base = h * (0.36 + (row / rows) * 0.56);
    paper.wash(colours[2 + (row % 3)]!, (x, y) => Math.min(y - base - noise(x / (60 + row * 14), row * 9) * h * (0.13 - row * 0.012), (h * 0.34 + row * 8 - (y - base)) * 0.5), 0.34 + row * 0.11, 8, row > 2 ? 2.5 : 5, row * 7919);
  }
}

function shore(paper: WetPaper, random: Random, colours: readonly string[]): void {
  const { width: w, height: h } = paper;
  const sea = h * between(random, 0.42, 0.55);
  const [sx, sy, radius] = [w * between(random, 0.3, 0.7), sea - h * between(random, 0.08, 0.2), w * 0.09];
  paper.wash(colours[0]!, (_, y) => sea * 0.8 - y, 0.6, 46, 70, 300);
  paper.pool(colours[1]!, sx, sy, radius * 3, 0.3, 30, 60, 811);
  paper.pool(colours[1]!, sx, sy, radius, 0.9, 3, 2, 4001);
  paper.wash(colours[2]!, (_, y) => Math.min(y - sea, h * 0.86 - y), 0.5, 5, 3, 77);
  for (let i = 0; i < 5; i++) {
    const top = sea + (h * 0.42 * i) / 5 + 6;
    paper.wash(colours[2 + (i % 2)]!, (x, y) => Math.min(y - top, 16 + i * 6 - (y - top)) + Math.sin(x / (24 + i * 9) + i * 2) * (4 + i * 2), 0.38, 10, 4, i * 6007);
  }
  paper.wash(colours[4]!, (x, y) => y - h * 0.86 - Math.sin(x / 70) * 10, 0.45, 14, 5, 1234);
  const side = random() < 0.5 ? 1 : 0;
  paper.wash(colours[3]!, (x, y) => Math.min(sea + 3 - y, y - (sea - h * 0.16 + Math.abs(x - side * w) * 0.42)), 0.62, 7, 3, 5555);
}

function flowers(paper: WetPaper, random: Random, colours: readonly string[]): void {
  const { width: w, height: h } = paper;
  paper.pool(colours[0]!, w / 2, h * 0.45, w * 0.5, 0.22, 60, 90, 99, 1.1);
  const blooms = whole(random, 5, 8);
  for (let i = 0; i < blooms; i++) {
    const x = w * (0.16 + (0.68 * (i + 0.5)) / blooms) + between(random, -14, 14);
    const y = h * between(random, 0.16, 0.5);
    const bend = between(random, -0.14, 0.14);
    const root = h * 0.97;
    const stem = (py: number) => x + ((py - y) / (root - y)) * (w * 0.5 - x) * 0.55 + Math.sin(((py - y) / (root - y)) * 3.1) * bend * w;
    paper.wash(colours[4]!, (px, py) => (py < y || py > root ? -99 : 2 - Math.abs(px - stem(py))), 0.75, 1.2, 1.5, i * 333, [Math.min(x, w / 2) - w * 0.15, y, Math.max(x, w / 2) + w * 0.15, root]);
    for (const side of [-1, 1]) {
      const ly = y + (root - y) * between(random, 0.35, 0.7);
      const [lx, slope] = [stem(ly) + side * 22, side * between(random, 0.4, 0.9)];
      paper.wash(colours[3 + (i % 2)]!, (px, py) => { const [u, v] = [px - lx, py - ly]; return 30 - Math.hypot((u + v * slope * -0.5) * 1, (v + u * slope) * 4.2) ; }, 0.5, 6, 2.5, i * 71 + side, [lx - 32, ly - 32, lx + 32, ly + 32]);
    }
    const petals = whole(random, 4, 6);
    const radius = w * between(random, 0.05, 0.085);
    for (let p = 0; p < petals; p++) {
      const a = (p / petals) * 6.283 + i;
      paper.pool(colours[1 + ((i + (p % 2)) % 2)]!, x + Math.cos(a) * radius * 0.72, y + Math.sin(a) * radius * 0.62, radius * 0.8, 0.5, 7, 3, p * 997 + i * 31);
    }
    paper.pool(colours[4]!, x, y, radius * 0.3, 0.7, 4, 4, i * 17);
  }
}

function bleeds(paper: WetPaper, random: Random, colours: readonly string[]): void {
  const { width: w, height: h } = paper;
  const count = whole(random, 5, 7);
  const turn = random() * 6;
  for (let i = 0; i < count; i++) {
    const a = turn + i * 2.4;
    const far = Math.sqrt(i / count) * 0.36;
    const radius = Math.min(w, h) * between(random, 0.17, 0.3);
    paper.pool(colours[i % 5]!, w * 0.5 + Math.cos(a) * far * w, h * 0.5 + Math.sin(a) * far * h, radius, 0.66, radius * 0.5, i % 3 === 0 ? 36 : 3, i * 10007);
  }
  for (let i = 0; i < 26; i++) paper.pool(colours[i % 5]!, random() * w, random() * h, random() ** 3 * 9 + 1, 0.6, 1.5, 1.5, i * 37);
}

export const watercolour: Style = {
  name: "watercolour",
  creators: ["Maud Ellery", "Sorrel Finch"],
  tags: ["watercolour", "painting"],
  subjects: [
    { tags: ["hills", "landscape"], titles: ["Hills before breakfast", "The valley after four days of rain", "Walking toward Rosedale", "Moss country", "Evening comes over the downs", "Far fields, thin paint"] },
    { tags: ["sea", "shore"], titles: ["Low tide, soft sun", "A pebble beach in October", "The cove we never named", "Green water near the point", "Sunset with wet feet", "Quiet swim"] },
    { tags: ["flowers", "garden"], titles: ["Seven from the hedgerow", "Cornflowers for Ines", "Garden party, later", "Stems in April light", "The florist's leftovers", "Lavender and something else"] },
    { tags: ["abstract", "pigment"], titles: ["Two puddles meet", "Indigo finds its edge", "Conversation in pinks", "What the green did overnight", "Warm pigment, cold water", "Blooms that were not planned"] },
  ],
  palettes: [
    { tag: "peach", mood: "warm", colours: ["#9cc5da", "#f2a65a", "#8fb7b3", "#5b8e9c", "#3f6475"] },
    { tag: "indigo", mood: "calm", colours: ["#7f9cc9", "#e8c15e", "#4d6fb3", "#33508f", "#27366b"] },
    { tag: "rose", mood: "dreamy", colours: ["#e6b3c6", "#e5536d", "#c77ba6", "#8d6aa8", "#56588f"] },
    { tag: "green", mood: "calm", colours: ["#bcd4b4", "#e9b44c", "#7fae7b", "#4a8a6d", "#2d5d54"] },
    { tag: "orange", mood: "warm", colours: ["#f3c98b", "#e4572e", "#e08e6d", "#a4586b", "#5a3f63"] },
    { tag: "lavender", mood: "dreamy", colours: ["#b6c6ea", "#f0a3b0", "#9d94d4", "#6f87c4", "#3f7c85"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 2 ? (["portrait", "tall"] as const) : scene.subject === 3 ? (["square", "portrait"] as const) : (["landscape", "wide", "square"] as const)));
    const paper = new WetPaper(random, width / 2, height / 2, "#fbf7ee");
    [hills, shore, flowers, bleeds][scene.subject]!(paper, random, scene.colours);
    return { width, height, ground: paper.raster(), finish: { paper: 11 } };
  },
};
