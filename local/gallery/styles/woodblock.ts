import type { Random } from "#shared/kernel/random.ts";
import { between, chance, whole } from "../dice.ts";
import { curve, lines, type Point } from "../outline.ts";
import { darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

interface Blocks {
  paper: string;
  sky: string;
  deep: string;
  mid: string;
  key: string;
  sun: string;
}

/** Bokashi: a hand-wiped gradient from the top edge. */
function bokashi(sheet: Sheet, { paper, sky, sun }: Blocks, horizon: number): void {
  sheet.rect(0, 0, sheet.width, horizon, { fill: sheet.linear([[0, sky], [0.28, mix(sky, paper, 0.6)], [0.6, paper], [1, mix(paper, sun, 0.35)]]) });
}

/** Long flat clouds with round ends. */
function mist(sheet: Sheet, random: Random, y: number, colour: string): void {
  for (let i = 0; i < 5; i++) {
    const [x, w, h] = [between(random, -0.3, 0.75) * sheet.width, between(random, 0.25, 0.6) * sheet.width, between(random, 12, 22)];
    sheet.rect(x, y + i * 15 + between(random, -6, 6), w, h, { fill: colour }, h / 2);
  }
}

function mountain(sheet: Sheet, random: Random, b: Blocks): void {
  const { width, height } = sheet;
  const floor = height * 0.72;
  bokashi(sheet, b, floor);
  sheet.circle(width * between(random, 0.18, 0.82), height * 0.2, width * 0.09, { fill: b.sun });
  const [x, top, half] = [width * between(random, 0.36, 0.64), height * between(random, 0.2, 0.28), width * 0.6];
  const flank = (side: number): Point[] => Array.from({ length: 9 }, (_, i) => [x + side * (width * 0.045 + half * (i / 8) ** 1.5), top + (floor - top) * (i / 8) ** 0.92]);
  const outline = [...flank(-1).reverse(), ...flank(1)];
  const body = `${curve(outline)}Z`;
  sheet.path(body, { fill: sheet.linear([[0, b.deep], [0.6, b.mid], [1, mix(b.mid, b.paper, 0.6)]]), stroke: b.key, width: 2 });
  const snow: Point[] = [[x - width * 0.045, top], [x + width * 0.045, top]];
  const tongues = 9;
  for (let i = 0; i <= tongues; i++) {
    const share = 1 - i / tongues;
    const reach = 0.16 + (i % 2 ? 0.14 : 0) + random() * 0.06;
    const spread = (width * 0.045 + half * (reach ** 1.4 * 1.0)) * (share * 2 - 1);
    snow.push([x + spread, top + (floor - top) * reach]);
  }
  sheet.group({ clip: sheet.clip(body) }, () => sheet.path(lines(snow, true), { fill: lighter(b.paper, 0.5), stroke: b.key, width: 1.2 }));
  mist(sheet, random, height * 0.5, lighter(b.paper, 0.25));
  sheet.rect(0, floor, width, height - floor, { fill: sheet.linear([[0, mix(b.mid, b.paper, 0.35)], [1, b.deep]]) });
  for (let i = 0; i < 34; i++) sheet.path(`M${tenth(random() * width)} ${tenth(floor + 8 + random() ** 1.4 * (height - floor))}q${tenth(between(random, 14, 40))} ${tenth(between(random, -7, 7))} ${tenth(between(random, 50, 120))} 0`, { stroke: i % 3 ? lighter(b.paper, 0.2) : b.key, width: 1.6, opacity: 0.7, cap: "round" });
  for (let i = 0; i < 11; i++) {
    const [px, s] = [(i < 6 ? between(random, -0.02, 0.28) : between(random, 0.74, 1.02)) * width, between(random, 26, 56)];
    for (let k = 0; k < 4; k++) sheet.ellipse(px + between(random, -6, 6), floor + 10 - k * s * 0.42, s * (0.8 - k * 0.16), s * 0.24, { fill: k % 2 ? darker(b.deep, 0.25) : mix(b.deep, "#2f5a48", 0.5), stroke: b.key, width: 1.2 });
  }
}

/** Overlapping rows of ringed scales, the seigaiha pattern. */
function scales(sheet: Sheet, y: number, radius: number, fill: string, line: string, rings: string): void {
  const rows = Math.ceil((sheet.height - y) / (radius * 0.52)) + 2;
  for (let r = 0; r < rows; r++) {
    for (let x = r % 2 ? 0 : -radius; x < sheet.width + radius; x += radius * 2) {
      const cy = y + r * radius * 0.52 + radius;
      sheet.circle(x, cy, radius, { fill, stroke: line, width: 2 });
      sheet.circle(x, cy, radius * 0.72, { stroke: rings, width: 2.6 });
      sheet.circle(x, cy, radius * 0.44, { stroke: rings, width: 2.6 });
      sheet.circle(x, cy, radius * 0.16, { fill: rings });
    }
  }
}

function waves(sheet: Sheet, random: Random, b: Blocks): void {
  const { width, height } = sheet;
  bokashi(sheet, b, height);
  const r = width * between(random, 0.17, 0.24);
  sheet.circle(width * between(random, 0.35, 0.65), height * 0.36, r, { fill: sheet.linear([[0, b.sun], [0.8, mix(b.sun, b.paper, 0.15)], [1, mix(b.sun, b.paper, 0.7)]]) });
  mist(sheet, random, height * 0.3, lighter(b.paper, 0.3));
  scales(sheet, height * between(random, 0.52, 0.6), width / whole(random, 9, 13), b.mid, b.key, lighter(b.paper, 0.4));
  sheet.rect(0, height * 0.5, width, height * 0.5, { fill: sheet.linear([[0, b.deep, 0], [1, b.deep, 0.75]]) });
  for (let i = 0; i < whole(random, 3, 6); i++) {
    const [x, y, s] = [width * between(random, 0.1, 0.9), height * between(random, 0.1, 0.4), width * between(random, 0.03, 0.06)];
    sheet.path(`M${tenth(x - s * 1.6)} ${tenth(y - s * 0.7)}Q${tenth(x - s * 0.5)} ${tenth(y - s * 0.7)} ${tenth(x)} ${tenth(y)}Q${tenth(x + s * 0.4)} ${tenth(y - s)} ${tenth(x + s * 1.5)} ${tenth(y - s * 1.1)}Q${tenth(x + s * 0.7)} ${tenth(y - s * 0.3)} ${tenth(x + s * 0.4)} ${tenth(y + s * 0.15)}L${tenth(x + s * 1.4)} ${tenth(y + s * 0.4)}L${tenth(x)} ${tenth(y + s * 0.36)}Q${tenth(x - s * 0.8)} ${tenth(y - s * 0.2)} ${tenth(x - s * 1.6)} ${tenth(y - s * 0.7)}Z`, { fill: lighter(b.paper, 0.6), stroke: b.key, width: 1.4 });
  }
}

function branch(sheet: Sheet, random: Random, b: Blocks): void {
  const { width, height } = sheet;
  bokashi(sheet, b, height);
  sheet.circle(width * between(random, 0.4, 0.62), height * between(random, 0.34, 0.5), Math.min(width, height) * 0.27, { fill: b.sun });
  mist(sheet, random, height * 0.68, mix(b.mid, b.paper, 0.55));
  const side = chance(random, 0.5) ? 1 : -1;
  const at = (t: number): Point => [width * (side > 0 ? t * 0.95 - 0.05 : 1.05 - t * 0.95), height * (0.86 - t * 0.62) + Math.sin(t * 7) * height * 0.05];
  const spine = Array.from({ length: 12 }, (_, i) => at(i / 11));
  for (let i = 11; i > 0; i--) sheet.path(curve(spine.slice(0, i + 1)), { stroke: i === 11 ? b.key : mix(b.key, "#6b4a34", 0.4), width: 4 + (11 - i) * 2.2, cap: "round" });
  for (let i = 0; i < 30; i++) {
    const t = between(random, 0.18, 1);
    const [x, y] = at(t);
    const [bx, by] = [x + between(random, -80, 80), y - between(random, 0, 110)];
    sheet.path(`M${tenth(x)} ${tenth(y)}Q${tenth(bx)} ${tenth(y)} ${tenth(bx)} ${tenth(by)}`, { stroke: b.key, width: 2.6 });
    const s = between(random, 11, 19);
    for (let p = 0; p < 5; p++) {
      const a = (p / 5) * 6.283 + i;
      sheet.circle(bx + Math.cos(a) * s * 0.72, by + Math.sin(a) * s * 0.72, s * 0.56, { fill: i % 3 ? lighter(b.paper, 0.7) : mix(b.sun, "#ffffff", 0.55), stroke: b.key, width: 1.1 });
    }
    sheet.circle(bx, by, s * 0.3, { fill: b.sun, stroke: b.key, width: 1 });
  }
  for (let i = 0; i < 16; i++) sheet.ellipse(random() * width, random() * height, 7, 4, { fill: lighter(b.paper, 0.7), stroke: b.key, width: 0.8, transform: "" });
}

function rainBridge(sheet: Sheet, random: Random, b: Blocks): void {
  const { width, height } = sheet;
  bokashi(sheet, b, height * 0.7);
  const shore = height * 0.5;
  for (let i = 0; i < 3; i++) sheet.path(`M0 ${tenth(shore + i * 12)}C${tenth(width * 0.2)} ${tenth(shore - height * (0.12 - i * 0.03))} ${tenth(width * 0.4)} ${tenth(shore + 10)} ${tenth(width * 0.6)} ${tenth(shore - height * 0.05)}S${tenth(width * 0.9)} ${tenth(shore - height * 0.1)} ${width} ${tenth(shore)}V${tenth(shore + 60)}H0Z`, { fill: mix(b.deep, b.paper, 0.65 - i * 0.22) });
  sheet.rect(0, shore + 24, width, height - shore, { fill: sheet.linear([[0, mix(b.mid, b.paper, 0.5)], [0.5, b.mid], [1, b.deep]]) });
  const rise = height * between(random, 0.13, 0.18);
  const deck = (x: number, lift = 0) => height * 0.7 - lift - rise * Math.sin((x / width) * Math.PI);
  for (let x = width * 0.08; x < width; x += width * 0.17) sheet.path(lines([[x - 7, deck(x)], [x + 7, deck(x)], [x + 7, height * 0.86], [x - 7, height * 0.86]], true), { fill: darker(b.sun, 0.35), stroke: b.key, width: 1.6 });
  const strip = (low: number, high: number, fill: string) => {
    const xs = Array.from({ length: 21 }, (_, i) => (i / 20) * width);
    sheet.path(lines([...xs.map((x): Point => [x, deck(x, high)]), ...xs.reverse().map((x): Point => [x, deck(x, low)])], true), { fill, stroke: b.key, width: 1.8 });
  };
  for (let i = 0; i < 5; i++) {
    const x = width * between(random, 0.12, 0.88);
    const y = deck(x, 6);
    const s = height * 0.036;
    sheet.path(lines([[x - s * 0.5, y], [x - s * 0.3, y - s * 2], [x + s * 0.3, y - s * 2], [x + s * 0.5, y]], true), { fill: [b.deep, b.mid, b.key][i % 3]!, stroke: b.key, width: 1.2 });
    sheet.path(lines([[x - s * 1.5, y - s * 1.9], [x, y - s * 2.9], [x + s * 1.5, y - s * 1.9]], true), { fill: i % 2 ? mix(b.paper, "#d8b46a", 0.6) : b.sun, stroke: b.key, width: 1.4 });
  }
  strip(-12, 6, b.sun);
  strip(24, 30, b.sun);
  for (let x = 0; x <= width; x += width / 22) sheet.line(x, deck(x, 30), x, deck(x, 6), { stroke: b.key, width: 3 });
  let rain = "";
  const lean = between(random, 0.12, 0.3);
  for (let i = 0; i < 130; i++) { const long = between(random, 80, 240); rain += `M${tenth(random() * width * 1.2)} ${tenth(random() * height - 60)}l${tenth(-long * lean)} ${tenth(long)}`; }
  sheet.path(rain, { stroke: b.key, width: 1, opacity: 0.5 });
}

export const woodblock: Style = {
  name: "woodblock",
  creators: ["Haruka Mori", "Second Impression Press"],
  tags: ["woodblock", "print"],
  subjects: [
    { tags: ["mountain", "snow"], titles: ["The mountain in fair weather", "Peak above the tea fields", "Red summit, south wind", "Lake village at dusk", "The mountain, rose edition", "Snow cap before winter"] },
    { tags: ["waves", "cranes"], titles: ["Cranes cross a patient sea", "Scale-wave study in jade", "Sun and a thousand waves", "Night crossing of the cranes", "Petal-coloured water", "Autumn birds, old pattern"] },
    { tags: ["blossom", "branch"], titles: ["Plum branch with red disc", "Early blossom, green sky", "The branch reaches past the sun", "Blossom by moonlight", "Spring, printed twice", "Last week of the apricot tree"] },
    { tags: ["bridge", "rain"], titles: ["Sudden shower on the long bridge", "Green rain at the crossing", "Five travellers, one umbrella each", "The bridge at the hour of the dog", "Rain in the theatre district", "Straw hats, wet boards"] },
  ],
  palettes: [
    { tag: "prussian blue", mood: "calm", colours: ["#f0e6d0", "#3a6ea5", "#1f3f73", "#5d8fb8", "#16202e", "#d9472b"] },
    { tag: "jade", mood: "calm", colours: ["#f2ead2", "#6fa58f", "#2b5f5a", "#7fb39a", "#1d2c2a", "#e08a3c"] },
    { tag: "vermilion", mood: "bold", colours: ["#f6dfc0", "#c7432f", "#5a2632", "#a8534a", "#24161a", "#e8391f"] },
    { tag: "indigo", mood: "dark", colours: ["#8f9cc0", "#1a2350", "#141b42", "#35447f", "#080b1c", "#f2e6b0"] },
    { tag: "pink", mood: "dreamy", colours: ["#fbeae4", "#e09cae", "#6a5a8c", "#a896c0", "#3a2c46", "#e8607a"] },
    { tag: "ochre", mood: "warm", colours: ["#f3e2b4", "#d19a3c", "#6b4a2a", "#a88a4f", "#2e2116", "#c9502a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 0 || scene.subject === 3 ? (["landscape", "wide", "portrait"] as const) : (["portrait", "tall", "square"] as const)));
    const [paper, sky, deep, mid, key, sun] = scene.colours as [string, string, string, string, string, string];
    const sheet = new Sheet(width, height, paper);
    [mountain, waves, branch, rainBridge][scene.subject]!(sheet, random, { paper, sky, deep, mid, key, sun });
    const edge = 16;
    sheet.path(`M0 0H${width}V${height}H0ZM${edge} ${edge}V${height - edge}H${width - edge}V${edge}Z`, { fill: mix(paper, "#f7f0df", 0.7) });
    sheet.rect(edge, edge, width - edge * 2, height - edge * 2, { stroke: key, width: 2 });
    sheet.rect(width - edge - 44, height - edge - 62, 26, 44, { fill: "#c8321f" }, 3);
    sheet.path(`M${width - edge - 38} ${height - edge - 52}h14m-7 0v10m-7 0h14m-12 8h10v8h-10z`, { stroke: "#fbeee0", width: 2.4 });
    return { width, height, svg: sheet.toString(), finish: { paper: 13, grain: 4 } };
  },
};
