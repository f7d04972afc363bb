import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { scatter, type Point } from "../outline.ts";
import { mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** The direction of flow at a point, in radians. */
type Flow = (x: number, y: number) => number;

function flowOf(random: Random, subject: number, width: number, height: number): Flow {
  const noise = gradientNoise(random);
  const turn = random() * 6.28;
  if (subject === 0) return (x, y) => turn + noise(x / 330, y / 330) * 2.6;
  if (subject === 1) {
    const eyes = Array.from({ length: whole(random, 2, 4) }, () => [random() * width, random() * height, random() < 0.5 ? 1 : -1] as const);
    return (x, y) => {
      let [u, v] = [0.15, 0];
      for (const [ex, ey, spin] of eyes) {
        const pull = 1 / (1 + ((x - ex) ** 2 + (y - ey) ** 2) / 30000);
        const angle = Math.atan2(y - ey, x - ex) + spin * 1.5;
        u += Math.cos(angle) * pull;
        v += Math.sin(angle) * pull;
      }
      return Math.atan2(v, u) + noise(x / 200, y / 200) * 0.3;
    };
  }
  if (subject === 2) return (x, y) => noise(x / 520, y / 140) * 1.5 + Math.sin(y / 90 + turn) * 0.35;
  const [ax, ay, bx, by] = [width * 0.28, height * between(random, 0.3, 0.7), width * 0.72, height * between(random, 0.3, 0.7)];
  return (x, y) => {
    const [a, b] = [(x - ax) ** 2 + (y - ay) ** 2 + 60, (x - bx) ** 2 + (y - by) ** 2 + 60];
    return Math.atan2((y - ay) / a - (y - by) / b, (x - ax) / a - (x - bx) / b) + noise(x / 260, y / 260) * 0.5;
  };
}

export const flowField: Style = {
  name: "flow-field",
  creators: ["Tycho Brandt", "Vector Lane"],
  tags: ["generative", "flow field"],
  subjects: [
    { tags: ["currents", "lines"], titles: ["Prevailing wind", "What the river combs", "Gulf stream, annotated", "Grass on a slope", "Signal in four colours", "Drift study with ochre"] },
    { tags: ["vortex", "swirl"], titles: ["Three storms share a coast", "Whirlpools for beginners", "Eddies at the weir", "The wind changes its mind", "Turning, and turning back", "Spiral traffic"] },
    { tags: ["strata", "waves"], titles: ["Combed sand", "Layers of an afternoon", "Long hair under water", "Dune telegraph", "Sediment in motion", "Slow weather from the west"] },
    { tags: ["magnetic", "poles"], titles: ["Two poles, one page", "Attraction, drawn", "Field notes", "Compass dream", "Opposites", "The pull between houses"] },
  ],
  palettes: [
    { tag: "navy", mood: "bold", colours: ["#f7efe2", "#12355b", "#d72638", "#f49d37", "#3f88a5"] },
    { tag: "black", mood: "dark", colours: ["#101114", "#f25f5c", "#ffe066", "#50b9a7", "#f4f1ea"] },
    { tag: "sea green", mood: "calm", colours: ["#e9f2ec", "#1d6f6c", "#7dbb9b", "#2b3f5c", "#d4a24c"] },
    { tag: "plum", mood: "dreamy", colours: ["#2b1736", "#f6a6b2", "#b57edc", "#ffd6a5", "#6c7ee1"] },
    { tag: "pink", mood: "playful", colours: ["#fff0ea", "#ff5d73", "#ffb52e", "#2ec4b6", "#3d348b"] },
    { tag: "ochre", mood: "warm", colours: ["#efe0c2", "#7a3b1e", "#c8862a", "#2f2a26", "#a34a28"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "square", "landscape", "tall");
    const [paper, ...inks] = scene.colours as [string, ...string[]];
    const sheet = new Sheet(width, height, paper);
    const flow = flowOf(random, scene.subject, width, height);
    const zone = gradientNoise(random);
    const margin = width * 0.065;
    const gap = between(random, 6.5, 11);
    const taken = new Set<number>();
    const cellOf = (x: number, y: number) => Math.floor(x / gap) * 4096 + Math.floor(y / gap);
    const outside = ([x, y]: Point) => x < margin || y < margin || x > width - margin || y > height - margin;
    const thin = random() < 0.4;
    for (const [sx, sy] of scatter(random, width, height, gap * 1.6, 900)) {
      const own = new Set<number>();
      const points: Point[] = [];
      let [x, y] = [sx, sy];
      for (let i = 0; i < 70; i++) {
        const cell = cellOf(x, y);
        if (outside([x, y]) || (taken.has(cell) && !own.has(cell))) break;
        own.add(cell);
        points.push([x, y]);
        const angle = flow(x, y);
        x += Math.cos(angle) * 8;
        y += Math.sin(angle) * 8;
      }
      if (points.length < 4) continue;
      for (const cell of own) taken.add(cell);
      const tone = Math.abs(zone(sx / 240, sy / 240) * 2.4 + random() * 0.7) * inks.length;
      const ink = inks[Math.floor(tone) % inks.length]!;
      sheet.path(points.map(([px, py], i) => `${i ? "L" : "M"}${tenth(px)} ${tenth(py)}`).join(""), { stroke: mix(ink, paper, random() * 0.16), width: gap * (thin ? between(random, 0.18, 0.4) : between(random, 0.45, 0.92)), cap: "round" });
    }
    return { width, height, svg: sheet.toString(), finish: { paper: 7, grain: 3 } };
  },
};
