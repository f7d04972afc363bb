import type { Random } from "#shared/kernel/random.ts";
import { between, chance, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { curve, leaf, lines, ridgePoints, type Point } from "../outline.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A line a hand might draw: it wanders a little off the straight. */
function stroke(random: Random, x1: number, y1: number, x2: number, y2: number, sway = 1.6): string {
  const steps = Math.max(2, Math.round(Math.hypot(x2 - x1, y2 - y1) / 45));
  return curve(Array.from({ length: steps + 1 }, (_, i): Point => [x1 + ((x2 - x1) * i) / steps + between(random, -sway, sway), y1 + ((y2 - y1) * i) / steps + between(random, -sway, sway)]));
}

interface Pen {
  paper: string;
  ink: string;
  accent: string;
}

function botanical(sheet: Sheet, random: Random, { paper, ink, accent }: Pen): void {
  const { width, height } = sheet;
  sheet.circle(width * between(random, 0.35, 0.65), height * between(random, 0.28, 0.45), width * between(random, 0.2, 0.3), { fill: accent, opacity: 0.85 });
  const stems = whole(random, 3, 5);
  for (let s = 0; s < stems; s++) {
    const root = width * (0.5 + (s - (stems - 1) / 2) * 0.05);
    const lean = (s - (stems - 1) / 2) * between(random, 0.13, 0.2) * width;
    const top = height * between(random, 0.1, 0.32);
    const at = (t: number): Point => [root + lean * t * t, height * 0.95 - (height * 0.95 - top) * t];
    const kind = (s + whole(random, 0, 3)) % 4;
    sheet.path(curve(Array.from({ length: 9 }, (_, i) => at(i / 8))), { stroke: ink, width: 2.4, cap: "round" });
    const pairs = kind === 1 ? 22 : 10;
    for (let i = 2; i < pairs; i++) {
      const [x, y] = at(i / pairs);
      for (const side of [-1, 1]) {
        const long = (kind === 1 ? 70 : 105) * Math.sin((i / pairs) * 2.6 + 0.4) * (width / 700);
        const angle = -Math.PI / 2 + side * (kind === 2 ? 0.7 : 1) + lean / width;
        if (long < 8) continue;
        if (kind === 3) {
          sheet.path(stroke(random, x, y, x + Math.cos(angle) * long, y + Math.sin(angle) * long), { stroke: ink, width: 1.4 });
          sheet.circle(x + Math.cos(angle) * long, y + Math.sin(angle) * long, 6 + (i % 3) * 2, { fill: i % 2 ? ink : paper, stroke: ink, width: 1.6 });
          continue;
        }
        sheet.path(leaf(x, y, long, angle, kind === 1 ? 0.11 : 0.24), { fill: paper, stroke: ink, width: 1.7 });
        const half = chance(random, 0.5) ? 1 : -1;
        const tipX = x + Math.cos(angle) * long;
        const tipY = y + Math.sin(angle) * long;
        let veins = `M${tenth(x)} ${tenth(y)}L${tenth(tipX)} ${tenth(tipY)}`;
        if (kind !== 1) {
          for (let v = 1; v < 9; v++) {
            const [vx, vy] = [x + (tipX - x) * (v / 10), y + (tipY - y) * (v / 10)];
            const reach = long * 0.17 * Math.sin((v / 10) * 3.1);
            veins += `M${tenth(vx)} ${tenth(vy)}l${tenth(Math.cos(angle + half * 0.9) * reach)} ${tenth(Math.sin(angle + half * 0.9) * reach)}`;
          }
        }
        sheet.path(veins, { stroke: ink, width: 1 });
      }
    }
  }
}

function town(sheet: Sheet, random: Random, { paper, ink, accent }: Pen): void {
  const { width, height } = sheet;
  sheet.circle(width * between(random, 0.2, 0.8), height * 0.26, width * 0.1, { fill: accent, opacity: 0.9 });
  for (let row = 0; row < 3; row++) {
    const floor = height * (0.62 + row * 0.15);
    let x = -30 - row * 25;
    while (x < width) {
      const w = between(random, 62, 120);
      const h = between(random, 130, 250) - row * 8;
      const top = floor - h;
      const gable = chance(random, 0.7);
      const roof: Point[] = gable ? [[x - 4, top], [x + w / 2, top - w * between(random, 0.4, 0.75)], [x + w + 4, top]] : [[x, top], [x + 6, top - 26], [x + w - 6, top - 26], [x + w, top]];
      sheet.path(lines([[x, height], [x, top], ...roof, [x + w, top], [x + w, height]], true), { fill: paper });
      sheet.path(stroke(random, x, floor + 70, x, top) + stroke(random, x + w, top, x + w, floor + 70) + stroke(random, x, top, x + w, top), { stroke: ink, width: 1.9 });
      const filled = chance(random, 0.18);
      sheet.path(lines(roof, true), { fill: filled ? accent : "none", stroke: ink, width: 1.9, cap: "round", opacity: 1 });
      let hatch = "";
      if (!filled && gable) for (let i = 1; i < 11; i++) hatch += `M${tenth(x + w / 2 + (i / 11) * w * 0.5)} ${tenth(roof[1]![1] + (i / 11) * (top - roof[1]![1]))}L${tenth(x + w * 0.36 + (i / 11) * w * 0.52)} ${tenth(top)}`;
      for (let y = top + 18; y < floor - 12; y += 44) {
        for (let c = 0; c < 3; c++) {
          const [wx, ww] = [x + w * (0.12 + c * 0.29), w * 0.18];
          if (chance(random, 0.12)) continue;
          sheet.rect(wx, y, ww, 25, { fill: chance(random, 0.3) ? ink : "none", stroke: ink, width: 1.4 });
          hatch += `M${tenth(wx + ww / 2)} ${tenth(y)}v25M${tenth(wx)} ${tenth(y + 11)}h${tenth(ww)}M${tenth(wx - 3)} ${tenth(y + 28)}h${tenth(ww + 6)}`;
        }
      }
      if (chance(random, 0.45)) for (let i = 0; i < 26; i++) hatch += `M${tenth(x + w)} ${tenth(top + 6 + i * 9)}l${tenth(-w * 0.16)} ${tenth(w * 0.13)}`;
      if (chance(random, 0.6)) sheet.rect(x + w * 0.7, top - w * 0.52, 12, 30, { fill: paper, stroke: ink, width: 1.7 });
      sheet.path(hatch, { stroke: ink, width: 1 });
      x += w + (chance(random, 0.2) ? 16 : 1);
    }
  }
}

function mountains(sheet: Sheet, random: Random, { paper, ink, accent }: Pen): void {
  const { width, height } = sheet;
  const noise = gradientNoise(random);
  sheet.circle(width * between(random, 0.25, 0.75), height * between(random, 0.2, 0.3), width * 0.13, { fill: accent });
  for (let bird = 0; bird < 5; bird++) {
    const [x, y, s] = [width * between(random, 0.1, 0.9), height * between(random, 0.1, 0.3), between(random, 7, 14)];
    sheet.path(`M${tenth(x - s)} ${tenth(y - s * 0.4)}Q${tenth(x - s * 0.4)} ${tenth(y - s * 0.7)} ${tenth(x)} ${tenth(y)}Q${tenth(x + s * 0.4)} ${tenth(y - s * 0.7)} ${tenth(x + s)} ${tenth(y - s * 0.4)}`, { stroke: ink, width: 1.6 });
  }
  const rows = whole(random, 4, 5);
  for (let row = 0; row < rows; row++) {
    const base = height * (0.42 + (row / rows) * 0.5);
    const swing = height * (row === rows - 1 ? 0.06 : 0.17 - row * 0.02);
    const points = ridgePoints(noise, width, base, swing, 3.2 + row, row, 90).map(([x, y], i): Point => [x, y + noise(i * 0.9, row * 5) * 9]);
    sheet.path(`${lines(points)}L${width} ${height}L0 ${height}Z`, { fill: paper });
    sheet.path(lines(points), { stroke: ink, width: 2.2, cap: "round" });
    let hatch = "";
    for (let i = 1; i < points.length; i++) {
      const [x, y] = points[i]!;
      const falling = y - points[i - 1]![1];
      const count = falling > 0 ? 3 : 1;
      for (let k = 0; k < count; k++) {
        const long = (falling > 0 ? between(random, 30, 110) : between(random, 6, 26)) * (1.1 - row * 0.12);
        hatch += `M${tenth(x + k * 3.4)} ${tenth(y + 4)}l${tenth(-long * 0.28)} ${tenth(long)}`;
      }
    }
    sheet.path(hatch, { stroke: ink, width: 1 });
  }
}

function trees(sheet: Sheet, random: Random, { paper, ink, accent }: Pen): void {
  const { width, height } = sheet;
  sheet.circle(width * 0.5, height * 0.42, Math.min(width, height) * between(random, 0.26, 0.34), { fill: accent, opacity: 0.9 });
  const wind = between(random, -0.35, 0.35);
  const branch = (x: number, y: number, angle: number, long: number, thick: number) => {
    const [ex, ey] = [x + Math.cos(angle) * long, y + Math.sin(angle) * long];
    sheet.path(stroke(random, x, y, ex, ey, long * 0.03), { stroke: ink, width: thick, cap: "round" });
    if (thick < 1.1) {
      for (let i = 0; i < 2; i++) sheet.path(leaf(ex, ey, between(random, 9, 17), angle + between(random, -1.2, 1.2) + wind, 0.25), { fill: chance(random, 0.25) ? ink : paper, stroke: ink, width: 0.9 });
      return;
    }
    const limbs = thick > 6 ? 3 : 2;
    for (let i = 0; i < limbs; i++) branch(ex, ey, angle + (i - (limbs - 1) / 2) * between(random, 0.55, 0.95) + wind * 0.25, long * between(random, 0.68, 0.82), thick * 0.62);
  };
  const floor = height * 0.88;
  branch(width * between(random, 0.42, 0.58), floor, -Math.PI / 2 - wind * 0.3, height * between(random, 0.17, 0.2), 13);
  let grass = "";
  for (let i = 0; i < 170; i++) {
    const x = random() * width;
    grass += `M${tenth(x)} ${tenth(floor + between(random, -4, 40))}q${tenth(wind * 10)} -8 ${tenth(wind * 26 + between(random, -4, 4))} ${tenth(-between(random, 8, 24))}`;
  }
  sheet.path(grass, { stroke: ink, width: 1.2 });
}

export const inkLine: Style = {
  name: "ink-line",
  creators: ["Noor Hatcher", "Wren Calloway"],
  tags: ["ink", "line art"],
  subjects: [
    { tags: ["botanical", "leaves"], titles: ["Five stems from the lane", "Herbarium, page 31", "Blue fern", "Weeds, respectfully", "What grew by the station", "Night-blooming"] },
    { tags: ["town", "houses"], titles: ["Crooked street, first snow expected", "Old quarter from the bridge", "The upper town", "Every chimney an argument", "Gables and washing lines", "The town draws its curtains"] },
    { tags: ["mountains", "hatching"], titles: ["Four ridges and a sun", "Map of a long walk", "Blue range", "Birds over the pass", "Hard country, soft pen", "White ink, black valley"] },
    { tags: ["tree", "wind"], titles: ["The tree leans toward town", "Hundred-year branch", "Before the leaves fall", "A tree with its sun", "Wind from the left", "Moonlit elm"] },
  ],
  palettes: [
    { tag: "red", mood: "bold", colours: ["#f6f0e3", "#1a1a1c", "#e2583e"] },
    { tag: "sepia", mood: "warm", colours: ["#efe2c8", "#4a2c18", "#d9a04e"] },
    { tag: "blue", mood: "calm", colours: ["#f4f6f8", "#1d3f8f", "#bcd2ee"] },
    { tag: "yellow", mood: "playful", colours: ["#fbf8ee", "#22242a", "#f7cf46"] },
    { tag: "green", mood: "calm", colours: ["#eef0e2", "#1f4a38", "#e9a7a0"] },
    { tag: "black", mood: "dark", colours: ["#15171c", "#f0e9da", "#b4472f"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject % 2 ? (["landscape", "square", "wide"] as const) : (["portrait", "tall"] as const)));
    const [paper, ink, accent] = scene.colours as [string, string, string];
    const sheet = new Sheet(width, height, paper);
    [botanical, town, mountains, trees][scene.subject]!(sheet, random, { paper, ink, accent });
    return { width, height, svg: sheet.toString(), finish: { paper: 10 } };
  },
};
