import { between, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { rgb } from "../palette.ts";
import { sizeOf, type Style } from "../style.ts";

/** Phase of the pattern at a point; its sine, cut sharply, gives the two inks. */
type Phase = (x: number, y: number) => number;

export const opArt: Style = {
  name: "op-art",
  creators: ["Bridget Moiré", "V. Contrast"],
  tags: ["op art", "illusion"],
  subjects: [
    { tags: ["checkerboard", "bulge"], titles: ["The floor breathes in", "Chessboard with secrets", "Inflation", "Soft squares, hard red", "Pressure under the tiles", "Rubber ballroom"] },
    { tags: ["waves", "stripes"], titles: ["Current, after Bridget", "Stripe theory", "Venetian blind in a breeze", "Red sea, ruled", "A hum in the wall", "Folded lemonade"] },
    { tags: ["spiral", "rings"], titles: ["Do not look away", "Hypnosis for two", "Drain", "The target moves when you move", "Vertigo, indoors", "Lollipop engine"] },
    { tags: ["interference", "circles"], titles: ["Two stones, one pond", "Moiré at midnight", "Interference pattern no. 4", "Beats per inch", "Crossed signals", "Double exposure of nothing"] },
  ],
  palettes: [
    { tag: "black and white", mood: "bold", colours: ["#faf8f2", "#101012", "#101012"] },
    { tag: "cobalt", mood: "calm", colours: ["#f3f5fb", "#1438c9", "#0a1a5c"] },
    { tag: "orange", mood: "warm", colours: ["#fff1dc", "#f2541b", "#8a1f1a"] },
    { tag: "red", mood: "bold", colours: ["#f9ece4", "#d81e3a", "#2b0a1e"] },
    { tag: "green", mood: "dark", colours: ["#0c1414", "#19c28a", "#c6f25a"] },
    { tag: "pink", mood: "playful", colours: ["#ffe7ef", "#ff4f8b", "#5a2fd1"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "square", "portrait", "landscape");
    const noise = gradientNoise(random);
    const size = Math.min(width, height);
    const [cx, cy] = [width * between(random, 0.35, 0.65), height * between(random, 0.35, 0.65)];
    const [dx, dy] = [width - cx + between(random, -60, 60), height * between(random, 0.3, 0.7)];
    const pitch = between(random, 26, 40);
    const arms = whole(random, 1, 4);
    const [lift, turn, wide] = [between(random, 0.5, 0.68), between(random, -0.6, 0.6), size * between(random, 0.36, 0.5)];
    const phases: Phase[] = [
      (x, y) => {
        const [u, v] = [x - cx, y - cy];
        const far = Math.sqrt(u * u + v * v) / wide;
        const pull = far < 1 ? 1 - lift * Math.cos((far * Math.PI) / 2) ** 2 : 1;
        const [a, b] = [u * pull, v * pull];
        return Math.sin((a * Math.cos(turn) - b * Math.sin(turn)) * (3.1416 / (pitch * 1.2))) * Math.sin((a * Math.sin(turn) + b * Math.cos(turn)) * (3.1416 / (pitch * 1.2)));
      },
      (x, y) => Math.sin(((x + Math.sin(y / (size * 0.11) + x / 260) * size * 0.075 + noise(x / 260, y / 260) * size * 0.12) * 6.2832) / (pitch * (0.85 + 0.45 * Math.sin(x / (size * 0.2))))),
      (x, y) => {
        const [u, v] = [x - cx, y - cy];
        const r = Math.sqrt(u * u + v * v);
        return Math.sin(Math.log(r + 8) * (11 - arms) + Math.atan2(v, u) * (arms * 2 + 2) * (scene.variant % 2 ? 1 : 0.5) + Math.sin(r / 55) * 0.5);
      },
      (x, y) => Math.sin((Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) * 6.2832) / pitch) * Math.sin((Math.sqrt((x - dx) ** 2 + (y - dy) ** 2) * 6.2832) / pitch),
    ];
    const phase = phases[scene.subject]!;
    const inks = [rgb(scene.colours[1]!), rgb(scene.colours[2]!)];
    const paper = rgb(scene.colours[0]!);
    const pixels = new Uint8ClampedArray(width * height * 3);
    for (let y = 0, at = 0; y < height; y++) {
      let before = phase(-1, y);
      const blend = y / height;
      for (let x = 0; x < width; x++, at += 3) {
        const value = phase(x, y);
        const cover = Math.max(0, Math.min(1, 0.5 + value / Math.max(0.09, Math.abs(value - before) * 1.2)));
        before = value;
        for (let c = 0; c < 3; c++) pixels[at + c] = paper[c]! + (inks[0]![c]! + (inks[1]![c]! - inks[0]![c]!) * blend - paper[c]!) * cover;
      }
    }
    return { width, height, ground: { width, height, pixels }, finish: { grain: 5, paper: 4 } };
  },
};
