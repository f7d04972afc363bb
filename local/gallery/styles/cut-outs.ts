import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { blob, curve, lines, type Point } from "../outline.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A seaweed frond: one stem and rounded fingers, painted as thick strokes. */
function frond(sheet: Sheet, random: Random, x: number, y: number, long: number, angle: number, colour: string): void {
  const bend = between(random, -0.7, 0.7);
  const at = (t: number): Point => { const a = angle + bend * t; return [x + Math.cos(a) * long * t, y + Math.sin(a) * long * t]; };
  const fingers = whole(random, 4, 6);
  let d = curve([at(0), at(0.35), at(0.7), at(1)]);
  for (let i = 1; i <= fingers; i++) {
    const t = i / (fingers + 0.6);
    const [px, py] = at(t);
    for (const side of [-1, 1]) {
      const a = angle + bend * t + side * between(random, 0.75, 1.1);
      const reach = long * (0.42 - 0.2 * Math.abs(t - 0.45)) * between(random, 0.8, 1.1);
      const curl = a - side * 0.7;
      d += `M${tenth(px)} ${tenth(py)}q${tenth(Math.cos(a) * reach * 0.6)} ${tenth(Math.sin(a) * reach * 0.6)} ${tenth(Math.cos(a) * reach * 0.6 + Math.cos(curl) * reach * 0.4)} ${tenth(Math.sin(a) * reach * 0.6 + Math.sin(curl) * reach * 0.4)}`;
    }
  }
  sheet.path(d, { stroke: colour, width: long * between(random, 0.1, 0.135), cap: "round" });
}

function panels(sheet: Sheet, random: Random, colours: readonly string[], columns: number, rows: number, fill: (x: number, y: number, w: number, h: number, ground: string, i: number) => void): void {
  const [w, h] = [sheet.width / columns, sheet.height / rows];
  let last = "";
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const ground = oneOf(random, colours.filter((c) => c !== last));
      last = ground;
      sheet.rect(i * w, j * h, w + 0.6, h + 0.6, { fill: ground });
      fill(i * w, j * h, w, h, ground, j * columns + i);
    }
  }
}

function weeds(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const [columns, rows] = oneOf(random, [[2, 3], [3, 3], [2, 2], [3, 4]] as const);
  panels(sheet, random, colours, columns, rows, (x, y, w, h, ground) => {
    const tone = oneOf(random, colours.filter((c) => c !== ground));
    frond(sheet, random, x + w * between(random, 0.4, 0.6), y + h * 0.88, Math.min(w, h) * between(random, 0.62, 0.78), -Math.PI / 2 + between(random, -0.25, 0.25), tone);
  });
}

function dancers(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  sheet.rect(0, 0, width, height, { fill: colours[0]! });
  sheet.path(blob(random, width * 0.5, height * 1.02, width * 0.75, height * 0.32, 0.08), { fill: colours[2]! });
  sheet.circle(width * between(random, 0.2, 0.8), height * 0.2, width * 0.09, { fill: colours[3]! });
  const count = whole(random, 2, 4);
  for (let i = 0; i < count; i++) {
    const [x, y, s] = [width * ((i + 0.5) / count), height * between(random, 0.5, 0.6), Math.min(width / count, height * 0.4) * 0.78];
    const tone = colours[[1, 4, 3][i % 3]!]!;
    const p = (u: number, v: number): Point => [x + u * s, y + v * s];
    const lean = between(random, -0.2, 0.2);
    const limb = (points: Point[], thick: number) => sheet.path(curve(points), { stroke: tone, width: s * thick, cap: "round" });
    limb([p(lean, -0.28), p(0, 0.05), p(-lean * 0.4, 0.34)], 0.27);
    sheet.ellipse(...p(lean * 1.7, -0.66), s * 0.13, s * 0.16, { fill: tone });
    limb([p(lean, -0.32), p(0.34 + random() * 0.1, -0.48), p(0.45, between(random, -0.95, -0.6))], 0.11);
    limb([p(lean, -0.32), p(-0.36, -0.3 - random() * 0.2), p(-0.52, between(random, -0.8, -0.1))], 0.11);
    limb([p(-lean * 0.4, 0.34), p(0.26, between(random, 0.5, 0.65)), p(0.16 + random() * 0.3, 1)], 0.15);
    limb([p(-lean * 0.4, 0.34), p(-0.28, 0.6), p(-0.5, between(random, 0.7, 1.02))], 0.15);
  }
  for (let i = 0; i < 8; i++) sheet.path(blob(random, random() * width, random() * height * 0.4, 15, 15, 0.5, 6), { fill: colours[chance(random, 0.5) ? 3 : 5]! });
}

function vase(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const split = width * between(random, 0.35, 0.65);
  sheet.rect(0, 0, width, height, { fill: colours[0]! });
  sheet.rect(split, 0, width, height, { fill: colours[5]! });
  sheet.rect(0, height * 0.76, width, height, { fill: colours[3]! });
  const [x, s] = [width / 2, Math.min(width, height) * 0.17];
  const rim = height * 0.56;
  for (let i = 0; i < 7; i++) {
    const a = -Math.PI / 2 + (i - 3) * between(random, 0.26, 0.36);
    const long = Math.min(width, height) * between(random, 0.34, 0.5);
    if (i % 2) frond(sheet, random, x, rim + 10, long, a, colours[i % 4 === 1 ? 2 : 4]!);
    else {
      const [ex, ey] = [x + Math.cos(a) * long, rim + Math.sin(a) * long];
      sheet.path(curve([[x, rim + 10], [(x + ex) / 2 + 10, (rim + ey) / 2], [ex, ey]]), { stroke: colours[2]!, width: 8, cap: "round" });
      for (let k = 0; k < 6; k++) sheet.ellipse(ex + Math.cos(k * 1.047) * s * 0.3, ey + Math.sin(k * 1.047) * s * 0.3, s * 0.26, s * 0.2, { fill: colours[1]!, transform: `rotate(${k * 60} ${tenth(ex + Math.cos(k * 1.047) * s * 0.3)} ${tenth(ey + Math.sin(k * 1.047) * s * 0.3)})` });
      sheet.circle(ex, ey, s * 0.18, { fill: colours[3]! });
    }
  }
  const belly = s * between(random, 0.9, 1.3);
  sheet.path(`M${tenth(x - s * 0.5)} ${tenth(rim)}H${tenth(x + s * 0.5)}C${tenth(x + s * 0.3)} ${tenth(rim + s * 0.6)} ${tenth(x + belly)} ${tenth(rim + s * 0.7)} ${tenth(x + belly)} ${tenth(rim + s * 1.3)}C${tenth(x + belly)} ${tenth(rim + s * 2)} ${tenth(x + s * 0.5)} ${tenth(rim + s * 2.1)} ${tenth(x)} ${tenth(rim + s * 2.1)}C${tenth(x - s * 0.5)} ${tenth(rim + s * 2.1)} ${tenth(x - belly)} ${tenth(rim + s * 2)} ${tenth(x - belly)} ${tenth(rim + s * 1.3)}C${tenth(x - belly)} ${tenth(rim + s * 0.7)} ${tenth(x - s * 0.3)} ${tenth(rim + s * 0.6)} ${tenth(x - s * 0.5)} ${tenth(rim)}Z`, { fill: colours[4]! });
  for (let i = 0; i < 3; i++) sheet.path(curve(Array.from({ length: 9 }, (_, k): Point => [x - belly * 0.8 + (k / 8) * belly * 1.6, rim + s * (1.05 + i * 0.3) + (k % 2 ? 7 : -7)])), { stroke: colours[0]!, width: 5, cap: "round" });
  for (const side of [-1, 1]) sheet.path(blob(random, x + side * width * between(random, 0.26, 0.36), height * 0.86, s * 0.5, s * 0.44, 0.08), { fill: colours[1]! });
}

function shapes(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  sheet.rect(0, 0, width, height, { fill: colours[0]! });
  for (let i = 0; i < 4; i++) sheet.path(lines([[width * random(), 0], [width * random(), 0], [width * random(), height], [width * random(), height]], true), { fill: colours[1 + i]!, opacity: 1 });
  for (let i = 0; i < 9; i++) {
    const [x, y, s] = [width * (0.18 + 0.32 * (i % 3)) + between(random, -20, 20), height * (0.18 + 0.32 * Math.floor(i / 3)) + between(random, -20, 20), Math.min(width, height) * between(random, 0.1, 0.15)];
    const tone = colours[(i + whole(random, 0, 2)) % 6]!;
    const kind = whole(random, 0, 4);
    if (kind === 0) frond(sheet, random, x, y + s, s * 2, -1.57, tone);
    else if (kind === 1) { const p = Array.from({ length: 16 }, (_, k): Point => { const r = s * (k % 2 ? 0.5 : 1.1); return [x + Math.cos(k * 0.3927) * r, y + Math.sin(k * 0.3927) * r]; }); sheet.path(curve(p, true, 0.8), { fill: tone }); }
    else if (kind === 2) sheet.path(blob(random, x, y, s, s * 0.9, 0.35, 7), { fill: tone });
    else if (kind === 3) { sheet.path(blob(random, x, y, s, s, 0.12), { fill: tone }); sheet.path(blob(random, x, y, s * 0.5, s * 0.5, 0.2), { fill: colours[(i + 3) % 6]! }); }
    else for (let k = -1; k <= 1; k++) sheet.path(curve(Array.from({ length: 7 }, (_, m): Point => [x - s + (m / 3) * s, y + k * s * 0.55 + (m % 2 ? 1 : -1) * s * 0.16])), { stroke: tone, width: s * 0.24, cap: "round" });
  }
}

export const cutOuts: Style = {
  name: "cut-outs",
  creators: ["Henriette Papillon", "Big Scissors"],
  tags: ["cut-outs", "gouache"],
  subjects: [
    { tags: ["seaweed", "pattern"], titles: ["Tidal alphabet", "Nine specimens, swimming", "The aquarium curtains", "Kelp for Sunday best", "Low water, high colour", "Algae with ambitions"] },
    { tags: ["dancers", "figures"], titles: ["Dance on the small hill", "They heard the band", "Joy, with knees", "Late dancers", "Leap year", "Round dance for four colours"] },
    { tags: ["vase", "still life"], titles: ["Flowers, quickly", "Blue vase, no arguments", "Two fruits and a bouquet", "Table by the wall", "Bouquet for the neighbour", "The window can wait"] },
    { tags: ["shapes", "abstract"], titles: ["Nine things from the drawer", "Offcuts", "Sunday leftovers", "Inventory of happy shapes", "Leaf, star, pebble, wave", "What fell under the table"] },
  ],
  palettes: [
    { tag: "ultramarine", mood: "bold", colours: ["#f8f1e4", "#e5352b", "#1f6b4f", "#f6b71e", "#1d3fb0", "#f3a6b0"] },
    { tag: "green", mood: "playful", colours: ["#fbe9d7", "#ee5a2b", "#2e7d4f", "#f7cf4b", "#0f4c5c", "#a8d5ba"] },
    { tag: "pink", mood: "playful", colours: ["#fde3e1", "#d81e5b", "#3d8f6b", "#ffc145", "#5b3fa0", "#ff9f9a"] },
    { tag: "terracotta", mood: "warm", colours: ["#f4e3c8", "#c44a2c", "#5e7345", "#e6a23c", "#6b2d3a", "#eab996"] },
    { tag: "sky blue", mood: "calm", colours: ["#e6f1f5", "#ef6f53", "#2f6f73", "#f5d76e", "#22577a", "#9cd0e0"] },
    { tag: "night", mood: "dark", colours: ["#1c2140", "#f25f5c", "#2f9c7f", "#ffd166", "#f3ead8", "#4a4e8a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "square", scene.subject === 1 ? "landscape" : "tall");
    const sheet = new Sheet(width, height);
    [weeds, dancers, vase, shapes][scene.subject]!(sheet, random, scene.colours);
    return { width, height, svg: sheet.toString(), finish: { paper: 12, grain: 4 } };
  },
};
