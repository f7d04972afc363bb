import { between, whole } from "../dice.ts";
import { colourTable } from "../palette.ts";
import { sizeOf, type Raster, type Style } from "../style.ts";

type Step = (x: number, y: number) => [number, number];

/** Known good parameters of the Clifford (Pickover) and de Jong maps and near them. */
const shapes = [
  [-1.4, 1.6, 1.0, 0.7], [1.7, 1.7, 0.6, 1.2], [-1.7, 1.3, -0.1, -1.2], [1.5, -1.8, 1.6, 0.9],
  [-1.8, -2.0, -0.5, -0.9], [1.6, -0.6, -1.2, 1.6], [-1.7, 1.8, -1.9, -0.4], [-2.0, 1.8, 0.7, 0.9],
] as const;
const knots = [[1.641, 1.902, 0.316, 1.525], [-2.24, 0.43, -0.65, -2.43], [2.01, -2.53, 1.61, -0.33], [-0.827, -1.637, 1.659, -0.943], [1.4, -2.3, 2.4, -2.1], [-2.7, -0.09, -0.86, -2.2]] as const;

export const strangeAttractor: Style = {
  name: "strange-attractor",
  creators: ["Professor Lind", "Idle Machine"],
  tags: ["generative", "mathematics"],
  subjects: [
    { tags: ["attractor", "light"], titles: ["Moth, after Clifford", "Slow exposure of an equation", "Two hundred thousand decisions", "The curve that would not settle", "Silk from four numbers", "Where chaos comes home"] },
    { tags: ["attractor", "knot"], titles: ["De Jong's shawl", "Ember knot", "Folded, folded, folded", "Sea lace", "A ribbon with no ends", "Tangle at rest"] },
    { tags: ["harmonograph", "curves"], titles: ["Three pendulums agree", "Harmonograph in brass", "Duet for slow pendulums", "Decay, tuned to a fifth", "Interference rose", "The bell drew this"] },
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
    const nudge = () => between(random, -0.06, 0.06);
    if (scene.subject === 2) {
      const [f, g] = [whole(random, 2, 4), whole(random, 3, 5)];
      const [p, q, r] = [random() * 6, random() * 6, random() * 6];
      const drift = between(random, 0.002, 0.006);
      for (let i = 0; i < 420000; i++) {
        const t = i * 0.0007;
        const fade = Math.exp(-t * 0.0055);
        const x = (Math.sin(f * t + p) * 0.62 + Math.sin((g + drift) * t + q) * 0.38) * fade;
        const y = (Math.sin((f + drift * 1.7) * t + r) * 0.6 + Math.sin(g * t) * 0.4) * fade;
        const at = Math.floor(height / 2 + y * height * 0.45) * width + Math.floor(width / 2 + x * width * 0.45);
        counts[at] = counts[at]! + 0.7;
      }
    } else {
      const [a, b, c, d] = (scene.subject === 0 ? shapes[scene.variant % shapes.length]! : knots[scene.variant % knots.length]!).map((v) => v + nudge()) as [number, number, number, number];
      const step: Step = scene.subject === 0
        ? (x, y) => [Math.sin(a * y) + c * Math.cos(a * x), Math.sin(b * x) + d * Math.cos(b * y)]
        : (x, y) => [Math.sin(a * y) - Math.cos(b * x), Math.sin(c * x) - Math.cos(d * y)];
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
