import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { curve, land, lines, ridgePoints, ringSlice, type Point } from "../outline.ts";
import { along, darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

interface Inks {
  sky: string;
  glow: string;
  far: string;
  near: string;
  dark: string;
  accent: string;
  light: string;
}

function sky(sheet: Sheet, random: Random, inks: Inks, horizon: number): void {
  const [x, y] = [sheet.width * between(random, 0.25, 0.75), horizon * between(random, 0.5, 0.85)];
  const r = sheet.width * between(random, 0.09, 0.13);
  if (chance(random, 0.5)) {
    for (let i = 7; i >= 0; i--) sheet.circle(x, y, r * (1 + i * 0.95), { fill: along([inks.glow, mix(inks.glow, inks.sky, 0.5), inks.sky], i / 7) });
  } else for (let i = 0; i < 26; i += 2) sheet.path(ringSlice(x, y, 1, 1500, (i / 26) * 6.2832, ((i + 1) / 26) * 6.2832), { fill: mix(inks.sky, inks.glow, 0.35) });
  sheet.circle(x, y, r, { fill: inks.light });
  for (let i = 0; i < whole(random, 2, 4); i++) {
    const [cx, cy, w] = [sheet.width * random(), horizon * between(random, 0.12, 0.5), sheet.width * between(random, 0.16, 0.3)];
    for (let k = 0; k < 3; k++) sheet.rect(cx + (k % 2) * w * 0.24 - w / 2, cy + k * 13, w * (1 - k * 0.18), 13, { fill: mix(inks.light, inks.glow, 0.25) }, 6.5);
  }
}

function water(sheet: Sheet, random: Random, inks: Inks, top: number): void {
  const { width, height } = sheet;
  sheet.rect(0, top, width, height - top, { fill: inks.far });
  for (let i = 0; i < 5; i++) sheet.path(land(Array.from({ length: 9 }, (_, k): Point => [(k / 8) * width, top + (height - top) * (0.12 + i * 0.19) + (k % 2 ? 6 : -6)]), height), { fill: mix(inks.far, inks.near, (i + 1) / 5) });
  for (let i = 0; i < 26; i++) { const [x, y] = [width * random(), top + 8 + random() * (height - top)]; sheet.rect(x, y, between(random, 20, 80), 3, { fill: inks.light, opacity: 0.6 }, 1.5); }
}

const sail = (sheet: Sheet, x: number, y: number, s: number, inks: Inks) => {
  sheet.path(lines([[x, y - s * 1.7], [x, y - s * 0.12], [x + s * 0.85, y - s * 0.12]], true), { fill: inks.light });
  sheet.path(lines([[x - s * 0.07, y - s * 1.4], [x - s * 0.07, y - s * 0.12], [x - s * 0.55, y - s * 0.12]], true), { fill: inks.accent });
  sheet.path(lines([[x - s * 0.75, y], [x + s * 0.95, y], [x + s * 0.65, y + s * 0.26], [x - s * 0.5, y + s * 0.26]], true), { fill: inks.dark });
};

function lighthouse(sheet: Sheet, random: Random, inks: Inks): void {
  const { width, height } = sheet;
  const horizon = height * 0.56;
  sky(sheet, random, inks, horizon);
  water(sheet, random, inks, horizon);
  for (let i = 0; i < 3; i++) sail(sheet, width * between(random, 0.1, 0.55), horizon + height * between(random, 0.03, 0.16), width * between(random, 0.03, 0.06), inks);
  const x = width * between(random, 0.66, 0.8);
  const foot = height * 0.62;
  sheet.path(`M${width} ${tenth(foot - 20)}C${tenth(x + 60)} ${tenth(foot - 40)} ${tenth(x - width * 0.14)} ${tenth(foot - 6)} ${tenth(x - width * 0.2)} ${tenth(height * 0.7)}L${tenth(x - width * 0.27)} ${tenth(height * 0.72)}L${tenth(x - width * 0.3)} ${tenth(height * 0.86)}L${tenth(x - width * 0.48)} ${tenth(height * 0.9)}L${tenth(x - width * 0.52)} ${height}H${width}Z`, { fill: inks.dark });
  sheet.path(`M${width} ${tenth(foot - 20)}C${tenth(x + 60)} ${tenth(foot - 40)} ${tenth(x - width * 0.14)} ${tenth(foot - 6)} ${tenth(x - width * 0.2)} ${tenth(height * 0.7)}C${tenth(x)} ${tenth(height * 0.66)} ${tenth(x + 80)} ${tenth(height * 0.78)} ${width} ${tenth(height * 0.74)}Z`, { fill: mix(inks.near, "#4f8a4a", 0.5) });
  const [w, tall] = [width * 0.055, height * between(random, 0.3, 0.38)];
  sheet.path(lines([[x - w, foot + 8], [x - w * 0.6, foot - tall], [x + w * 0.6, foot - tall], [x + w, foot + 8]], true), { fill: inks.light });
  for (let i = 0; i < 3; i++) { const [a, b] = [0.12 + i * 0.3, 0.27 + i * 0.3]; const half = (t: number) => w * (0.6 + 0.4 * (1 - t)); sheet.path(lines([[x - half(a), foot - tall * a], [x - half(b), foot - tall * b], [x + half(b), foot - tall * b], [x + half(a), foot - tall * a]], true), { fill: inks.accent }); }
  sheet.path(lines([[x, foot + 8], [x, foot - tall], [x + w * 0.6, foot - tall], [x + w, foot + 8]], true), { fill: inks.dark, opacity: 0.22 });
  sheet.rect(x - w * 0.85, foot - tall - 6, w * 1.7, 8, { fill: inks.dark });
  sheet.rect(x - w * 0.45, foot - tall - w * 0.9, w * 0.9, w * 0.9, { fill: inks.glow, stroke: inks.dark, width: 3 });
  sheet.path(lines([[x - w * 0.6, foot - tall - w * 0.9], [x, foot - tall - w * 1.6], [x + w * 0.6, foot - tall - w * 0.9]], true), { fill: inks.accent });
  sheet.rect(x + w * 1.2, foot - height * 0.06, w * 2, height * 0.07, { fill: inks.light });
  sheet.path(lines([[x + w, foot - height * 0.06], [x + w * 2.2, foot - height * 0.1], [x + w * 3.4, foot - height * 0.06]], true), { fill: inks.accent });
}

function alps(sheet: Sheet, random: Random, inks: Inks): void {
  const { width, height } = sheet;
  sky(sheet, random, inks, height * 0.5);
  const peak = (x: number, top: number, half: number, base: number, tone: string) => {
    sheet.path(lines([[x - half, base], [x - half * 0.3, top + (base - top) * 0.28], [x, top], [x + half * 0.4, top + (base - top) * 0.36], [x + half, base]], true), { fill: tone });
    sheet.path(lines([[x, top], [x + half * 0.4, top + (base - top) * 0.36], [x + half, base], [x + half * 0.1, base], [x - half * 0.06, top + (base - top) * 0.5], [x + half * 0.07, top + (base - top) * 0.3]], true), { fill: darker(tone, 0.28) });
    sheet.path(lines([[x, top], [x - half * 0.3, top + (base - top) * 0.28], [x - half * 0.2, top + (base - top) * 0.36], [x - half * 0.12, top + (base - top) * 0.29], [x - half * 0.02, top + (base - top) * 0.42], [x + half * 0.07, top + (base - top) * 0.3], [x + half * 0.2, top + (base - top) * 0.36], [x + half * 0.24, top + (base - top) * 0.22]], true), { fill: inks.light });
  };
  for (let i = 0; i < 5; i++) peak(width * (0.05 + i * 0.24), height * between(random, 0.2, 0.34), width * 0.24, height * 0.66, mix(inks.far, inks.sky, 0.35));
  peak(width * between(random, 0.35, 0.65), height * 0.15, width * 0.36, height * 0.68, inks.far);
  water(sheet, random, { ...inks, far: mix(inks.near, inks.light, 0.25) }, height * 0.64);
  for (let row = 0; row < 2; row++) {
    for (let i = 0; i < 18; i++) {
      const x = row ? (i < 9 ? width * (i * 0.034) : width * (1 - (i - 9) * 0.034)) : width * (i / 17);
      const [y, tall] = [height * (row ? 0.98 : 0.67), height * between(random, 0.06, 0.1) * (row ? 3.2 - Math.abs((i % 9) - 1) * 0.22 : 1)];
      for (let k = 0; k < 4; k++) sheet.path(lines([[x, y - tall + k * tall * 0.18], [x + tall * (0.11 + k * 0.045), y - tall * 0.55 + k * tall * 0.19], [x - tall * (0.11 + k * 0.045), y - tall * 0.55 + k * tall * 0.19]], true), { fill: row ? inks.dark : mix(inks.dark, inks.near, 0.4) });
    }
  }
  const [cx, cy, s] = [width * between(random, 0.4, 0.6), height * 0.66, width * 0.07];
  sheet.rect(cx, cy - s * 0.6, s * 1.5, s * 0.6, { fill: mix(inks.dark, inks.accent, 0.45) });
  sheet.path(lines([[cx - s * 0.25, cy - s * 0.55], [cx + s * 0.75, cy - s * 1.3], [cx + s * 1.75, cy - s * 0.55]], true), { fill: inks.accent });
  for (let k = 0; k < 3; k++) sheet.rect(cx + s * (0.2 + k * 0.45), cy - s * 0.42, s * 0.22, s * 0.24, { fill: inks.glow });
}

function desert(sheet: Sheet, random: Random, inks: Inks): void {
  const { width, height } = sheet;
  sky(sheet, random, inks, height * 0.56);
  const noise = gradientNoise(random);
  for (let i = 0; i < 4; i++) {
    const [x, w, top] = [width * (0.02 + i * 0.28) + between(random, -30, 30), width * between(random, 0.1, 0.24), height * between(random, 0.36, 0.5)];
    const tone = mix(inks.far, inks.sky, i % 2 ? 0.4 : 0.15);
    sheet.path(lines([[x - w * 0.35, height * 0.62], [x - w * 0.05, top + height * 0.05], [x, top], [x + w, top], [x + w * 1.06, top + height * 0.06], [x + w * 1.35, height * 0.62]], true), { fill: tone });
    for (let k = 1; k < 4; k++) sheet.rect(x - w * 0.03 * k, top + k * height * 0.024, w * (1 + 0.06 * k), 5, { fill: darker(tone, 0.2) });
    sheet.path(lines([[x + w * 0.6, top], [x + w, top], [x + w * 1.35, height * 0.62], [x + w * 0.75, height * 0.62]], true), { fill: inks.dark, opacity: 0.22 });
  }
  for (let row = 0; row < 4; row++) {
    const points = ridgePoints(noise, width, height * (0.62 + row * 0.1), height * 0.06, 2, row, 16);
    sheet.path(land(points, height), { fill: along([mix(inks.far, inks.glow, 0.45), inks.near, mix(inks.near, inks.dark, 0.7)], row / 3) });
  }
  sheet.path(`M${tenth(width * 0.46)} ${tenth(height * 0.66)}C${tenth(width * 0.6)} ${tenth(height * 0.74)} ${tenth(width * 0.3)} ${tenth(height * 0.8)} ${tenth(width * 0.3)} ${height}H${tenth(width * 0.72)}C${tenth(width * 0.56)} ${tenth(height * 0.84)} ${tenth(width * 0.66)} ${tenth(height * 0.74)} ${tenth(width * 0.475)} ${tenth(height * 0.66)}Z`, { fill: inks.glow });
  for (let i = 0; i < whole(random, 4, 6); i++) {
    const [x, y] = [width * (i % 2 ? between(random, 0.74, 0.95) : between(random, 0.04, 0.28)), height * between(random, 0.8, 0.99)];
    const s = height * between(random, 0.1, 0.22) * (y / height);
    const green = mix(inks.dark, "#3f7a4f", 0.45);
    sheet.path(`M${tenth(x)} ${tenth(y)}V${tenth(y - s)}M${tenth(x)} ${tenth(y - s * 0.4)}h${tenth(-s * 0.2)}q${tenth(-s * 0.06)} 0 ${tenth(-s * 0.06)} ${tenth(-s * 0.06)}v${tenth(-s * 0.24)}M${tenth(x)} ${tenth(y - s * 0.3)}h${tenth(s * 0.18)}q${tenth(s * 0.06)} 0 ${tenth(s * 0.06)} ${tenth(-s * 0.06)}v${tenth(-s * 0.36)}`, { stroke: green, width: s * 0.13, cap: "round" });
    sheet.path(`M${tenth(x - s * 0.03)} ${tenth(y - 4)}V${tenth(y - s)}`, { stroke: lighter(green, 0.22), width: s * 0.025, cap: "round" });
  }
}

function riviera(sheet: Sheet, random: Random, inks: Inks): void {
  const { width, height } = sheet;
  sky(sheet, random, inks, height * 0.4);
  sheet.path(`M0 ${tenth(height * 0.42)}C${tenth(width * 0.2)} ${tenth(height * 0.3)} ${tenth(width * 0.35)} ${tenth(height * 0.36)} ${tenth(width * 0.55)} ${tenth(height * 0.42)}Z`, { fill: mix(inks.far, inks.sky, 0.35) });
  water(sheet, random, inks, height * 0.41);
  for (let i = 0; i < whole(random, 3, 6); i++) { const t = random(); sail(sheet, width * between(random, 0.08, 0.6), height * (0.44 + t * 0.26), width * (0.03 + t * 0.05), inks); }
  sheet.path(curve([[width * 1.02, height * 0.3], [width * 0.8, height * 0.38], [width * 0.62, height * 0.58], [width * 0.5, height * 0.8], [width * 0.2, height * 0.9], [-10, height * 0.94]]) + `V${height + 10}H${tenth(width * 1.02)}Z`, { fill: mix(inks.dark, "#4a7a4a", 0.45) });
  for (let i = 0; i < 26; i++) {
    const t = i / 25;
    const [x, y, s] = [width * (1.0 - t * 0.62) + between(random, 0, 0.2) * width, height * (0.4 + t * 0.52) + between(random, 0, 30), width * between(random, 0.05, 0.085)];
    const wall = oneOf(random, [inks.light, mix(inks.light, inks.accent, 0.35), mix(inks.light, inks.glow, 0.6)]);
    sheet.rect(x, y - s * 0.4, s, s * 1.2, { fill: wall });
    sheet.rect(x + s * 0.66, y - s * 0.4, s * 0.34, s * 1.2, { fill: inks.dark, opacity: 0.2 });
    sheet.path(lines([[x - s * 0.1, y - s * 0.4], [x + s * 0.15, y - s * 0.66], [x + s * 0.85, y - s * 0.66], [x + s * 1.1, y - s * 0.4]], true), { fill: inks.accent });
    for (let k = 0; k < 2; k++) sheet.rect(x + s * (0.15 + k * 0.3), y - s * 0.16, s * 0.14, s * 0.24, { fill: inks.dark, opacity: 0.75 });
    if (i % 4 === 0) sheet.ellipse(x - s * 0.3, y - s * 0.1, s * 0.16, s * 0.8, { fill: inks.dark });
  }
}

export const travelPoster: Style = {
  name: "travel-poster",
  creators: ["Office of Faraway", "Jules Estival"],
  tags: ["travel poster", "mid-century"],
  subjects: [
    { tags: ["lighthouse", "coast"], titles: ["Come to Gannet Point", "The keeper's evening off", "Lighthouse road", "By rail to the cold coast", "Saltwick Bay", "Holiday lamp"] },
    { tags: ["alps", "lake"], titles: ["Take the air at Obersee", "High season in Valdoro", "The nine o'clock to the glacier", "Alpine nights", "Cabin, sleeps four", "Lake, lift and linen"] },
    { tags: ["desert", "cactus"], titles: ["See the mesas by motor coach", "Painted canyon", "Nothing for forty miles, gladly", "Blue desert", "Route of the long shadows", "Pink mesa holidays"] },
    { tags: ["harbour", "village"], titles: ["Regatta week at San Bellino", "Winter sun on the riviera", "The orange roofs", "Harbour after dinner", "Tuesday in Portamare", "Steps to the sea"] },
  ],
  palettes: [
    { tag: "orange", mood: "warm", colours: ["#f4a259", "#fbe0a4", "#3f8f9c", "#1f5f73", "#1d2f3f", "#d9412f", "#fff6e0"] },
    { tag: "turquoise", mood: "playful", colours: ["#7fd0cf", "#f9efc7", "#3fa3b5", "#1f6f8f", "#173a4f", "#ee6352", "#fffaf0"] },
    { tag: "red", mood: "bold", colours: ["#e8563f", "#ffd08a", "#8a5a83", "#5a3a6b", "#261b36", "#f2b134", "#fff1d8"] },
    { tag: "night", mood: "dark", colours: ["#1c2f5c", "#5f86b5", "#2a4f7f", "#173560", "#0b1730", "#e8a24a", "#f6edcf"] },
    { tag: "olive", mood: "calm", colours: ["#d8dcae", "#f8f0d0", "#8fae8a", "#56806b", "#26403a", "#d1702f", "#fffbe8"] },
    { tag: "pink", mood: "dreamy", colours: ["#f3a9a5", "#fde4cf", "#a98fc0", "#6f6aa3", "#34305a", "#e0546f", "#fff5ee"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "tall", "portrait", "square");
    const [skyTone, glow, far, near, dark, accent, light] = scene.colours as [string, string, string, string, string, string, string];
    const sheet = new Sheet(width, height, skyTone);
    [lighthouse, alps, desert, riviera][scene.subject]!(sheet, random, { sky: skyTone, glow, far, near, dark, accent, light });
    const edge = 22;
    sheet.path(`M0 0H${width}V${height}H0ZM${edge} ${edge}V${height - edge}H${width - edge}V${edge}Z`, { fill: mix(light, "#f4ead2", 0.5) });
    return { width, height, svg: sheet.toString(), finish: { grain: 9, paper: 6 } };
  },
};
