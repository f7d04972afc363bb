import type { Random } from "#shared/kernel/random.ts";
import { between, chance, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { blobPoints, curve, land, leaf, lines, ridgePoints } from "../outline.ts";
import { along, lighter } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A sheet of card: its shadow on what lies beneath, then a bright cut edge. */
function card(sheet: Sheet, d: string, colour: string, lift = 9): void {
  sheet.shadow(d, lift * 0.5, lift * 0.2 - lift * 0.7, lift, 0.5);
  sheet.path(d, { fill: colour, stroke: lighter(colour, 0.22), width: 1.6 });
}

const disc = (x: number, y: number, r: number) => `M${tenth(x - r)} ${tenth(y)}A${tenth(r)} ${tenth(r)} 0 1 0 ${tenth(x + r)} ${tenth(y)}A${tenth(r)} ${tenth(r)} 0 1 0 ${tenth(x - r)} ${tenth(y)}Z`;

function cloud(x: number, y: number, s: number): string {
  return `M${tenth(x - s)} ${tenth(y)}A${tenth(s * 0.36)} ${tenth(s * 0.36)} 0 0 1 ${tenth(x - s * 0.72)} ${tenth(y - s * 0.42)}A${tenth(s * 0.5)} ${tenth(s * 0.5)} 0 0 1 ${tenth(x + s * 0.18)} ${tenth(y - s * 0.6)}A${tenth(s * 0.42)} ${tenth(s * 0.42)} 0 0 1 ${tenth(x + s * 0.8)} ${tenth(y - s * 0.36)}A${tenth(s * 0.3)} ${tenth(s * 0.3)} 0 0 1 ${tenth(x + s)} ${tenth(y)}Z`;
}

function cave(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const layers = 7;
  const [cx, cy] = [width * between(random, 0.42, 0.58), height * between(random, 0.42, 0.58)];
  sheet.rect(0, 0, width, height, { fill: sheet.radial([[0, lighter(colours[4]!, 0.6)], [1, colours[4]!]]) });
  card(sheet, disc(cx + width * between(random, -0.08, 0.08), cy - height * 0.04, width * 0.07), colours[3]!, 5);
  for (let i = 0; i < layers; i++) {
    const reach = 0.2 + (i / layers) * 0.42;
    const hole = curve(blobPoints(random, cx, cy, width * reach, height * reach, 0.2, 11), true);
    card(sheet, `M-40 -40V${height + 40}H${width + 40}V-40Z${hole}`, along([colours[4]!, colours[1]!, colours[0]!, colours[2]!], (i + 1) / layers), 11);
    if (chance(random, 0.5)) {
      const a = random() * 6.283;
      const [x, y] = [cx + Math.cos(a) * width * reach, cy + Math.sin(a) * height * reach];
      for (let k = 0; k < 3; k++) card(sheet, leaf(x, y, between(random, 60, 110), a + Math.PI + (k - 1) * 0.5, 0.2), colours[k % 2 ? 3 : 1]!, 6);
    }
  }
}

function hills(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const noise = gradientNoise(random);
  sheet.rect(0, 0, width, height, { fill: sheet.linear([[0, colours[4]!], [1, lighter(colours[4]!, 0.5)]]) });
  const [sx, sy, r] = [width * between(random, 0.25, 0.75), height * between(random, 0.22, 0.36), width * 0.1];
  for (let i = 3; i > 0; i--) card(sheet, disc(sx, sy, r * (0.55 + i * 0.45)), along([colours[3]!, colours[4]!], i / 4), 7);
  for (let i = 0; i < whole(random, 2, 4); i++) card(sheet, cloud(width * between(random, 0.05, 0.95), height * between(random, 0.12, 0.45), width * between(random, 0.08, 0.15)), "#fffdf8", 7);
  const rows = 6;
  for (let row = 0; row < rows; row++) {
    const points = ridgePoints(noise, width + 40, height * (0.48 + (row / rows) * 0.46), height * (0.12 - row * 0.01), 2.4 + row * 0.4, row, 24);
    const tone = along([colours[1]!, colours[0]!, colours[2]!], row / (rows - 1));
    if (row > 1) {
      for (let t = 0; t < 5; t++) {
        const [x, y] = points[whole(random, 1, 22)]!;
        const tall = height * between(random, 0.07, 0.15);
        card(sheet, lines([[x, y - tall], [x + tall * 0.3, y + 12], [x - tall * 0.3, y + 12]], true), lighter(tone, 0.08), 5);
      }
    }
    card(sheet, land(points, height + 20), tone, 10);
  }
}

function sea(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  sheet.rect(0, 0, width, height, { fill: sheet.linear([[0, lighter(colours[4]!, 0.25)], [1, colours[4]!]]) });
  const r = width * between(random, 0.1, 0.16);
  card(sheet, disc(width * between(random, 0.2, 0.8), height * 0.26, r), colours[3]!, 7);
  for (let i = 0; i < 3; i++) card(sheet, cloud(width * random(), height * between(random, 0.14, 0.36), width * between(random, 0.08, 0.16)), "#fffdf8", 7);
  const rows = 7;
  const boat = whole(random, 1, 3);
  for (let row = 0; row < rows; row++) {
    const base = height * (0.46 + (row / rows) * 0.5);
    const step = width / (4 + (row % 3));
    if (row === boat) {
      const [x, y, s] = [width * between(random, 0.3, 0.7), base - height * 0.03, width * 0.085];
      card(sheet, lines([[x + 4, y - s * 2.6], [x + s * 1.2, y - s * 0.5], [x + 4, y - s * 0.5]], true), "#fffdf8", 6);
      card(sheet, lines([[x - 4, y - s * 2.2], [x - s * 0.95, y - s * 0.5], [x - 4, y - s * 0.5]], true), colours[3]!, 6);
      card(sheet, `M${tenth(x - s * 1.3)} ${tenth(y - s * 0.35)}H${tenth(x + s * 1.4)}Q${tenth(x + s)} ${tenth(y + s * 0.6)} ${tenth(x)} ${tenth(y + s * 0.6)}Q${tenth(x - s)} ${tenth(y + s * 0.6)} ${tenth(x - s * 1.3)} ${tenth(y - s * 0.35)}Z`, colours[2]!, 6);
    }
    let d = `M${tenth(-step)} ${tenth(base)}`;
    for (let x = -step * between(random, 0.4, 1); x < width + step; x += step) d += `q${tenth(step * 0.42)} ${tenth(-height * 0.1)} ${tenth(step * 0.74)} ${tenth(-height * 0.02)}q${tenth(-step * 0.22)} ${tenth(-height * 0.025)} ${tenth(-step * 0.2)} ${tenth(height * 0.015)}q${tenth(step * 0.14)} ${tenth(height * 0.035)} ${tenth(step * 0.46)} ${tenth(height * 0.005)}`;
    card(sheet, `${d}V${height + 30}H${tenth(-step)}Z`, along([lighter(colours[1]!, 0.2), colours[1]!, colours[0]!, colours[2]!], row / (rows - 1)), 9);
  }
}

function jungle(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  sheet.rect(0, 0, width, height, { fill: lighter(colours[4]!, 0.25) });
  const r = Math.min(width, height) * between(random, 0.17, 0.25);
  card(sheet, disc(width / 2, height * 0.45, r * 1.35), lighter(colours[4]!, 0.55), 8);
  card(sheet, disc(width / 2, height * 0.45, r), colours[3]!, 8);
  for (let layer = 0; layer < 4; layer++) {
    for (let i = 0; i < 15; i++) {
      const a = ((i + random() * 0.7) / 15) * 6.283;
      const reach = 0.6 + layer * 0.06;
      const [x, y] = [width / 2 + Math.cos(a) * width * reach, height / 2 + Math.sin(a) * height * reach];
      const inward = Math.atan2(height / 2 - y, width / 2 - x) + between(random, -0.5, 0.5);
      const long = Math.min(width, height) * between(random, 0.34, 0.5);
      const tone = along([colours[1]!, colours[0]!, colours[2]!], (layer + random() * 0.7) / 4);
      card(sheet, leaf(x, y, long, inward, between(random, 0.18, 0.34)), chance(random, 0.1) ? colours[3]! : tone, 8);
      sheet.line(x, y, x + Math.cos(inward) * long * 0.92, y + Math.sin(inward) * long * 0.92, { stroke: lighter(tone, 0.3), width: 1.6 });
    }
  }
}

export const paperCut: Style = {
  name: "paper-cut",
  creators: ["Yuki Scherer", "Folded Theatre"],
  tags: ["paper cut", "layers"],
  subjects: [
    { tags: ["cave", "abstract"], titles: ["Way in", "Canyon of card", "Inside the coral shell", "The well keeps a moon", "Seven doors, all round", "Warm hollow"] },
    { tags: ["hills", "clouds"], titles: ["Paper hills, scissor sun", "Every cloud cut twice", "Pink valley pop-up", "Night folded over the firs", "Autumn on the workbench", "Hill country, 300 gsm"] },
    { tags: ["sea", "boat"], titles: ["Small boat, paper ocean", "Seven rows of water", "The regatta nobody entered", "Sailing after dark", "Sunset ferry, glued by hand", "Waves in order of size"] },
    { tags: ["jungle", "leaves"], titles: ["Clearing", "Sun through the greenhouse wall", "Something pink in the jungle", "The moon behind big leaves", "Undergrowth in rust and gold", "Leaves taking their places"] },
  ],
  palettes: [
    { tag: "teal", mood: "calm", colours: ["#2a8c8c", "#7cc4b8", "#12505c", "#ffc857", "#cdeae4"] },
    { tag: "blue", mood: "playful", colours: ["#3b7dd8", "#8fc1f0", "#1d3f8c", "#ff7d5c", "#d6ebfb"] },
    { tag: "coral", mood: "warm", colours: ["#f0716b", "#fbb5a0", "#a8325a", "#ffd98a", "#fde6da"] },
    { tag: "midnight", mood: "dark", colours: ["#2b3468", "#5563a8", "#141a3c", "#ffe7a0", "#8c97d6"] },
    { tag: "rust", mood: "warm", colours: ["#c7622d", "#eda65a", "#6b2f24", "#fff0c2", "#f7dcae"] },
    { tag: "green", mood: "dreamy", colours: ["#4c9b62", "#a5d19a", "#1f5a48", "#ff9eb0", "#e4f2da"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "square", "portrait", scene.subject === 2 ? "landscape" : "tall", "landscape");
    const sheet = new Sheet(width, height);
    [cave, hills, sea, jungle][scene.subject]!(sheet, random, scene.colours);
    return { width, height, svg: sheet.toString(), finish: { paper: 8, vignette: 0.14 } };
  },
};
