import type { Random } from "#shared/kernel/random.ts";
import { between, oneOf } from "../dice.ts";
import { fractal, gradientNoise, type Noise } from "../noise.ts";
import { along, mix, rgb, type Rgb } from "../palette.ts";
import { sizeOf, type Style } from "../style.ts";

/** The colour a painter would aim for at a place; x and y run from 0 to 1. */
type View = (x: number, y: number) => string;

function viewOf(random: Random, subject: number, colours: readonly string[], noise: Noise): View {
  const [high, low, sun, far, near, deep] = colours as [string, string, string, string, string, string];
  const [sx, sy] = [between(random, 0.25, 0.75), between(random, 0.16, 0.34)];
  const sky: View = (x, y) => {
    const away = Math.hypot(x - sx, y - sy);
    return away < 0.07 ? sun : mix(along([high, low], y * 1.7 + noise(x * 3, y * 9) * 0.25), sun, Math.max(0, 0.55 - away * 1.5));
  };
  if (subject === 0) {
    const trees = Array.from({ length: 7 }, (_, i) => [(i + 0.5) / 7 + between(random, -0.05, 0.05), between(random, 0.16, 0.34)] as const);
    return (x, y) => {
      const under = y > 0.6;
      const v = under ? 1.2 - y + noise(x * 12, y * 40) * 0.015 : y;
      const tree = trees.some(([tx, tall]) => Math.abs(x - tx) < 0.042 * (1 - ((0.6 - v) / tall) ** 2) ** 0.5 && v > 0.6 - tall && v < 0.6);
      const tone = v > 0.55 ? near : tree ? (noise(x * 30, v * 20) > 0 ? deep : near) : v > 0.48 + noise(x * 3, 1) * 0.04 ? far : sky(x, v);
      return under ? mix(tone, far, 0.35) : tone;
    };
  }
  if (subject === 1) {
    return (x, y) => {
      const hill = 0.46 + noise(x * 2.2, 4) * 0.07;
      if (y < hill) return sky(x, y);
      const depth = (y - hill) / (1 - hill);
      const flower = noise(x * (30 - depth * 18), y * (60 - depth * 38));
      if (depth < 0.12) return mix(far, low, 0.3);
      return flower > 0.3 ? oneOf(random, [sun, colours[6]!, colours[6]!]) : along([mix(far, near, 0.5), near, deep], depth + noise(x * 5, y * 9) * 0.3);
    };
  }
  if (subject === 2) {
    const boats = Array.from({ length: 4 }, (_, i) => [0.16 + i * 0.23 + between(random, -0.05, 0.05), between(random, 0.56, 0.78), between(random, 0.1, 0.17)] as const);
    return (x, y) => {
      for (const [bx, by, s] of boats) {
        if (y < by && y > by - s * 1.5 && x > bx - (y - by + s * 1.5) * 0.22 && x < bx + (y - by + s * 1.5) * 0.4) return x < bx ? colours[6]! : mix(sun, "#ffffff", 0.4);
        if (y >= by && y < by + s * 0.22 && Math.abs(x - bx) < s * 0.62 - (y - by)) return deep;
      }
      if (y < 0.48) return y > 0.43 + noise(x * 4, 2) * 0.04 ? far : sky(x, y);
      const glint = Math.abs(x - sx) < 0.05 + (y - 0.48) * 0.25 && noise(x * 14, y * 60) > 0;
      return glint ? sun : along([mix(far, low, 0.4), near, deep], (y - 0.48) * 1.7 + noise(x * 7, y * 40) * 0.4);
    };
  }
  const crowns = Array.from({ length: 9 }, (_, i) => [random(), 0.4 + i * 0.05, 0.08 + i * 0.012] as const);
  return (x, y) => {
    for (const [cx, cy, r] of [...crowns].reverse()) {
      const d = Math.hypot(x - cx, (y - cy) * 1.15) + noise(x * 9, y * 9) * 0.02;
      if (d < r) return x - cx + (y - cy) < -0.02 ? (random() < 0.22 ? colours[6]! : near) : random() < 0.14 ? colours[6]! : deep;
      if (Math.abs(x - cx) < 0.01 && y > cy && y < cy + r * 1.8) return mix(deep, "#3a2418", 0.6);
      if (Math.hypot((x - cx - 0.03) * 0.7, (y - cy - r * 1.8) * 3) < r * 0.9) return mix(deep, high, 0.35);
    }
    return y > 0.46 ? along([mix(near, sun, 0.55), mix(near, low, 0.2), near], (y - 0.46) * 2 + noise(x * 6, y * 10) * 0.3) : sky(x, y);
  };
}

export const pointillism: Style = {
  name: "pointillism",
  creators: ["Célestine Aubrac", "Dabney Rowe"],
  tags: ["pointillism", "painting"],
  subjects: [
    { tags: ["river", "poplars"], titles: ["Poplars, counted in dots", "River at the warm end of June", "The far bank", "Towpath in violet", "Golden water, seven trees", "Cool of the evening"] },
    { tags: ["meadow", "flowers"], titles: ["Meadow before mowing", "Poppies, mostly", "Walk to the mill", "Lavender shift", "The hot field", "Blue flowers on the ridge"] },
    { tags: ["harbour", "boats"], titles: ["Sails at Petit Fort", "Glitter path", "Four boats, no hurry", "Violet regatta", "Harbour in August light", "The calm before supper"] },
    { tags: ["orchard", "trees"], titles: ["Orchard, morning side", "Apples if you look closely", "Shade has a colour too", "Under the plum trees", "Siesta", "Last row of the orchard"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#5b9bd5", "#cfe4ef", "#fff0b0", "#7fa8c0", "#5f9a6a", "#24505f", "#f2a0a0"] },
    { tag: "red", mood: "bold", colours: ["#6aa8d8", "#f7d9b0", "#fff3c0", "#9ab08a", "#7fa64a", "#3a6b3f", "#e0382f"] },
    { tag: "green", mood: "calm", colours: ["#9fd0d8", "#f2f0d0", "#fff8d0", "#8fb8a0", "#6fae5a", "#2a5f4a", "#f4c64a"] },
    { tag: "violet", mood: "dreamy", colours: ["#7a6ac0", "#f0b8c8", "#ffe0b0", "#a08fc8", "#7f78b8", "#3a3470", "#f07fa8"] },
    { tag: "gold", mood: "warm", colours: ["#f0a04a", "#fbe0a0", "#fff6c8", "#c8905a", "#b09a3f", "#6a4a2a", "#d8502a"] },
    { tag: "dusk", mood: "dark", colours: ["#26346a", "#c0708a", "#ffd890", "#4a5588", "#2f5a6a", "#14243f", "#f0a060"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "landscape", "landscape", "square", "portrait");
    const noise = fractal(gradientNoise(random), 2);
    const view = viewOf(random, scene.subject, scene.colours, noise);
    const ground = rgb(mix(scene.colours[1]!, scene.colours[5]!, 0.3));
    const pixels = new Uint8ClampedArray(width * height * 3);
    for (let i = 0; i < pixels.length; i += 3) for (let c = 0; c < 3; c++) pixels[i + c] = ground[c]!;
    const known = new Map<string, Rgb>();
    const tint = (colour: string) => known.get(colour) ?? known.set(colour, rgb(colour)).get(colour)!;
    const pitch = 9.2;
    // Coarse dabs cover, fine ones sparkle; each strays from the aimed colour, so that the eye mixes them.
    for (const [step, size] of [[pitch, 0.72], [pitch * 1.4, 0.38]] as const) {
      for (let gy = 0; gy < height + step; gy += step) {
        for (let gx = 0; gx < width + step; gx += step) {
          const [x, y, r] = [gx + between(random, -4, 4), gy + between(random, -4, 4), step * size * between(random, 0.75, 1.15)];
          const base = tint(view(Math.max(0, Math.min(1, x / width)), Math.max(0, Math.min(1, y / height))));
          const [dr, dg, db] = [between(random, -26, 26), between(random, -22, 22), between(random, -28, 28)];
          for (let py = Math.max(0, Math.ceil(y - r)); py < Math.min(height, y + r); py++) {
            const half = Math.sqrt(r * r - (py - y) ** 2);
            const light = ((y - py) / r) * 9;
            for (let px = Math.max(0, Math.ceil(x - half)); px < Math.min(width, x + half); px++) {
              const at = (py * width + px) * 3;
              pixels[at] = base[0] + dr + light;
              pixels[at + 1] = base[1] + dg + light;
              pixels[at + 2] = base[2] + db + light;
            }
          }
        }
      }
    }
    return { width, height, ground: { width, height, pixels }, finish: { canvas: 6 } };
  },
};
