import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { mix } from "../palette.ts";
import { Sheet } from "../sheet.ts";
import { lines } from "../outline.ts";
import { sizeOf, type Scene, type Style } from "../style.ts";

interface Lights {
  high: string;
  low: string;
  dark: string;
  first: string;
  second: string;
  window: string;
}

/** Rows of lit windows cost one dashed line each. */
function tower(sheet: Sheet, random: Random, x: number, top: number, width: number, floor: number, fill: string, lit: string, lights: Lights): void {
  sheet.rect(x, top, width, floor - top, { fill: sheet.linear([[0, fill], [1, mix(fill, lights.low, 0.35)]]) });
  if (chance(random, 0.4)) sheet.rect(x + width * 0.25, top - width * 0.3, width * 0.5, width * 0.3, { fill });
  if (chance(random, 0.35)) {
    const reach = between(random, 25, 80);
    sheet.line(x + width / 2, top, x + width / 2, top - reach, { stroke: fill, width: 2.5 });
    sheet.circle(x + width / 2, top - reach, 2.4, { fill: oneOf(random, [lights.first, lights.second]) });
  }
  const step = oneOf(random, [9, 11, 14]);
  for (let y = top + 12; y < floor - 6; y += step) {
    if (chance(random, 0.28)) continue;
    const pattern = Array.from({ length: 4 }, () => `${whole(random, 2, 5)} ${whole(random, 3, 14)}`).join(" ");
    sheet.line(x + 5, y, x + width - 5, y, { stroke: chance(random, 0.12) ? lights.second : lit, width: step * 0.42, dash: pattern, opacity: between(random, 0.35, 0.95) });
  }
}

function sign(sheet: Sheet, random: Random, x: number, y: number, size: number, colour: string): void {
  const kind = whole(random, 0, 3);
  const glow = { stroke: colour, width: 3.2, cap: "round" as const };
  if (kind === 0) {
    sheet.rect(x, y, size * 0.42, size * 1.7, { ...glow, fill: "#0a0714" }, 5);
    for (let i = 0; i < 5; i++) sheet.line(x + size * 0.12, y + size * (0.25 + i * 0.3), x + size * between(random, 0.22, 0.32), y + size * (0.25 + i * 0.3), { ...glow, width: 4 });
  } else if (kind === 1) {
    sheet.circle(x, y, size * 0.42, glow);
    sheet.circle(x, y, size * 0.26, { ...glow, width: 2 });
  } else if (kind === 2) {
    for (let i = 0; i < 3; i++) sheet.path(lines([[x, y + i * size * 0.35], [x + size * 0.35, y + size * 0.22 + i * size * 0.35], [x + size * 0.7, y + i * size * 0.35]]), glow);
  } else {
    sheet.rect(x, y, size * 1.2, size * 0.5, { ...glow, fill: mix(colour, "#0a0714", 0.75) }, 6);
    sheet.line(x + size * 0.2, y + size * 0.25, x + size, y + size * 0.25, { ...glow, dash: "10 7" });
  }
}

function skyline(sheet: Sheet, random: Random, floor: number, lights: Lights, reach: number): void {
  const { width } = sheet;
  for (let layer = 0; layer < 3; layer++) {
    const haze = [0.72, 0.4, 0][layer]!;
    const fill = mix(lights.dark, lights.low, haze);
    const lit = mix(lights.window, lights.low, haze * 0.7);
    let x = -20;
    while (x < width) {
      const broad = between(random, 34, 74) * (0.8 + layer * 0.35);
      const centre = 1 - Math.abs((x + broad / 2) / width - 0.5) * 1.1;
      const height = reach * between(random, 0.35, 1) * centre * (1 - layer * 0.2);
      tower(sheet, random, x, floor - height, broad, floor, fill, lit, lights);
      if (layer > 0 && chance(random, 0.45) && height > 120) sign(sheet, random, x + broad * 0.3, floor - height * between(random, 0.55, 0.9), between(random, 22, 40), oneOf(random, [lights.first, lights.second]));
      x += broad + (layer === 2 ? between(random, 2, 40) : 2);
    }
  }
}

function sky(sheet: Sheet, random: Random, lights: Lights, horizon: number): void {
  const { width, height } = sheet;
  sheet.rect(0, 0, width, height, { fill: sheet.linear([[0, lights.high], [0.65, lights.low], [1, mix(lights.low, lights.first, 0.45)]]) });
  const [x, y, radius] = [width * between(random, 0.2, 0.8), horizon * between(random, 0.2, 0.45), between(random, 45, 95)];
  sheet.circle(x, y, radius * 3, { fill: sheet.radial([[0, lights.first, 0.35], [1, lights.first, 0]]) });
  sheet.circle(x, y, radius, { fill: sheet.linear([[0, mix(lights.window, "#ffffff", 0.4)], [1, lights.first]]), opacity: 0.9 });
}

function harbour(sheet: Sheet, random: Random, lights: Lights): void {
  const { width, height } = sheet;
  const shore = height * 0.62;
  sky(sheet, random, lights, shore);
  skyline(sheet, random, shore, lights, height * 0.52);
  sheet.rect(0, shore, width, height - shore, { fill: sheet.linear([[0, mix(lights.low, lights.first, 0.25)], [0.4, mix(lights.high, lights.low, 0.4)], [1, lights.high]]) });
  for (let i = 0; i < 230; i++) {
    const depth = random() ** 1.6;
    const y = shore + 4 + depth * (height - shore);
    const long = between(random, 12, 60) * (0.5 + depth);
    const x = random() * width;
    sheet.line(x, y, x + long, y, { stroke: oneOf(random, [lights.first, lights.second, lights.window, lights.dark]), width: 1.4 + depth * 3, opacity: between(random, 0.15, 0.7) * (1 - depth * 0.55), cap: "round" });
  }
  sheet.rect(0, shore - 2, width, 4, { fill: lights.dark });
}

function canyon(sheet: Sheet, random: Random, lights: Lights): void {
  const { width, height } = sheet;
  const [vx, vy] = [width * between(random, 0.4, 0.6), height * 0.6];
  sky(sheet, random, lights, height * 0.7);
  skyline(sheet, random, vy, lights, height * 0.24);
  const project = (side: number, depth: number, up: number) => [vx + (side * width * 0.62) / depth, vy + (height * 0.42 - up * height * 0.5) / depth] as const;
  sheet.path(lines([project(-1, 0.6, 0), project(1, 0.6, 0), project(1, 14, 0), project(-1, 14, 0)], true), { fill: sheet.linearAcross([[0, mix(lights.low, lights.first, 0.4)], [1, lights.dark]], 0, vy, 0, height) });
  for (const side of [-1, 1]) {
    let far = 13;
    while (far > 0.62) {
      const near = far * between(random, 0.62, 0.76);
      const up = between(random, 1, 2.7);
      const fill = mix(lights.dark, lights.low, Math.min(0.7, far / 16));
      sheet.path(lines([project(side, near, 0), project(side, near, up), project(side, far, up), project(side, far, 0)], true), { fill });
      for (let row = 0.25; row < up - 0.08; row += 0.14) {
        if (chance(random, 0.3)) continue;
        const [a, b] = [near * 1.04, far * 0.97];
        const rise = 0.05;
        const from = random() * 0.6;
        const cut = (share: number) => 1 / (1 / a + (1 / b - 1 / a) * share);
        const [s, e] = [cut(from), cut(from + between(random, 0.1, 0.38))];
        sheet.path(lines([project(side, s, row), project(side, s, row + rise), project(side, e, row + rise), project(side, e, row)], true), { fill: chance(random, 0.2) ? lights.second : lights.window, opacity: between(random, 0.35, 0.95) });
      }
      const hang = between(random, 0.35, up * 0.6);
      const inner = side * between(random, 0.78, 0.9);
      const colour = oneOf(random, [lights.first, lights.second]);
      sheet.path(lines([project(inner, near * 1.1, hang), project(inner, near * 1.1, hang + 0.4), project(side, near * 1.1, hang + 0.4), project(side, near * 1.1, hang)], true), { fill: mix(colour, lights.dark, 0.7), stroke: colour, width: Math.max(1.4, 4 / near) });
      const [gx, gy] = project(inner, near * 1.1, 0);
      sheet.rect(gx - 9 / near, gy, 18 / near, (height - gy) * 0.8, { fill: sheet.linear([[0, colour, 0.75], [1, colour, 0]]) });
      far = near;
    }
  }
  for (let i = 0; i < 9; i++) sheet.path(lines([project(-0.02, 0.7 * 1.35 ** i, 0), project(0.02, 0.7 * 1.35 ** i, 0), project(0.02, 0.82 * 1.35 ** i, 0), project(-0.02, 0.82 * 1.35 ** i, 0)], true), { fill: lights.window, opacity: 0.8 });
  const [fx, fy, tall] = [vx + width * between(random, -0.12, 0.12), height * 0.9, height * 0.15];
  sheet.path(lines([[fx - tall * 0.1, fy], [fx - tall * 0.14, fy - tall * 0.62], [fx, fy - tall * 0.74], [fx + tall * 0.14, fy - tall * 0.62], [fx + tall * 0.1, fy]], true), { fill: "#07050d" });
  sheet.circle(fx, fy - tall * 0.8, tall * 0.09, { fill: "#07050d" });
  sheet.path(`M${fx - tall * 0.42} ${fy - tall * 0.85}A${tall * 0.42} ${tall * 0.34} 0 0 1 ${fx + tall * 0.42} ${fy - tall * 0.85}Z`, { fill: "#07050d", stroke: lights.first, width: 2 });
}

function viaduct(sheet: Sheet, random: Random, lights: Lights): void {
  const { width, height } = sheet;
  sky(sheet, random, lights, height * 0.8);
  skyline(sheet, random, height, lights, height * 0.72);
  sheet.rect(0, height * 0.5, width, height * 0.5, { fill: sheet.linear([[0, lights.low, 0], [1, mix(lights.low, lights.first, 0.3), 0.75]]) });
  const deck = height * between(random, 0.66, 0.72);
  for (let x = between(random, 20, 90); x < width; x += 190) sheet.path(lines([[x, deck], [x + 44, deck], [x + 34, height], [x + 10, height]], true), { fill: lights.dark });
  sheet.rect(0, deck, width, 24, { fill: lights.dark });
  sheet.line(0, deck + 20, width, deck + 20, { stroke: lights.first, width: 3 });
  const cars = whole(random, 3, 4);
  const start = width * between(random, -0.1, 0.2);
  for (let i = 0; i < cars; i++) {
    const x = start + i * 178;
    sheet.rect(x, deck - 58, 172, 54, { fill: mix(lights.dark, lights.second, 0.3) }, i === cars - 1 ? 18 : 6);
    for (let w = 0; w < 5; w++) sheet.rect(x + 12 + w * 31, deck - 48, 24, 20, { fill: lights.window }, 3);
    sheet.line(x + 4, deck - 18, x + 168, deck - 18, { stroke: lights.second, width: 3.5 });
  }
  const front = start + cars * 178;
  sheet.path(lines([[front - 8, deck - 24], [front + 260, deck - 64], [front + 260, deck + 18]], true), { fill: sheet.linear([[0, lights.window, 0.75], [1, lights.window, 0]], 0, 0, 1, 0) });
}

function rain(sheet: Sheet, random: Random, lights: Lights): void {
  const { width, height } = sheet;
  sky(sheet, random, lights, height * 0.5);
  skyline(sheet, random, height * 1.02, lights, height * 0.95);
  for (let i = 0; i < 5; i++) sign(sheet, random, width * between(random, 0.08, 0.85), height * between(random, 0.3, 0.8), between(random, 60, 110), i % 2 ? lights.first : lights.second);
  for (let i = 0; i < 260; i++) {
    const [x, y, long] = [random() * width * 1.1, random() * height, between(random, 14, 60)];
    sheet.line(x, y, x - long * 0.22, y + long, { stroke: mix(lights.window, "#ffffff", 0.5), width: between(random, 0.6, 1.6), opacity: between(random, 0.12, 0.5) });
  }
  sheet.rect(0, height * 0.6, width, height * 0.4, { fill: sheet.linear([[0, lights.low, 0], [1, mix(lights.low, lights.second, 0.3), 0.8]]) });
}

export const neonCity: Style = {
  name: "neon-city",
  creators: ["Kaito Vance", "Lumen Arcade"],
  tags: ["neon", "city"],
  subjects: [
    { tags: ["harbour", "reflection"], titles: ["Last ferry to the violet district", "Harbour lights in two colours", "Copper moon over the container bay", "Jade water, sleepless towers", "Rose tide at the old port", "The bay never went dark"] },
    { tags: ["street", "umbrella"], titles: ["Umbrella weather on Ninth", "Walking home through the glow", "Noodle bar closing time", "Green alley, nobody else", "She took the long way back", "Blue hour with one pedestrian"] },
    { tags: ["train", "viaduct"], titles: ["Night tram above the violet roofs", "The 23:40 crosses town", "Amber line, final service", "Express to the glass quarter", "Pink carriages over quiet streets", "Last train, whole car to myself"] },
    { tags: ["rain", "signs"], titles: ["Rain on every sign", "Static and showers, cyan to magenta", "The downpour turned the street gold", "Monsoon in the emerald blocks", "Signs you can read through the rain", "Electric drizzle"] },
  ],
  palettes: [
    { tag: "violet", mood: "dreamy", colours: ["#12062e", "#5b1f8c", "#0d0620", "#ff4fd8", "#6ff2ff", "#ffd9f4"] },
    { tag: "cyan", mood: "bold", colours: ["#03101f", "#0d4d73", "#04101c", "#19f0ff", "#ff2f92", "#e4fbff"] },
    { tag: "amber", mood: "warm", colours: ["#150a0c", "#7a2c18", "#14080a", "#ff8a2b", "#ffd24a", "#ffe9b8"] },
    { tag: "green", mood: "dark", colours: ["#02120f", "#0c5548", "#03110e", "#32ffb0", "#d7ff4a", "#dcffe9"] },
    { tag: "pink", mood: "playful", colours: ["#2a0a2d", "#c23a78", "#1d0720", "#ff7aa8", "#ffb14a", "#fff0dd"] },
    { tag: "blue", mood: "dark", colours: ["#040722", "#1c3aa8", "#060920", "#5a8bff", "#b66bff", "#dfe6ff"] },
  ],
  draw(random: Random, scene: Scene) {
    const [high, low, dark, first, second, window] = scene.colours as [string, string, string, string, string, string];
    const [width, height] = scene.subject === 0 ? sizeOf(random, "landscape", "square", "wide") : scene.subject === 2 ? sizeOf(random, "landscape", "square") : sizeOf(random, "portrait", "tall");
    const sheet = new Sheet(width, height);
    [harbour, canyon, viaduct, rain][scene.subject]!(sheet, random, { high, low, dark, first, second, window });
    return { width, height, svg: sheet.toString(), finish: { bloom: 0.6, grain: 5, vignette: 0.35 } };
  },
};
