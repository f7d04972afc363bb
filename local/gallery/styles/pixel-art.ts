import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { darker, lighter, mix, rgb } from "../palette.ts";
import type { Raster, Style } from "../style.ts";

/** The 4 × 4 ordered dither of Bayer (1973), as thresholds. */
const bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((v) => (v + 0.5) / 16);

class PixelCanvas implements Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8ClampedArray(width * height * 3);
  }

  set(x: number, y: number, colour: string): void {
    [x, y] = [Math.round(x), Math.round(y)];
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.pixels.set(rgb(colour), (y * this.width + x) * 3);
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) this.set(x + i, y + j, colour);
  }

  disc(x: number, y: number, radius: number, colour: string): void {
    for (let j = -radius; j <= radius; j++) for (let i = -radius; i <= radius; i++) if (i * i + j * j <= radius * radius + 0.8) this.set(x + i, y + j, colour);
  }

  /** Fills rows from `top` to `bottom` with a dithered run of colours. */
  bands(top: number, bottom: number, colours: readonly string[]): void {
    for (let y = Math.floor(top); y < bottom; y++) {
      const place = ((y - top) / (bottom - top)) * (colours.length - 1);
      for (let x = 0; x < this.width; x++) this.set(x, y, colours[Math.min(colours.length - 1, Math.floor(place + bayer[(y % 4) * 4 + (x % 4)]!))]!);
    }
  }

  /** Fills each column from its height down. */
  hills(height: (x: number) => number, colour: string, floor = this.height): void {
    for (let x = 0; x < this.width; x++) for (let y = Math.round(height(x)); y < floor; y++) this.set(x, y, colour);
  }

  pine(x: number, y: number, tall: number, colour: string, tip: string): void {
    for (let j = 0; j < tall; j++) {
      const half = Math.floor((j * 0.34) % Math.max(3, tall / 3) + j * 0.14);
      for (let i = -half; i <= half; i++) this.set(x + i, y - tall + j, i < -half / 3 || j < 2 ? tip : colour);
    }
    this.box(x, y, 1, 2, darker(colour, 0.4));
  }
}

type Painter = (c: PixelCanvas, random: Random, sky: readonly string[], far: string, near: string, spark: string, warm: string) => void;

const stars = (c: PixelCanvas, random: Random, bottom: number, colour: string) => {
  for (let i = 0; i < 40; i++) c.set(random() * c.width, random() * bottom, chance(random, 0.3) ? "#ffffff" : colour);
};

function clouds(c: PixelCanvas, random: Random, bottom: number, colour: string): void {
  for (let i = 0; i < whole(random, 2, 4); i++) {
    const [x, y] = [random() * c.width, between(random, 8, bottom)];
    for (let p = 0; p < 5; p++) c.disc(Math.round(x + p * 5), Math.round(y - (p % 2) * 2), whole(random, 2, 4), colour);
    c.box(Math.round(x - 3), Math.round(y + 2), 28, 2, colour);
  }
}

const island: Painter = (c, random, sky, far, near, spark, warm) => {
  const sea = Math.round(c.height * 0.56);
  c.bands(0, sea, sky);
  const sun = whole(random, c.width * 0.25, c.width * 0.75);
  c.disc(sun, sea - whole(random, 2, 18), 15, spark);
  clouds(c, random, sea * 0.6, lighter(sky[1]!, 0.35));
  c.bands(sea, c.height, [mix(far, sky[sky.length - 1]!, 0.4), far, near]);
  for (let y = sea; y < c.height; y += 2) for (let i = 0; i < 3; i++) c.box(sun - 14 + random() * 26, y, whole(random, 1, 8), 1, spark);
  for (let i = 0; i < 70; i++) c.box(random() * c.width, between(random, sea + 2, c.height), whole(random, 2, 7), 1, lighter(far, 0.25));
  const [x, y] = [whole(random, c.width * 0.2, c.width * 0.75), Math.round(c.height * 0.76)];
  for (let i = -24; i <= 24; i++) c.box(x + i, y + 6 - Math.round(Math.sqrt(Math.max(0, 576 - i * i)) / 3.2), 1, Math.round(Math.sqrt(Math.max(0, 576 - i * i)) / 3.2), i < 4 ? warm : darker(warm, 0.22));
  for (const [lean, tall] of [[0.32, 34], [-0.25, 25]] as const) {
    for (let j = 0; j < tall; j++) c.box(x + lean * j * (j / tall), y - j, 2, 1, j % 4 ? "#6b4226" : "#4f2f1c");
    const [px, py] = [Math.round(x + lean * tall), y - tall];
    for (let f = 0; f < 6; f++) for (let t = 0; t < 13; t++) c.box(px + Math.cos(f * 1.05 + 0.3) * t, py + Math.sin(f * 1.05 + 0.3) * t * 0.5 + t * t * 0.05, 2, 2, f % 2 ? "#2f8f5b" : "#1d6b4a");
  }
};

const castle: Painter = (c, random, sky, far, near, spark, warm) => {
  c.bands(0, c.height * 0.8, sky);
  stars(c, random, c.height * 0.5, spark);
  c.disc(whole(random, 20, c.width - 20), whole(random, 16, 30), 9, spark);
  const noise = gradientNoise(random);
  c.hills((x) => c.height * 0.58 + noise(x / 30, 1) * 16, mix(far, sky[sky.length - 1]!, 0.45));
  const x0 = whole(random, c.width * 0.25, c.width * 0.5);
  const ground = Math.round(c.height * 0.7);
  const stone = mix(near, "#000000", 0.15);
  for (const [dx, w, h] of [[0, 12, 46], [14, 26, 28], [38, 10, 54], [22, 9, 66], [50, 14, 22]] as const) {
    c.box(x0 + dx, ground - h, w, h + 20, stone);
    c.box(x0 + dx, ground - h, 2, h + 20, lighter(stone, 0.2));
    for (let i = 0; i < w; i += 4) c.box(x0 + dx + i, ground - h - 2, 2, 2, stone);
    if (h > 40) for (let j = 0; j < 14; j++) c.box(x0 + dx + w / 2 - (14 - j) * 0.0 - j * (w / 26), ground - h - 16 + j, Math.max(1, j * (w / 13)), 1, j % 5 ? warm : darker(warm, 0.25));
    for (let j = 6; j < h - 4; j += 9) if (chance(random, 0.7)) c.box(x0 + dx + Math.floor(w / 2) - 1, ground - h + j, 2, 3, spark);
  }
  c.hills((x) => c.height * 0.74 + noise(x / 22, 5) * 9 - Math.max(0, 14 - Math.abs(x - x0 - 30) * 0.4), far);
  for (let i = 0; i < 22; i++) { const x = random() * c.width; c.pine(Math.round(x), Math.round(c.height * 0.84 + random() * 14), whole(random, 12, 24), darker(near, 0.25), near); }
  c.hills((x) => c.height * 0.93 + noise(x / 12, 9) * 4, darker(near, 0.5));
};

const rooftops: Painter = (c, random, sky, far, near, spark, warm) => {
  c.bands(0, c.height, sky);
  clouds(c, random, c.height * 0.35, mix(sky[1]!, sky[2]!, 0.5));
  for (const [layer, colour] of [mix(far, sky[sky.length - 1]!, 0.5), far, near].entries()) {
    let x = -4;
    while (x < c.width) {
      const w = whole(random, 14, 30);
      const top = Math.round(c.height * (0.34 + layer * 0.17) + random() * 20);
      c.box(x, top, w, c.height, colour);
      c.box(x, top, w, 1, lighter(colour, 0.25));
      for (let j = top + 4; j < c.height; j += 6) for (let i = 3; i < w - 3; i += 5) if (chance(random, layer ? 0.42 : 0.2)) c.box(x + i, j, 2, 3, chance(random, 0.7) ? spark : warm);
      if (layer === 2) {
        if (chance(random, 0.5)) { c.box(x + 4, top - 8, 8, 6, darker(colour, 0.3)); c.box(x + 5, top - 2, 1, 2, darker(colour, 0.3)); c.box(x + 10, top - 2, 1, 2, darker(colour, 0.3)); c.box(x + 3, top - 9, 10, 1, darker(colour, 0.3)); }
        else { c.box(x + w - 6, top - 12, 1, 12, darker(colour, 0.3)); c.box(x + w - 9, top - 10, 7, 1, darker(colour, 0.3)); c.box(x + w - 8, top - 7, 5, 1, darker(colour, 0.3)); }
      }
      x += w + (layer === 2 ? whole(random, 0, 3) : 0);
    }
  }
  const [cx, cy] = [whole(random, 30, c.width - 30), c.height - 26];
  c.box(0, cy + 8, c.width, 30, darker(near, 0.55));
  c.box(cx, cy + 1, 9, 7, "#15121c"); c.box(cx + 7, cy - 4, 6, 6, "#15121c"); c.set(cx + 7, cy - 5, "#15121c"); c.set(cx + 12, cy - 5, "#15121c"); c.set(cx + 11, cy - 2, spark); c.box(cx - 3, cy - 2, 2, 8, "#15121c");
};

const camp: Painter = (c, random, sky, far, near, spark, warm) => {
  c.bands(0, c.height * 0.72, sky);
  stars(c, random, c.height * 0.4, "#ffffff");
  const noise = gradientNoise(random);
  c.hills((x) => c.height * 0.42 + Math.abs(noise(x / 34, 2)) * -44 + 18, mix(far, sky[sky.length - 1]!, 0.35));
  c.hills((x) => c.height * 0.6 + noise(x / 26, 4) * 8, far);
  for (let x = -2; x < c.width; x += whole(random, 4, 8)) c.pine(x, Math.round(c.height * 0.68), whole(random, 14, 34), darker(near, 0.2), near);
  c.box(0, Math.round(c.height * 0.68), c.width, c.height, darker(near, 0.35));
  for (let i = 0; i < 90; i++) c.box(random() * c.width, between(random, c.height * 0.7, c.height), 1, 2, near);
  const [x, y] = [whole(random, 34, c.width - 60), Math.round(c.height * 0.82)];
  for (let j = 0; j < 20; j++) { c.box(x - j, y - 20 + j, j * 2, 1, warm); c.box(x, y - 20 + j, j + 10, 1, darker(warm, 0.25)); c.box(x - Math.floor(j / 3), y - 20 + j, Math.floor(j / 1.5), 1, j > 4 ? "#2a1712" : warm); }
  const fx = x + 46;
  c.disc(fx, y - 2, 9, mix(near, spark, 0.3));
  for (let j = 0; j < 11; j++) c.box(fx - (11 - j) / 3 + Math.sin(j) , y - j, (11 - j) / 1.5, 1, j < 4 ? spark : j < 8 ? "#ff9a3c" : "#ff5e3a");
  c.box(fx - 6, y + 1, 13, 2, "#4f2f1c");
  for (let i = 0; i < 14; i++) c.set(fx + between(random, -8, 8), y - 12 - random() * 40, spark);
};

const planet: Painter = (c, random, sky, far, near, spark, warm) => {
  c.bands(0, c.height, [darker(sky[0]!, 0.55), darker(sky[0]!, 0.3), sky[0]!]);
  stars(c, random, c.height, spark);
  stars(c, random, c.height, "#8890b8");
  const [x, y, r] = [whole(random, c.width * 0.3, c.width * 0.7), whole(random, c.height * 0.3, c.height * 0.45), whole(random, 22, 32)];
  const noise = gradientNoise(random);
  const hoop = (front: boolean) => {
    for (let a = 0; a < 6.283; a += 0.012) if (Math.sin(a) > 0 === front) for (let k = 0; k < 5; k++) c.set(x + Math.cos(a) * (r * 1.5 + k * 2), y + Math.sin(a) * (r * 0.36 + k * 0.6) + Math.cos(a) * 8, k % 2 ? warm : lighter(warm, 0.35));
  };
  hoop(false);
  for (let j = -r; j <= r; j++) {
    for (let i = -r; i <= r; i++) {
      if (i * i + j * j > r * r) continue;
      const band = noise(i / 60 + 3, j / 7 + noise(i / 14, j / 14) * 0.7) + (bayer[((j + 64) % 4) * 4 + ((i + 64) % 4)]! - 0.5) * 0.35;
      const dark = (i * 0.7 + j * 0.7) / r + (bayer[((j + 64) % 4) * 4 + ((i + 64) % 4)]! - 0.5) * 0.4;
      const skin = band > 0.25 ? warm : band > -0.1 ? far : near;
      c.set(x + i, y + j, dark > 0.45 ? darker(skin, 0.55) : dark < -0.5 ? lighter(skin, 0.3) : skin);
    }
  }
  hoop(true);
  c.hills((px) => c.height * 0.86 + noise(px / 24, 8) * 9, near);
  c.hills((px) => c.height * 0.93 + noise(px / 14, 3) * 6, darker(near, 0.4));
  const rx = whole(random, 20, c.width - 30);
  const ry = Math.round(c.height * 0.86);
  for (let j = 0; j < 26; j++) { const w = Math.min(4, Math.floor(j / 2)); c.box(rx - w, ry - 26 + j, w * 2 + 1, 1, j < 7 ? warm : "#e8e8f0"); c.box(rx + 1, ry - 26 + j, w, 1, j < 7 ? darker(warm, 0.3) : "#b4b8cc"); }
  c.disc(rx, ry - 14, 2, far); c.box(rx - 8, ry - 6, 4, 8, warm); c.box(rx + 5, ry - 6, 4, 8, warm);
};

const village: Painter = (c, random, sky, far, near, spark, warm) => {
  c.bands(0, c.height * 0.7, sky);
  stars(c, random, c.height * 0.35, "#ffffff");
  const noise = gradientNoise(random);
  c.hills((x) => c.height * 0.45 + noise(x / 40, 3) * 22, mix(far, "#ffffff", 0.35));
  c.hills((x) => c.height * 0.5 + noise(x / 40, 3) * 22 + (x % 3), mix(far, sky[sky.length - 1]!, 0.4));
  for (let row = 0; row < 3; row++) {
    const y = Math.round(c.height * (0.66 + row * 0.13));
    c.hills((x) => y - 4 + noise(x / 28, row * 4) * 3, mix("#f4f7ff", sky[0]!, 0.36 - row * 0.13));
    let x = whole(random, -6, 20);
    while (x < c.width) {
      if (chance(random, 0.4)) { c.pine(x + 6, y, whole(random, 14, 26), near, lighter(near, 0.6)); x += 14; continue; }
      const [w, h] = [whole(random, 14, 20), whole(random, 9, 13)];
      const wall = oneOf(random, [warm, darker(warm, 0.25), "#8a5a3c", far]);
      c.box(x, y - h, w, h + 2, wall);
      for (let j = 0; j < 9; j++) c.box(x - 2 + j, y - h - j, w + 4 - j * 2, 1, j > 0 ? "#ffffff" : "#c9d4ea");
      for (let i = 3; i < w - 3; i += 6) c.box(x + i, y - h + 3, 3, 4, spark);
      c.box(x + w - 5, y - h - 11, 3, 6, darker(wall, 0.3));
      for (let s = 0; s < 7; s++) c.set(x + w - 4 + Math.sin(s) * 1.5, y - h - 13 - s * 2, "#dfe6f4");
      x += w + whole(random, 6, 18);
    }
  }
  for (let i = 0; i < 110; i++) c.set(random() * c.width, random() * c.height, "#ffffff");
};

const painters = [island, castle, rooftops, camp, planet, village];

export const pixelArt: Style = {
  name: "pixel-art",
  creators: ["8bit Bettina", "Rufus Tile"],
  tags: ["pixel art", "retro"],
  subjects: [
    { tags: ["island", "sunset"], titles: ["Save point", "Palm island, level two", "Turquoise checkpoint", "Hidden beach"] },
    { tags: ["castle", "night"], titles: ["The castle at the end of the map", "Keep of the paper king", "Before the final boss", "Guard tower, nobody home"] },
    { tags: ["rooftops", "cat"], titles: ["A cat surveys her district", "Rooftops at loading time", "Nine lives, four floors", "Aerials and evening"] },
    { tags: ["camping", "forest"], titles: ["Campfire, health restored", "Tent in sixteen colours", "Marshmallow quest", "Quiet clearing"] },
    { tags: ["planet", "rocket"], titles: ["Rocket parked on the wrong moon", "Ringed world, out of fuel", "Landing sequence", "Bonus stage in orbit"] },
    { tags: ["village", "snow"], titles: ["Snow village shopkeeper sleeps", "Every window lit", "Winter map", "Chimneys and save files"] },
  ],
  palettes: [
    { tag: "sunset", mood: "warm", colours: ["#3b2667", "#bc4873", "#f7795a", "#ffc15e", "#5a3f7d", "#31234f", "#fff0a8", "#f2a65e"] },
    { tag: "blue", mood: "calm", colours: ["#1b3a78", "#2f6db3", "#63a9d9", "#c3e6f2", "#2a5f86", "#1d4a52", "#fff4c2", "#e88a5a"] },
    { tag: "teal", mood: "playful", colours: ["#14495c", "#1f8a85", "#7fd1a8", "#f8f0b0", "#1d7a78", "#155a52", "#ffe27a", "#ff7f6b"] },
    { tag: "purple", mood: "dark", colours: ["#150f2e", "#2d1b55", "#5a2d80", "#a64a95", "#3a2462", "#21163f", "#ffd6f0", "#e0567a"] },
  ],
  draw(random, scene) {
    const [width, height] = scene.subject === 1 || scene.subject === 4 ? [132, 176] : random() < 0.3 ? [152, 152] : [182, 132];
    const canvas = new PixelCanvas(width, height);
    const [a, b, c, d, far, near, spark, warm] = scene.colours as [string, string, string, string, string, string, string, string];
    painters[scene.subject]!(canvas, random, [a, b, c, d], far, near, spark, warm);
    return { width: width * 5, height: height * 5, ground: canvas, enlarge: "blocks" };
  },
};
