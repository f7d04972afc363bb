import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { colourTable } from "../palette.ts";
import { sizeOf, type Raster, type Style } from "../style.ts";

type Step = (x: number, y: number) => [number, number];

/** Draws parameters until the orbit covers a good part of a 64 × 64 grid: most choices collapse to a few points. */
function lively(random: Random, stepOf: (p: readonly number[]) => Step): Step {
  let [best, most]: [Step, number] = [stepOf([1.7, 1.7, 0.6, 1.2]), 0];
  for (let tries = 0; tries < 14 && most < 900; tries++) {
    const step = stepOf([between(random, 1.2, 2.4), between(random, -2.4, 2.4), between(random, 0.5, 2.2), between(random, -2.2, 2.2)].map((v) => (random() < 0.5 ? v : -v)));
    const seen = new Set<number>();
    let [x, y] = [0.1, 0.1];
    for (let i = 0; i < 4000; i++) {
      [x, y] = step(x, y);
      if (i > 50) seen.add(Math.floor(x * 12 + 48) * 128 + Math.floor(y * 12 + 48));
    }
    if (seen.size > most) [best, most] = [step, seen.size];
  }
  return best;
}

export const strangeAttractor: Style = {
  name: "strange-attractor",
  creators: ["Professor Lind", "Idle Machine"],
  tags: ["generative", "mathematics"],
  subjects: [
    { tags: ["attractor", "light"], titles: ["Moth, after Clifford", "Slow exposure of an equation", "Two hundred thousand decisions", "The curve that would not settle", "Silk from four numbers", "Where chaos comes home", "Blush of a runaway sum", "Frost that follows a rule"] },
    { tags: ["attractor", "knot"], titles: ["De Jong's shawl", "Ember knot", "Folded, folded, folded", "Sea lace", "A ribbon with no ends", "Tangle at rest", "Bow for an imaginary parcel", "Winter cocoon"] },
    { tags: ["harmonograph", "curves"], titles: ["Three pendulums agree", "Harmonograph in brass", "Duet for slow pendulums", "Decay, tuned to a fifth", "Interference rose", "The bell drew this", "Pendulum in a good mood", "Cold tuning fork"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#050912", "#0d2a5c", "#2f86e0", "#a8e6ff", "#ffffff"] },
    { tag: "fire", mood: "bold", colours: ["#0b0406", "#5a0f1f", "#e0482a", "#ffb84f", "#fff8dc"] },
    { tag: "violet", mood: "dreamy", colours: ["#08050f", "#341a66", "#a04fe0", "#ffa0d8", "#fff4fb"] },
    { tag: "sea green", mood: "dark", colours: ["#030b0b", "#0a3f42", "#1fa88c", "#b4f5c4", "#fbfff0"] },
    { tag: "ivory", mood: "calm", colours: ["#f6f1e6", "#e3d6c4", "#b3917a", "#6a4a4c", "#1f1a2c"] },
    { tag: "gold", mood: "warm", colours: ["#0e0b08", "#4a3212", "#c08a2a", "#ffe08f", "#fffbe8"] },
    { tag: "pink", mood: "playful", colours: ["#fff3f0", "#ffd2cf", "#ff7f9a", "#c23a8f", "#4a1560"] },
    { tag: "ice", mood: "dreamy", colours: ["#0a0e1a", "#2a3a5c", "#7a9ac4", "#d6e4f2", "#ffffff"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "square", "portrait", "landscape");
    const counts = new Float32Array(width * height);
    if (scene.subject === 2) {
      const [f, g] = [whole(random, 2, 4), whole(random, 3, 5)];
      const [p, q, r] = [random() * 6, random() * 6, random() * 6];
      const drift = between(random, 0.0015, 0.004);
      for (let i = 0; i < 460000; i++) {
        const t = i * 0.0007;
        const fade = Math.exp(-t * 0.0042);
        const x = (Math.sin(f * t + p) * 0.62 + Math.sin((g + drift) * t + q) * 0.38) * fade;
        const y = (Math.sin((f + drift * 1.7) * t + r) * 0.6 + Math.sin(g * t) * 0.4) * fade;
        const at = Math.floor(height / 2 + y * height * 0.48) * width + Math.floor(width / 2 + x * width * 0.48);
        counts[at] = counts[at]! + 1.5;
      }
    } else {
      const step = lively(random, ([a, b, c, d]: readonly number[]) =>
        scene.subject === 0
          ? (x, y) => [Math.sin(a! * y) + c! * Math.cos(a! * x), Math.sin(b! * x) + d! * Math.cos(b! * y)]
          : (x, y) => [Math.sin(a! * y) - Math.cos(b! * x), Math.sin(c! * x) - Math.cos(d! * y)],
      );
      let [x, y] = [0.1, 0.1];
      let [left, right, top, bottom] = [9, -9, 9, -9];
      for (let i = 0; i < 3000; i++) {
        [x, y] = step(x, y);
        if (i > 50) [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      }
      const scale = Math.min((width * 0.86) / (right - left), (height * 0.86) / (bottom - top));
      const [ox, oy] = [width / 2 - ((left + right) / 2) * scale, height / 2 - ((top + bottom) / 2) * scale];
      for (let i = 0; i < 520000; i++) {
        [x, y] = step(x, y);
        const [px, py] = [Math.floor(ox + x * scale), Math.floor(oy + y * scale)];
        if (px >= 0 && py >= 0 && px < width && py < height) counts[py * width + px] = counts[py * width + px]! + 1;
      }
    }
    const table = colourTable(scene.colours, 1024);
    const pixels = new Uint8ClampedArray(width * height * 3);
    for (let i = 0; i < counts.length; i++) {
      const level = Math.min(1, Math.log1p(counts[i]! * 1.6) / 4.1);
      const s = Math.floor(level * 1023) * 3;
      pixels[i * 3] = table[s]!;
      pixels[i * 3 + 1] = table[s + 1]!;
      pixels[i * 3 + 2] = table[s + 2]!;
    }
    const ground: Raster = { width, height, pixels };
    const onDark = scene.colours[0]! < "#8";
    return { width, height, ground, finish: onDark ? { bloom: 0.5 } : {} };
  },
};
