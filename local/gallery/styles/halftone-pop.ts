import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { curve, lines, regular } from "../outline.ts";
import { rgb } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Raster, type Style } from "../style.ts";

type Reach = (x: number, y: number) => number;

/** Lays dots over the raster, softened by one pixel at their rims. A raster is far cheaper here than thousands of vector dots. */
function screen(raster: Raster, colour: string, pitch: number, turn: number, reach: Reach): void {
  const [r, g, b] = rgb(colour);
  const [cos, sin] = [Math.cos(turn) / pitch, Math.sin(turn) / pitch];
  const { width, height, pixels } = raster;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const size = Math.min(0.72, reach(x, y) * 0.62) * pitch;
      if (size < 0.6) continue;
      const u = x * cos + y * sin;
      const v = y * cos - x * sin;
      const cover = size + 0.5 - Math.sqrt((u - Math.round(u)) ** 2 + (v - Math.round(v)) ** 2) * pitch;
      if (cover <= 0) continue;
      const share = cover > 1 ? 1 : cover;
      pixels[at] = pixels[at]! + (r - pixels[at]!) * share;
      pixels[at + 1] = pixels[at + 1]! + (g - pixels[at + 1]!) * share;
      pixels[at + 2] = pixels[at + 2]! + (b - pixels[at + 2]!) * share;
    }
  }
}

/** Fills where `inside` holds. */
function flood(raster: Raster, colour: string, inside: (x: number, y: number) => boolean): void {
  const [r, g, b] = rgb(colour);
  for (let y = 0, at = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++, at += 3) {
      if (!inside(x, y)) continue;
      raster.pixels[at] = r;
      raster.pixels[at + 1] = g;
      raster.pixels[at + 2] = b;
    }
  }
}

/** One path of dots on a turned grid; `reach(x, y)` is 0 for no dot and 1 for dots that touch. */
function dots(width: number, height: number, pitch: number, turn: number, reach: (x: number, y: number) => number): string {
  let d = "";
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const half = Math.ceil(Math.hypot(width, height) / pitch / 2) + 1;
  for (let i = -half; i <= half; i++) {
    for (let j = -half; j <= half; j++) {
      const x = width / 2 + (i * cos - j * sin) * pitch;
      const y = height / 2 + (i * sin + j * cos) * pitch;
      if (x < -pitch || y < -pitch || x > width + pitch || y > height + pitch) continue;
      const radius = Math.min(0.72, reach(x, y) * 0.62) * pitch;
      if (radius > 0.6) d += `M${tenth(x - radius)} ${tenth(y)}a${tenth(radius)} ${tenth(radius)} 0 1 0 ${tenth(radius * 2)} 0a${tenth(radius)} ${tenth(radius)} 0 1 0 ${tenth(-radius * 2)} 0`;
    }
  }
  return d;
}

/** Each part of a motif: an outline and which colour of the scheme fills it. Coordinates are in a box of ±100. */
type Part = [d: string, colour: number];

const oval = (x: number, y: number, rx: number, ry: number) => `M${x - rx} ${y}A${rx} ${ry} 0 1 0 ${x + rx} ${y}A${rx} ${ry} 0 1 0 ${x - rx} ${y}Z`;
const box = (x: number, y: number, w: number, h: number, r: number) => `M${x + r} ${y}H${x + w - r}A${r} ${r} 0 0 1 ${x + w} ${y + r}V${y + h - r}A${r} ${r} 0 0 1 ${x + w - r} ${y + h}H${x + r}A${r} ${r} 0 0 1 ${x} ${y + h - r}V${y + r}A${r} ${r} 0 0 1 ${x + r} ${y}Z`;

const motifs: ((random: Random) => Part[])[] = [
  () => [
    [box(-9, 40, 18, 62, 8), 4],
    ["M-46 50V-40A46 52 0 0 1 46 -40V50A8 8 0 0 1 38 58H-38A8 8 0 0 1 -46 50Z", 2],
    ["M-46 -10V-40A46 52 0 0 1 46 -40V-10C34 4 28 -14 14 -4C2 8 -8 -12 -20 0C-30 10 -38 2 -46 -10Z", 3],
    [box(-24, -44, 9, 56, 4), 4],
  ],
  () => [
    ["M-40 34C-36 -20 0 -50 44 -92C20 -50 26 -10 38 26C24 -20 14 -40 10 -52C-14 -28 -30 0 -34 34Z", 3],
    ["M40 -90C66 -104 92 -92 100 -66C74 -58 52 -68 40 -90Z", 3],
    [oval(-42, 54, 42, 40), 2],
    [oval(42, 52, 44, 42), 2],
    [oval(-56, 40, 10, 7), 4],
    [oval(26, 38, 11, 7), 4],
  ],
  (random) => [
    [lines(Array.from({ length: 28 }, (_, i) => { const r = i % 2 ? between(random, 62, 72) : between(random, 94, 112); const a = (i / 28) * Math.PI * 2; return [Math.cos(a) * r, Math.sin(a) * r * 0.9] as const; }), true), 4],
    ["M18 -86L-48 10L-8 10L-24 84L50 -22L8 -22Z", 2],
  ],
  () => [
    ["M-104 -20C-70 -44 -20 -40 0 -22C20 -40 70 -44 104 -20L102 -8C94 -6 94 44 52 46C18 46 14 10 8 -4C4 -10 -4 -10 -8 -4C-14 10 -18 46 -52 46C-94 44 -94 -6 -102 -8Z", 3],
    ["M-88 -14C-60 -26 -30 -22 -16 -8C-20 22 -32 34 -52 34C-78 32 -84 8 -88 -14Z", 2],
    ["M88 -14C60 -26 30 -22 16 -8C20 22 32 34 52 34C78 32 84 8 88 -14Z", 2],
    ["M-76 -10L-58 -16L-66 22L-74 12Z", 4],
    ["M30 -14L46 -18L38 20L30 10Z", 4],
  ],
  (random) => [
    [oval(0, 0, 88, 88), 4],
    [curve(Array.from({ length: 18 }, (_, i) => { const a = (i / 18) * Math.PI * 2; const r = 74 + (i % 2 ? 8 : -2); return [Math.cos(a) * r, Math.sin(a) * r] as const; }), true) , 2],
    [oval(0, 0, 26, 26), 0],
    ...Array.from({ length: 16 }, (_, i): Part => { const a = (i / 16) * Math.PI * 2 + random() * 0.3; const r = between(random, 38, 64); const [x, y] = [Math.cos(a) * r, Math.sin(a) * r]; const t = random() * 3; return [lines([[x - Math.cos(t) * 7, y - Math.sin(t) * 7], [x + Math.cos(t) * 7, y + Math.sin(t) * 7], [x + Math.cos(t) * 7 - Math.sin(t) * 4, y + Math.sin(t) * 7 + Math.cos(t) * 4], [x - Math.cos(t) * 7 - Math.sin(t) * 4, y - Math.sin(t) * 7 + Math.cos(t) * 4]], true), i % 2 ? 3 : 4]; }),
  ],
  () => [
    ["M-100 4C-74 -30 -44 -46 -24 -40C-12 -36 -6 -30 0 -30C6 -30 12 -36 24 -40C44 -46 74 -30 100 4C70 44 34 60 0 60C-34 60 -70 44 -100 4Z", 2],
    ["M-78 4C-40 -8 40 -8 78 4C44 20 -44 20 -78 4Z", 5],
    ["M-60 2C-30 -6 30 -6 60 2L54 8C30 4 -30 4 -54 8Z", 4],
    ["M-34 38C-14 46 14 46 30 38C16 54 -18 54 -34 38Z", 4],
  ],
];

export const halftonePop: Style = {
  name: "halftone-pop",
  creators: ["Dotty Marchetti", "Kapow Kiosk"],
  tags: ["pop art", "halftone"],
  subjects: [
    { tags: ["ice lolly", "summer"], titles: ["Melting faster than I can eat it", "Two flavours, one stick", "Lolly for a heatwave", "Brain freeze, a portrait"] },
    { tags: ["cherries", "fruit"], titles: ["Pair of cherries, pair of troubles", "Cherry on nothing", "Twice as sweet", "Pick of the bunch"] },
    { tags: ["lightning", "comic"], titles: ["Zap!", "The idea arrives", "High voltage Tuesday", "Sound effect without the sound"] },
    { tags: ["sunglasses", "fashion"], titles: ["Too bright for Monday", "Incognito", "Star at the swimming pool", "Shade, thrown"] },
    { tags: ["doughnut", "food"], titles: ["The hole is free", "Sprinkles, obviously", "Half past doughnut", "Breakfast of champions"] },
    { tags: ["lips", "portrait"], titles: ["Say it again", "Whisper in print", "Kiss at sixty lines an inch", "Her side of the argument"] },
  ],
  palettes: [
    { tag: "yellow", mood: "bold", colours: ["#ffd60a", "#ff7b00", "#ef233c", "#1a8fe3", "#fff8e7", "#141218"] },
    { tag: "turquoise", mood: "playful", colours: ["#3dd6c6", "#0aa5a0", "#ff5d8f", "#ffd23f", "#fffaf0", "#1b1730"] },
    { tag: "pink", mood: "playful", colours: ["#ff9ebb", "#ff5c8a", "#e4002b", "#00b4a0", "#fff5f0", "#22101c"] },
    { tag: "blue", mood: "bold", colours: ["#2d5bff", "#1233b8", "#ff4d2e", "#ffe14a", "#f6f4ff", "#0a0d24"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "square", "portrait", scene.subject === 3 || scene.subject === 5 ? "landscape" : "portrait");
    const [ground, shade, , , light, ink] = scene.colours as [string, string, string, string, string, string];
    const sheet = new Sheet(width, height);
    const raster: Raster = { width, height, pixels: new Uint8ClampedArray(width * height * 3) };
    flood(raster, ground, () => true);
    const scale = Math.min(width, height) / between(random, 245, 270);
    const [cx, cy, turn] = [width * between(random, 0.47, 0.53), height * between(random, 0.47, 0.52), between(random, -0.24, 0.24)];
    const pitch = between(random, 15, 22);
    const layout = whole(random, 0, 2);
    if (layout === 0) {
      flood(raster, light, (x, y) => Math.floor((Math.atan2(y - cy, x - cx) / Math.PI + 1) * 14) % 2 === 0);
      screen(raster, shade, pitch, 0.4, (x, y) => Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / width - 0.25);
    } else if (layout === 1) {
      const edge = (x: number) => height * 0.8 - x * ((height * 0.18) / width);
      screen(raster, shade, pitch, 0.26, (_, y) => 1.15 - y / height);
      flood(raster, light, (x, y) => y > edge(x));
      screen(raster, ground, pitch * 0.8, 0.7, (x, y) => (y > edge(x) + 12 ? (y / height - 0.5) * 0.9 : 0));
    } else {
      const far = (x: number, y: number) => Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / width;
      screen(raster, light, pitch, 0.78, (x, y) => 1.1 - far(x, y) / 0.62);
      screen(raster, shade, pitch, 0.78, (x, y) => far(x, y) / 0.7 - 0.55);
    }
    const parts = motifs[scene.subject]!(random);
    const place = `translate(${tenth(cx)} ${tenth(cy)}) rotate(${tenth((turn * 180) / Math.PI)}) scale(${scale.toFixed(3)})`;
    sheet.group({ transform: `translate(${tenth(scale * 7)} ${tenth(scale * 8)})` }, () =>
      sheet.group({ transform: place }, () => { for (const [d] of parts) sheet.path(d, { fill: ink, stroke: ink, width: 5 }); }),
    );
    sheet.group({ transform: place }, () => {
      for (const [d] of parts) sheet.path(d, { fill: ink, stroke: ink, width: 9, cap: "round" });
      for (const [i, [d, colour]] of parts.entries()) {
        sheet.path(d, { fill: light });
        sheet.path(d, { fill: scene.colours[colour]!, transform: colour === 4 || colour === 5 ? "" : "translate(1.6 1.2)" });
        if (i < 6 && (colour === 2 || colour === 3)) {
          sheet.group({ clip: sheet.clip(d) }, () => sheet.path(dots(220, 220, 7.2, 0.5, (x, y) => (x + y - 220) / 190 + 0.15), { fill: ink, opacity: colour === 2 ? 0.85 : 0.55, transform: "translate(-110 -110)" }));
        }
        sheet.path(d, { stroke: ink, width: 4.4, cap: "round" });
      }
    });
    for (const [x, y] of regular(cx, cy, Math.min(width, height) * 0.46, 5, random() * 6)) {
      if (random() < 0.55) sheet.path(lines(Array.from({ length: 8 }, (_, i) => { const r = (i % 2 ? 0.3 : 1) * between(random, 20, 34); return [x + Math.cos(i * 0.7854) * r, y + Math.sin(i * 0.7854) * r] as const; }), true), { fill: light, stroke: ink, width: 4, cap: "round" });
    }
    return { width, height, ground: raster, svg: sheet.toString(), finish: { paper: 9, grain: 6 } };
  },
};
