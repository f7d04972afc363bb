import { between, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { curve, type Point } from "../outline.ts";
import { darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

export const grainDunes: Style = {
  name: "grain-dunes",
  creators: ["Salma Reyes", "Yusuf Amrani"],
  tags: ["minimal", "gradient", "grain"],
  subjects: [
    { tags: ["dunes", "moon"], titles: ["Soft country", "Dune and its moon", "Warm geometry", "Quiet, then quieter", "The last ridge holds the light", "Blue hour, no wind"] },
    { tags: ["arch", "desert"], titles: ["Doorway to nowhere in particular", "Pink gate", "The arch at noon", "Threshold", "An exit in the sand", "The gate stays open"] },
    { tags: ["orbs", "eclipse"], titles: ["Two suns, one shadow", "Eclipse over apricot", "Slow overlap", "Companions", "Total, for a minute", "The larger one hums"] },
    { tags: ["waves", "folds"], titles: ["Folds of a warm sea", "Blush tide", "Linen and light", "Breathing exercise", "Ember folds", "Deep water, thin light"] },
  ],
  palettes: [
    { tag: "apricot", mood: "warm", colours: ["#fbd3a8", "#f79b72", "#d8574b", "#7a2c4a", "#fff1dc"] },
    { tag: "pink", mood: "dreamy", colours: ["#fde0e2", "#f4a6bd", "#c76a9e", "#5f3a78", "#fff6ea"] },
    { tag: "sand", mood: "calm", colours: ["#f4e7d2", "#e2c39a", "#b98a63", "#5c4336", "#fffaf0"] },
    { tag: "lavender", mood: "dreamy", colours: ["#e4defa", "#a9a0ea", "#6a63c4", "#2b2a66", "#ffe7c9"] },
    { tag: "ember", mood: "bold", colours: ["#ffb25e", "#f2542d", "#a31621", "#2a0a1a", "#ffe7b0"] },
    { tag: "deep teal", mood: "dark", colours: ["#6fb5b0", "#2a7f86", "#124a5c", "#07202f", "#f7e0b0"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "tall", "square", scene.subject === 2 ? "portrait" : "landscape");
    const [pale, mid, strong, deep, light] = scene.colours as [string, string, string, string, string];
    const sheet = new Sheet(width, height);
    sheet.rect(0, 0, width, height, { fill: sheet.linear([[0, mix(pale, mid, between(random, 0.2, 0.9))], [0.7, pale], [1, lighter(pale, 0.3)]]) });
    const size = Math.min(width, height);
    const noise = gradientNoise(random);
    const orb = (x: number, y: number, r: number, top: string, bottom: string, turn: number) => sheet.circle(x, y, r, { fill: sheet.linear([[0, top], [1, bottom]]), transform: `rotate(${tenth(turn)} ${tenth(x)} ${tenth(y)})` });
    if (scene.subject === 2) {
      const [x, y, r] = [width / 2, height * between(random, 0.38, 0.48), size * between(random, 0.26, 0.33)];
      sheet.circle(x, y, r * 1.7, { fill: sheet.radial([[0.4, light, 0.7], [1, light, 0]]) });
      orb(x + r * between(random, -0.5, 0.5), y - r * between(random, 0.1, 0.4), r, light, mid, between(random, -40, 40));
      orb(x + r * between(random, -0.4, 0.4), y + r * between(random, 0.3, 0.7), r * between(random, 0.5, 0.95), strong, deep, between(random, -60, 60));
      orb(x + r * between(random, 0.8, 1.1), y + r * 0.9, r * between(random, 0.12, 0.25), light, strong, 30);
    } else if (scene.subject !== 3) {
      const [x, y, r] = [width * between(random, 0.28, 0.72), height * between(random, 0.2, 0.36), size * between(random, 0.09, 0.17)];
      sheet.circle(x, y, r * 2.6, { fill: sheet.radial([[0.2, light, 0.6], [1, light, 0]]) });
      orb(x, y, r, light, mix(light, mid, 0.55), between(random, -30, 30));
    }
    const start = scene.subject === 3 ? 0.12 : scene.subject === 2 ? 0.78 : between(random, 0.5, 0.58);
    const rows = scene.subject === 3 ? whole(random, 6, 8) : scene.subject === 2 ? 2 : whole(random, 3, 5);
    for (let row = 0; row < rows; row++) {
      const share = (row + 1) / rows;
      const base = height * (start + (1 - start) * (row / rows) * 0.95);
      const swing = height * (scene.subject === 3 ? 0.085 : 0.075);
      const points = Array.from({ length: 7 }, (_, i): Point => [(i / 6) * width * 1.1 - width * 0.05, base + noise((i / 6) * 1.5 + row * 9.1, row * 2.7) * swing * 1.9]);
      const tone = share < 0.5 ? mix(mid, strong, share * 2) : mix(strong, deep, (share - 0.5) * 2);
      const lit = mix(tone, light, 0.62);
      sheet.path(`${curve(points)}V${height + 10}H${tenth(-width * 0.05)}Z`, { fill: sheet.linearAcross([[0, lit], [0.42, tone], [1, darker(tone, 0.32)]], 0, base - swing, width * between(random, -0.25, 0.25), base + height * 0.3) });
      if (scene.subject === 1 && row === Math.floor(rows / 2)) {
        const [x, w, foot] = [width * between(random, 0.35, 0.62), size * between(random, 0.13, 0.17), base + height * 0.12];
        const tall = w * between(random, 1.7, 2.3);
        const arch = (cx: number, half: number, up: number) => `M${tenth(cx - half)} ${tenth(foot)}V${tenth(foot - up)}A${tenth(half)} ${tenth(half)} 0 0 1 ${tenth(cx + half)} ${tenth(foot - up)}V${tenth(foot)}Z`;
        sheet.path(`M${tenth(x - w)} ${tenth(foot)}L${tenth(x + w)} ${tenth(foot)}L${tenth(x + w * 3.4)} ${tenth(foot + height * 0.11)}L${tenth(x + w * 0.9)} ${tenth(foot + height * 0.12)}Z`, { fill: sheet.linear([[0, deep, 0.5], [1, deep, 0]]) });
        sheet.path(arch(x + w * 0.16, w, tall), { fill: mix(deep, strong, 0.35) });
        sheet.path(arch(x, w, tall), { fill: sheet.linear([[0, light], [1, mix(mid, strong, 0.5)]], 0, 0, 1, 1) });
        sheet.path(arch(x + w * 0.05, w * 0.72, tall * 0.96), { fill: deep });
        sheet.path(arch(x + w * 0.13, w * 0.64, tall * 0.96), { fill: sheet.linear([[0, mix(pale, mid, 0.6)], [0.6, light], [1, mid]]) });
      }
    }
    return { width, height, svg: sheet.toString(), finish: { grain: 24 } };
  },
};
