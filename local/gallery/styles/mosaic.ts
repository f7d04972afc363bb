import type { Random } from "#shared/kernel/random.ts";
import { between, oneOf, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { mix, rgb, type Rgb } from "../palette.ts";
import { sizeOf, type Style } from "../style.ts";

/** What is at a place (x, y in ±1 along the short side): which colour, and the depth that rows of stone follow. */
type Design = (x: number, y: number) => [colour: number, depth: number];

const designs: ((random: Random) => Design)[] = [
  (random) => {
    const [flip, fat] = [random() < 0.5 ? 1 : -1, between(random, 0.4, 0.5)];
    return (x0, y) => {
      const x = x0 * flip;
      const body = Math.hypot((x + 0.1) / 0.68, y / fat);
      const tail = x > 0.44 && x < 0.95 && Math.abs(y) < (x - 0.4) * 0.75 && Math.abs(y) > (x - 0.72) * 0.9;
      if (Math.hypot(x + 0.46, y + 0.09) < 0.045) return [6, 0.2];
      if (Math.hypot(x + 0.46, y + 0.09) < 0.095) return [5, 0.3];
      if (body < 1) return [Math.abs(x + 0.26 + y * y * 0.8) < 0.04 ? 6 : x < -0.3 ? 3 : Math.floor((x + 1 + y * y * 0.8) * 7) % 2 ? 2 : 3, body * 0.6];
      if (tail) return [Math.floor((x - 0.4) * 12) % 2 ? 4 : 2, x * 0.7];
      if (Math.hypot((x - 0.05) / 0.3, (y + 0.42) / 0.2) < 1 && y < -0.28) return [4, Math.hypot(x, y + 0.3)];
      const wave = Math.sin(x0 * 5 + Math.floor(y * 5) * 1.3) * 0.06;
      return [Math.floor((y + wave + 3) * 5) % 3 === 0 ? 1 : 0, (y + wave) * 0.7];
    };
  },
  (random) => {
    const rays = whole(random, 10, 16);
    const rise = between(random, -0.2, 0);
    return (x, y0) => {
      const y = y0 - rise;
      const r = Math.hypot(x, y);
      const a = Math.atan2(y, x);
      if (y > 0.48 + Math.sin(x * 6) * 0.04) return [Math.floor((y + Math.sin(x * 6 + Math.floor(y * 9)) * 0.04) * 9) % 2 ? 1 : 6, y];
      if (r < 0.27) return [r < 0.12 ? 5 : 3, r];
      if (r < 0.32) return [4, r];
      const point = 0.34 + 0.3 * Math.abs((((a / Math.PI / 2) * rays) % 1 + 1) % 1 - 0.5) * 2;
      if (r < point) return [Math.floor((a / Math.PI / 2) * rays + 0.5) % 2 ? 2 : 3, r];
      return [Math.floor(r * 5) % 2 ? 0 : 1, r];
    };
  },
  (random) => {
    const flip = random() < 0.5 ? 1 : -1;
    return (x0, y) => {
      const x = x0 * flip;
      const stem = Math.abs(y - 0.42 - Math.sin(x * 3) * 0.08);
      if (Math.hypot(x + 0.42, y + 0.27) < 0.035) return [6, 0];
      if (x < -0.53 && x > -0.76 && Math.abs(y + 0.22) < (x + 0.76) * 0.3) return [3, x];
      const head = Math.hypot(x + 0.4, y + 0.24) / 0.2;
      const wing = Math.hypot((x - 0.12) * 0.8 + (y + 0.04) * 0.6, ((y + 0.04) * 0.8 - (x - 0.12) * 0.6) * 2.2) / 0.42;
      if (wing < 1) return [Math.floor(wing * 4) % 2 ? 2 : 6, wing * 0.4];
      if (head < 1) return [2, head * 0.3];
      const body = Math.hypot(x + 0.04, (y + 0.02) * 1.6 - x * 0.25) / 0.46;
      if (body < 1) return [y > 0.06 + x * 0.1 ? 4 : 2, body * 0.5];
      if (x > 0.3 && x < 0.95 && Math.abs(y - 0.16 - (x - 0.3) * 0.5) < 0.07 + (x - 0.3) * 0.12) return [Math.floor(x * 9) % 2 ? 6 : 2, x];
      if (stem < 0.035) return [6, x];
      for (let i = -4; i < 5; i++) { const [lx, ly] = [i * 0.24, 0.42 + Math.sin(i * 0.72) * 0.08 + (i % 2 ? 0.13 : -0.12)]; if (Math.hypot((x - lx) * 0.8, (y - ly) * 1.2) < 0.095) return [i % 3 ? 1 : 3, x + y]; }
      return [0, Math.hypot(x, y)];
    };
  },
  (random) => {
    const [petals, rings] = [whole(random, 3, 6) * 2, whole(random, 3, 4)];
    return (x, y) => {
      const r = Math.hypot(x, y);
      const a = (Math.atan2(y, x) / Math.PI / 2) * petals;
      const lobe = Math.abs(((a % 1) + 1) % 1 - 0.5) * 2;
      if (Math.max(Math.abs(x), Math.abs(y)) > 0.9) return [Math.floor((x + 3) * 10) % 2 === Math.floor((y + 3) * 10) % 2 ? 6 : 5, Math.max(Math.abs(x), Math.abs(y))];
      const ring = Math.floor(r * rings + (1 - lobe) * 0.34 + 0.1);
      if (r < 0.12) return [3, r];
      return [ring === 0 ? 2 : ring === 1 ? (lobe > 0.75 ? 6 : 4) : ring === 2 ? (lobe < 0.3 ? 3 : 1) : ring === 3 ? 2 : 0, r];
    };
  },
];

export const mosaic: Style = {
  name: "mosaic",
  creators: ["Officina Tessera", "Galla Ponti"],
  tags: ["mosaic", "tiles"],
  subjects: [
    { tags: ["fish", "sea"], titles: ["Fish from the bathhouse floor", "A carp for the courtyard", "Third tile from the fountain", "Fish, found under the vineyard", "The fishmonger's threshold", "Still swimming after two thousand years"] },
    { tags: ["sun", "waves"], titles: ["Sun over the cold plunge", "Solar floor", "Garden sun", "Noon, in four hundred greys", "Summer villa, east room", "The sun sets on the atrium"] },
    { tags: ["bird", "branch"], titles: ["Bird with olive branch", "Songbird, chipped", "The dove keeps watch", "Thrush at the doorstep", "Finch for a merchant's hall", "Night bird"] },
    { tags: ["rosette", "ornament"], titles: ["Rosette for the small chapel", "Floor of the spice market", "Bright wheel", "Compass of the dining room", "Courtyard star", "Where the dancers turned"] },
  ],
  palettes: [
    { tag: "aqua", mood: "calm", colours: ["#9fd0cf", "#3f9aa5", "#e8854a", "#f6c45a", "#c8482f", "#fbf3e0", "#1f3f52"] },
    { tag: "terracotta", mood: "warm", colours: ["#efdcbc", "#d8a878", "#b5482f", "#e8a94a", "#7f8f5a", "#fbf1dd", "#4a2a24"] },
    { tag: "green", mood: "playful", colours: ["#d3e6b8", "#7fb56a", "#2f8a9a", "#ffd04f", "#ef6f4f", "#fffbe8", "#1f4f3f"] },
    { tag: "stone", mood: "calm", colours: ["#e6e0d4", "#bdb5a6", "#7a8a94", "#c9a46a", "#a0604a", "#f8f4ea", "#3a3d44"] },
    { tag: "blue", mood: "bold", colours: ["#2f5fb5", "#1b3a7f", "#f2b83f", "#f9e08a", "#e0563f", "#fff6dd", "#0f1f4a"] },
    { tag: "night", mood: "dark", colours: ["#26344f", "#17223a", "#5fb0a8", "#e8bd5f", "#b0506a", "#efe6cc", "#8f7fc0"] },
  ],
  draw(random, scene) {
    const [width, height] = scene.subject === 3 ? sizeOf(random, "square") : sizeOf(random, "square", "landscape", scene.subject === 1 ? "portrait" : "landscape");
    const design = designs[scene.subject]!(random);
    const noise = gradientNoise(random);
    const half = Math.min(width, height) / 2;
    const pitch = between(random, 10, 12.5);
    const grout = rgb(mix(scene.colours[0]!, scene.colours[6]!, 0.55));
    const tones: Rgb[][] = scene.colours.map((c) => Array.from({ length: 7 }, () => rgb(mix(mix(c, oneOf(random, scene.colours), between(random, 0, 0.09)), random() < 0.6 ? "#ffffff" : "#1a1512", between(random, 0, 0.13)))));
    const pixels = new Uint8ClampedArray(width * height * 3);
    for (let i = 0; i < pixels.length; i += 3) for (let c = 0; c < 3; c++) pixels[i + c] = grout[c]!;
    // Stones are laid square to the rows the design's depth draws.
    for (let gy = 0; gy < height + pitch; gy += pitch) {
      for (let gx = 0; gx < width + pitch; gx += pitch) {
        const [x, y] = [gx + between(random, -1.3, 1.3), gy + between(random, -1.3, 1.3)];
        const [u, v] = [(x - width / 2) / half, (y - height / 2) / half];
        const [colour, depth] = design(u, v);
        const turn = 0.5 * Math.sin(Math.atan2(design(u, v + 0.01)[1] - depth, design(u + 0.01, v)[1] - depth) * 4) * 0.5 + between(random, -0.09, 0.09);
        const tone = tones[colour]![whole(random, 0, 6)]!;
        const sheen = 1 + noise(x / 130, y / 130) * 0.1;
        const [cos, sin, reach] = [Math.cos(turn), Math.sin(turn), pitch * between(random, 0.4, 0.46)];
        for (let py = Math.max(0, Math.floor(y - pitch * 0.7)); py < Math.min(height, y + pitch * 0.7); py++) {
          for (let px = Math.max(0, Math.floor(x - pitch * 0.7)); px < Math.min(width, x + pitch * 0.7); px++) {
            const [a, b] = [(px - x) * cos + (py - y) * sin, (py - y) * cos - (px - x) * sin];
            if (Math.abs(a) > reach || Math.abs(b) > reach) continue;
            const bevel = (a < 1.4 - reach || b < 1.4 - reach ? 1.14 : a > reach - 1.4 || b > reach - 1.4 ? 0.84 : 1) * sheen;
            const at = (py * width + px) * 3;
            for (let c = 0; c < 3; c++) pixels[at + c] = tone[c]! * bevel;
          }
        }
      }
    }
    return { width, height, ground: { width, height, pixels }, finish: { grain: 7, vignette: 0.14 } };
  },
};
