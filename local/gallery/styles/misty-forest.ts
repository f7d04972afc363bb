import type { Random } from "#shared/kernel/random.ts";
import { between, chance, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { curve, land, ridgePoints, type Point } from "../outline.ts";
import { along, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A fir as one ragged outline. */
function fir(random: Random, x: number, y: number, tall: number): string {
  let [left, right] = ["", ""];
  const tiers = Math.max(5, Math.round(tall / 15));
  for (let i = 0; i < tiers; i++) {
    const next = y - tall + (tall * 0.93 * (i + 1)) / tiers;
    const reach = tall * 0.19 * ((i + 1) / tiers) ** 0.85 * between(random, 0.75, 1.2);
    right += `L${tenth(x + reach)} ${tenth(next + tall * 0.012)}L${tenth(x + reach * 0.42)} ${tenth(next)}`;
    left = `L${tenth(x - reach * 0.42)} ${tenth(next)}L${tenth(x - reach * between(random, 0.85, 1.1))} ${tenth(next + tall * 0.014)}${left}`;
  }
  return `M${tenth(x)} ${tenth(y - tall)}${right}L${tenth(x + 2)} ${tenth(y)}L${tenth(x - 2)} ${tenth(y)}${left}Z`;
}

function deer(x: number, y: number, s: number): string {
  const p = (u: number, v: number) => `${tenth(x + u * s)} ${tenth(y + v * s)}`;
  return `M${p(-0.9, -1.1)}C${p(-0.4, -1.35)} ${p(0.3, -1.2)} ${p(0.55, -1.3)}L${p(0.85, -1.95)}L${p(0.8, -2.15)}L${p(1.02, -2.1)}L${p(1.4, -1.9)}L${p(1.34, -1.78)}L${p(1.08, -1.76)}L${p(0.82, -0.95)}L${p(0.74, 0)}L${p(0.64, 0)}L${p(0.58, -0.7)}L${p(-0.5, -0.72)}L${p(-0.6, 0)}L${p(-0.7, 0)}L${p(-0.78, -0.6)}L${p(-0.98, -0.85)}ZM${p(0.92, -2.1)}L${p(0.8, -2.7)}L${p(0.56, -2.95)}L${p(0.78, -2.84)}L${p(0.72, -3.1)}L${p(0.88, -2.78)}L${p(0.97, -2.1)}ZM${p(0.98, -2.1)}L${p(1.12, -2.68)}L${p(1.4, -2.9)}L${p(1.2, -2.82)}L${p(1.26, -3.06)}L${p(1.06, -2.72)}L${p(0.94, -2.1)}Z`;
}

export const mistyForest: Style = {
  name: "misty-forest",
  creators: ["Ingrid Fjell", "Aukusti Salo"],
  tags: ["forest", "mist", "silhouette"],
  subjects: [
    { tags: ["valley"], titles: ["Nine kinds of grey-blue", "Valley fills with morning", "The road north, early", "Ember dusk in the pines", "Rose fog", "Where the sound goes"] },
    { tags: ["lake"], titles: ["The lake holds its breath", "Mirror hour", "Green water, no wind", "Last light, still water", "Pink lake, two herons absent", "Moon over the black tarn"] },
    { tags: ["deer"], titles: ["Stag at the forest edge", "Somebody is listening", "It looked back once", "Deer at the burning hour", "A quiet crossing", "Night grazing"] },
    { tags: ["peaks"], titles: ["Above the cloud line", "First ridge, second ridge", "The far range answers", "Alpenglow and firs", "Soft summits", "Peaks under a cold moon"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#dfe9ef", "#a7c0d0", "#4f7389", "#14262f", "#fbfdff"] },
    { tag: "gold", mood: "warm", colours: ["#fbe6b8", "#f0b878", "#9a6a4a", "#2a1d18", "#fff6d6"] },
    { tag: "green", mood: "calm", colours: ["#e4efe2", "#a8c6b0", "#4a7a66", "#0f2a24", "#fbfff0"] },
    { tag: "red", mood: "bold", colours: ["#ffc48a", "#e8694a", "#8a2a3c", "#1f0d16", "#ffe9b8"] },
    { tag: "pink", mood: "dreamy", colours: ["#fbe0e4", "#e0a8c0", "#8a6a9c", "#2a2040", "#fff4f0"] },
    { tag: "night blue", mood: "dark", colours: ["#5a78a8", "#34507f", "#1a2c52", "#060b18", "#eaf2ff"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "landscape", "portrait", scene.subject % 2 ? "square" : "tall", "wide");
    const [high, low, middle, dark, light] = scene.colours as [string, string, string, string, string];
    const night = scene.variant === 5;
    const sheet = new Sheet(width, height);
    sheet.rect(0, 0, width, height, { fill: sheet.linear(night ? [[0, dark], [0.7, high], [1, low]] : [[0, mix(high, low, 0.55)], [0.45, high], [1, lighter(high, 0.3)]]) });
    const [sx, sy, r] = [width * between(random, 0.25, 0.75), height * between(random, 0.18, 0.34), width * between(random, 0.05, 0.1)];
    sheet.circle(sx, sy, r * 4, { fill: sheet.radial([[0, light, 0.65], [1, light, 0]]) });
    sheet.circle(sx, sy, r, { fill: light, opacity: 0.92 });
    if (night) for (let i = 0; i < 90; i++) sheet.circle(random() * width, random() * height * 0.5, between(random, 0.6, 1.5), { fill: light, opacity: random() });
    const noise = gradientNoise(random);
    const lake = scene.subject === 1;
    const floor = lake ? height * 0.64 : height;
    const rows = whole(random, 5, 6);
    const view = () => {
      if (scene.subject === 3 || scene.subject === 1) {
        for (let k = 0; k < 2; k++) {
          const peaks = ridgePoints(noise, width, floor * (0.56 + k * 0.1), height * 0.24, 3.4, 20 + k, 46).map(([x, y], i): Point => [x, y + noise(i * 0.7, k) * 14]);
          sheet.path(land(peaks, floor, false), { fill: sheet.linear([[0, mix(middle, high, 0.45 - k * 0.15)], [1, mix(low, high, 0.8)]]) });
        }
      }
      for (let row = 0; row < rows; row++) {
        const depth = row / (rows - 1);
        const tone = along([mix(low, high, 0.35), low, middle, dark], depth);
        const points = ridgePoints(noise, width, floor * (0.46 + depth * (lake ? 0.46 : 0.44)), height * 0.11 * (1 - depth * 0.35), 1.5 + depth, row, 70);
        let d = land(points, floor);
        const tall = height * (0.045 + depth ** 1.7 * (lake ? 0.1 : 0.26));
        const count = Math.round((width / tall) * (row === rows - 1 && !lake ? 2.1 : 3.4));
        for (let i = 0; i < count; i++) {
          if (row === rows - 1 && !lake && Math.abs(i / count - 0.5) < 0.2) continue;
          const [x, y] = points[whole(random, 0, 70)]!;
          if (chance(random, 0.9)) d += fir(random, x + between(random, -6, 6), y + 8, tall * between(random, 0.5, 1.15));
        }
        sheet.path(d, { fill: sheet.linearAcross([[0, tone], [1, mix(tone, high, row === rows - 1 ? 0.06 : 0.62)]], 0, floor * (0.4 + depth * 0.4), 0, floor * (0.72 + depth * 0.3)) });
      }
    };
    view();
    if (lake) {
      sheet.group({ transform: `translate(0 ${tenth(floor * 2)}) scale(1 -1)`, opacity: 0.55 }, () => sheet.path(land(ridgePoints(noise, width, floor * 0.9, height * 0.07, 2.5, rows - 1, 70), floor), { fill: dark }));
      sheet.rect(0, floor, width, height - floor, { fill: sheet.linear([[0, dark, 0.75], [0.3, middle, 0.8], [1, high, 0.9]]) });
      sheet.ellipse(sx, floor + (floor - sy) * 0.4, r * 1.1, r * 1.6, { fill: sheet.radial([[0, light, 0.8], [1, light, 0]]) });
      for (let i = 0; i < 46; i++) { const [x, y, long] = [width * random(), floor + 3 + random() ** 1.5 * (height - floor), between(random, 30, 150)]; sheet.line(x, y, x + long, y, { stroke: light, width: 1.2, opacity: between(random, 0.1, 0.4) }); }
    }
    if (scene.subject === 2) {
      const s = height * between(random, 0.035, 0.048);
      const [x, y] = [width * between(random, 0.38, 0.58), height * 0.9];
      sheet.path(`${curve([[0, height * 0.93], [width * 0.25, y + 4], [width * 0.5, y - 3], [width * 0.75, y + 6], [width, height * 0.92]])}V${height}H0Z`, { fill: dark });
      sheet.path(deer(x, y, s), { fill: dark });
    }
    if (scene.subject !== 1) for (let i = 0; i < whole(random, 3, 8); i++) { const [x, y, s] = [width * random(), height * between(random, 0.1, 0.35), between(random, 4, 9)]; sheet.path(`M${tenth(x - s)} ${tenth(y - s * 0.5)}Q${tenth(x - s * 0.3)} ${tenth(y - s * 0.6)} ${tenth(x)} ${tenth(y)}Q${tenth(x + s * 0.3)} ${tenth(y - s * 0.6)} ${tenth(x + s)} ${tenth(y - s * 0.5)}`, { stroke: dark, width: 1.5, opacity: 0.7 }); }
    return { width, height, svg: sheet.toString(), finish: { grain: 6, vignette: 0.15 } };
  },
};
