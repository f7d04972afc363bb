import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { fractal, gradientNoise } from "../noise.ts";
import { colourTable, darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Raster, type Style } from "../style.ts";

/** Brightness of gas at a point of the small raster, 0 to 1. */
type Gas = (x: number, y: number) => number;

function gasOf(random: Random, subject: number, w: number, h: number): Gas {
  const noise = gradientNoise(random);
  const cloud = fractal(noise, 4);
  const size = Math.min(w, h);
  if (subject === 1) {
    const [cx, cy, tilt, arms, wind] = [w * between(random, 0.42, 0.58), h * between(random, 0.42, 0.58), between(random, 0.45, 0.8), whole(random, 2, 4), between(random, 2.6, 4.2)];
    const turn = random() * 3;
    return (x, y) => {
      const [u, v] = [(x - cx) * Math.cos(turn) - (y - cy) * Math.sin(turn), ((x - cx) * Math.sin(turn) + (y - cy) * Math.cos(turn)) / tilt];
      const r = Math.sqrt(u * u + v * v) / (size * 0.72);
      const arm = 0.5 + 0.5 * Math.cos(arms * Math.atan2(v, u) - Math.log(r + 0.06) * wind * arms * 0.5);
      const dust = cloud(x / (size * 0.09), y / (size * 0.09));
      return Math.exp(-r * 8) * 1.2 + Math.exp(-r * 2) * (arm ** 1.5 * 1.2 + 0.14) * (0.85 + dust * 0.75) + Math.max(0, dust) * 0.05;
    };
  }
  if (subject === 0) {
    const [cx, cy, lean] = [w * between(random, 0.35, 0.65), h * between(random, 0.35, 0.65), between(random, -0.8, 0.8)];
    return (x, y) => {
      const bend = cloud(x / (size * 0.42), y / (size * 0.42));
      const band = 1 - Math.abs(y - cy + (x - cx) * lean) / (size * 0.5) - bend * 0.5;
      const folds = 1 - Math.abs(noise(x / (size * 0.16) + bend * 2.4, y / (size * 0.16) - bend * 2));
      return Math.max(0, band) * (0.25 + folds ** 3 * 0.8 + cloud(x / (size * 0.12) + 9, y / (size * 0.12)) * 0.34);
    };
  }
  const [cx, cy] = [random() * w, random() * h];
  return (x, y) => {
    const fold = cloud(x / (size * 0.5) + 3, y / (size * 0.5));
    return Math.max(0, 0.42 - Math.hypot(x - cx, y - cy) / (size * 2.6) + noise(x / (size * 0.24) + fold * 2, y / (size * 0.24)) * 0.38) * 0.8;
  };
}

function gasRaster(random: Random, subject: number, width: number, height: number, colours: readonly string[]): Raster {
  const [w, h] = [Math.round(width / 3), Math.round(height / 3)];
  const gas = gasOf(random, subject, w, h);
  const shade = gradientNoise(random);
  const cool = colourTable([colours[0]!, colours[1]!, colours[2]!, colours[4]!]);
  const hot = colourTable([colours[0]!, colours[1]!, colours[3]!, colours[4]!]);
  const pixels = new Uint8ClampedArray(w * h * 3);
  for (let y = 0, at = 0; y < h; y++) {
    for (let x = 0; x < w; x++, at += 3) {
      const step = Math.min(511, Math.max(0, Math.floor(gas(x, y) * 460))) * 3;
      const share = Math.max(0, Math.min(1, 0.5 + shade(x / (w * 0.3), y / (w * 0.3)) * 1.3));
      for (let c = 0; c < 3; c++) pixels[at + c] = cool[step + c]! * (1 - share) + hot[step + c]! * share;
    }
  }
  return { width: w, height: h, pixels };
}

function stars(sheet: Sheet, random: Random, count: number, tints: readonly string[]): void {
  const { width, height } = sheet;
  const sizes = ["", "", ""];
  for (let i = 0; i < count; i++) sizes[random() < 0.7 ? 0 : random() < 0.7 ? 1 : 2] += `M${tenth(random() * width)} ${tenth(random() * height)}h.1`;
  for (const [i, d] of sizes.entries()) sheet.path(d, { stroke: lighter(tints[i]!, 0.7), width: [1.1, 1.9, 2.8][i]!, cap: "round", opacity: [0.65, 0.85, 1][i]! });
  for (let i = 0; i < whole(random, 3, 7); i++) {
    const [x, y, r] = [random() * width, random() * height, between(random, 9, 34)];
    sheet.circle(x, y, r, { fill: sheet.radial([[0, "#ffffff", 0.9], [0.12, lighter(tints[i % 3]!, 0.6), 0.5], [1, tints[i % 3]!, 0]]) });
    sheet.path(`M${tenth(x - r)} ${tenth(y)}L${tenth(x)} ${tenth(y - 0.9)}L${tenth(x + r)} ${tenth(y)}L${tenth(x)} ${tenth(y + 0.9)}ZM${tenth(x)} ${tenth(y - r)}L${tenth(x + 0.9)} ${tenth(y)}L${tenth(x)} ${tenth(y + r)}L${tenth(x - 0.9)} ${tenth(y)}Z`, { fill: "#ffffff", opacity: 0.8 });
  }
}

function globe(sheet: Sheet, random: Random, x: number, y: number, radius: number, colour: string, rim: string, bands: boolean): void {
  sheet.circle(x, y, radius * 1.22, { fill: sheet.radial([[0.78, rim, 0.5], [1, rim, 0]]) });
  const disc = `M${tenth(x - radius)} ${tenth(y)}A${tenth(radius)} ${tenth(radius)} 0 1 0 ${tenth(x + radius)} ${tenth(y)}A${tenth(radius)} ${tenth(radius)} 0 1 0 ${tenth(x - radius)} ${tenth(y)}Z`;
  sheet.path(disc, { fill: colour });
  sheet.group({ clip: sheet.clip(disc) }, () => {
    if (bands) {
      const tilt = between(random, -30, 30);
      for (let i = -6; i < 7; i++) sheet.ellipse(x, y + (i / 7) * radius + between(random, -3, 3), radius * 1.3, radius * between(random, 0.03, 0.09), { fill: random() < 0.5 ? lighter(colour, 0.25) : darker(colour, 0.25), opacity: 0.55, transform: `rotate(${tenth(tilt)} ${tenth(x)} ${tenth(y)})` });
    } else {
      for (let i = 0; i < 26; i++) {
        const [a, far, r] = [random() * 6.283, Math.sqrt(random()) * radius, radius * random() ** 2 * 0.18 + 2];
        const [px, py] = [x + Math.cos(a) * far, y + Math.sin(a) * far];
        sheet.circle(px, py, r, { fill: darker(colour, 0.22), opacity: 0.7 });
        sheet.circle(px + r * 0.16, py + r * 0.16, r * 0.84, { fill: lighter(colour, 0.08), opacity: 0.8 });
      }
    }
    sheet.circle(x, y, radius * 1.01, { fill: sheet.radial([[0, "#ffffff", 0.35], [0.4, "#ffffff", 0], [0.62, "#04030c", 0.35], [1, "#04030c", 0.97]], 0.26, 0.24, 0.86) });
  });
}

function worlds(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [x, y, r] = [width * between(random, 0.36, 0.64), height * between(random, 0.4, 0.6), Math.min(width, height) * between(random, 0.2, 0.27)];
  const tilt = between(random, -28, 28);
  const ring = (front: number) => {
    for (let i = 0; i < 6; i++) sheet.path(`M${tenth(x - r * (1.45 + i * 0.12))} ${tenth(y)}A${tenth(r * (1.45 + i * 0.12))} ${tenth(r * (0.36 + i * 0.03))} 0 0 ${front} ${tenth(x + r * (1.45 + i * 0.12))} ${tenth(y)}`, { stroke: mix(colours[4]!, colours[2 + (i % 2)]!, i / 7), width: r * between(random, 0.03, 0.09), opacity: 0.8, transform: `rotate(${tenth(tilt)} ${tenth(x)} ${tenth(y)})` });
  };
  ring(1);
  globe(sheet, random, x, y, r, mix(colours[3]!, colours[2]!, random() * 0.5), colours[3]!, true);
  ring(0);
  globe(sheet, random, width * between(random, 0.08, 0.2), height * between(random, 0.12, 0.3), r * 0.22, mix(colours[4]!, colours[1]!, 0.4), colours[2]!, false);
}

function moonrise(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const r = Math.max(width, height) * between(random, 0.55, 0.75);
  globe(sheet, random, width * between(random, 0.4, 0.9), height * 0.72 + r, r, mix(colours[1]!, colours[4]!, 0.28), colours[2]!, false);
  globe(sheet, random, width * between(random, 0.25, 0.7), height * between(random, 0.26, 0.42), Math.min(width, height) * between(random, 0.09, 0.17), mix(colours[3]!, colours[4]!, 0.3), colours[3]!, random() < 0.5);
}

export const deepSpace: Style = {
  name: "deep-space",
  creators: ["Cassia Orbit", "Station Nine"],
  tags: ["space", "stars"],
  subjects: [
    { tags: ["nebula", "gas"], titles: ["Nursery of blue stars", "The rose veil", "Ember cloud, long exposure", "Green ghost in the outer arm", "Violet weather", "Copper and cobalt dust"] },
    { tags: ["galaxy", "spiral"], titles: ["Island universe", "Pinwheel, third night", "A whole galaxy, slightly late", "Quiet spiral", "Two hundred billion mornings", "The big wheel turns"] },
    { tags: ["planet", "rings"], titles: ["Ringed and unbothered", "The pink giant has visitors", "Ochre planet with small moon", "Approach to the jade world", "Rings at closest pass", "Somebody's evening star"] },
    { tags: ["moon", "horizon"], titles: ["Earthrise, but elsewhere", "Standing on the wrong moon", "Dust plain at sunup", "Horizon without air", "Companion world", "The far side faces home"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#04060f", "#12306b", "#3f8fe0", "#7ad1d6", "#eef8ff"] },
    { tag: "rose", mood: "dreamy", colours: ["#0a0512", "#4a1650", "#e0508f", "#ff9f7a", "#fff0e6"] },
    { tag: "orange", mood: "warm", colours: ["#0a0608", "#5a1f1c", "#e0702f", "#f7c04f", "#fff6dc"] },
    { tag: "green", mood: "dark", colours: ["#030a0c", "#0c3f42", "#2fb58f", "#b5e06b", "#f2fff0"] },
    { tag: "violet", mood: "dreamy", colours: ["#070516", "#2c1a6b", "#8a5af0", "#e07ae0", "#f6eeff"] },
    { tag: "copper", mood: "bold", colours: ["#05070d", "#1c3a52", "#4f9ab5", "#e08a4a", "#fff0dc"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "landscape", "square", "portrait", scene.subject === 2 ? "wide" : "tall");
    const ground = gasRaster(random, scene.subject, width, height, scene.colours);
    const sheet = new Sheet(width, height);
    stars(sheet, random, scene.subject === 1 ? 420 : 300, [scene.colours[4]!, scene.colours[2]!, scene.colours[3]!]);
    if (scene.subject === 2) worlds(sheet, random, scene.colours);
    if (scene.subject === 3) moonrise(sheet, random, scene.colours);
    return { width, height, ground, svg: sheet.toString(), finish: { bloom: 0.3, grain: 6 } };
  },
};
