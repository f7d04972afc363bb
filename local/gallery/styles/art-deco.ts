import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { lines, ringSlice, type Point } from "../outline.ts";
import { darker, lighter } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

const gold = (sheet: Sheet, metal: string) => sheet.linearAcross([[0, lighter(metal, 0.45)], [0.3, metal], [0.55, darker(metal, 0.3)], [0.75, lighter(metal, 0.3)], [1, metal]], 0, 0, sheet.width, sheet.height);

function frame(sheet: Sheet, metal: string): void {
  const { width: w, height: h } = sheet;
  for (const [m, t] of [[18, 4], [28, 1.5]] as const) {
    const s = 42 - m * 0.4;
    sheet.path(lines([[m + s, m], [w - m - s, m], [w - m - s, m + s / 2], [w - m, m + s / 2], [w - m, h - m - s / 2], [w - m - s, h - m - s / 2], [w - m - s, h - m], [m + s, h - m], [m + s, h - m - s / 2], [m, h - m - s / 2], [m, m + s / 2], [m + s, m + s / 2]], true), { stroke: metal, width: t });
  }
}

function sunburst(sheet: Sheet, random: Random, metal: string, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [x, y] = [width / 2, height * between(random, 0.62, 0.76)];
  const rays = whole(random, 16, 26) * 2;
  for (let i = 0; i < rays; i++) sheet.path(ringSlice(x, y, 60, 1400, Math.PI + (i / rays) * Math.PI, Math.PI + ((i + 0.5) / rays) * Math.PI), { fill: colours[1 + (i % 2)]! });
  for (let i = 0; i < rays; i++) sheet.path(ringSlice(x, y, 60, 1400, Math.PI + ((i + 0.5) / rays) * Math.PI, Math.PI + ((i + 0.56) / rays) * Math.PI), { fill: metal });
  for (let i = 5; i > 0; i--) sheet.path(ringSlice(x, y, 1, width * 0.07 * i, Math.PI, Math.PI * 2), { fill: i % 2 ? metal : colours[0]! });
  sheet.rect(0, y, width, height - y, { fill: colours[0]! });
  const bands = whole(random, 5, 8);
  for (let i = 0; i < bands; i++) sheet.rect(0, y + ((height - y) * i) / bands, width, 2 + i * 1.2, { fill: metal });
  for (let i = 0; i < 9; i++) sheet.path(lines([[x + (i - 4) * width * 0.13 - 20, height], [x + (i - 4) * width * 0.03, y], [x + (i - 4) * width * 0.03 + 3, y], [x + (i - 4) * width * 0.13 + 20, height]], true), { fill: i % 2 ? colours[1]! : colours[2]!, opacity: 0.75 });
}

function fans(sheet: Sheet, random: Random, metal: string, colours: readonly string[]): void {
  const { width, height } = sheet;
  const r = width / whole(random, 4, 7);
  const rings = whole(random, 3, 5);
  for (let j = -1; j * r * 0.5 < height + r; j++) {
    for (let i = -1; i * r < width + r; i++) {
      const [x, y] = [i * r + (j % 2 ? r / 2 : 0), j * r * 0.5 + r * 0.5];
      for (let k = rings; k > 0; k--) sheet.circle(x, y, (r * 0.5 * k) / rings, { fill: colours[(k + (j % 3 ? 0 : 1)) % 3]!, stroke: metal, width: k === rings ? 3.4 : 1.6 });
      let spokes = "";
      for (let s = 1; s < 8; s++) { const a = Math.PI + (s / 8) * Math.PI; spokes += `M${tenth(x + Math.cos(a) * r * 0.12)} ${tenth(y + Math.sin(a) * r * 0.12)}L${tenth(x + Math.cos(a) * r * 0.5)} ${tenth(y + Math.sin(a) * r * 0.5)}`; }
      sheet.path(spokes, { stroke: metal, width: 1.2 });
    }
  }
}

function tower(sheet: Sheet, random: Random, metal: string, colours: readonly string[]): void {
  const { width, height } = sheet;
  const x = width / 2;
  for (let i = 0; i < 3; i++) {
    const a = between(random, -2.4, -0.7);
    sheet.path(lines([[width * (0.2 + i * 0.3), height], [width * (0.2 + i * 0.3) + Math.cos(a - 0.07) * 1300, height + Math.sin(a - 0.07) * 1300], [width * (0.2 + i * 0.3) + Math.cos(a + 0.07) * 1300, height + Math.sin(a + 0.07) * 1300]], true), { fill: colours[2]!, opacity: 0.4 });
  }
  const block = (bx: number, w: number, top: number, tone: string, tiers: number) => {
    for (let t = tiers; t >= 0; t--) {
      const [half, up] = [(w / 2) * (1 - t * 0.2), top - t * w * 0.26];
      sheet.rect(bx - half, up, half * 2, height - up, { fill: tone, stroke: metal, width: 2 });
      for (let k = 1; k < 7; k++) sheet.line(bx - half + (half * 2 * k) / 7, up + 8, bx - half + (half * 2 * k) / 7, height, { stroke: metal, width: k % 2 ? 1 : 2.4, opacity: 0.8 });
    }
  };
  for (let i = 0; i < 6; i++) block(width * (0.04 + i * 0.184), width * 0.17, height * between(random, 0.5, 0.68), colours[1]!, whole(random, 1, 2));
  const w = width * between(random, 0.26, 0.32);
  block(x, w, height * 0.44, colours[0]!, 3);
  const crown = height * 0.44 - w * 0.78;
  for (let i = 4; i > 0; i--) sheet.path(ringSlice(x, crown, 1, w * 0.055 * i, Math.PI, Math.PI * 2), { fill: i % 2 ? metal : colours[1]!, stroke: metal, width: 1.5 });
  sheet.path(lines([[x - 5, crown - w * 0.2], [x, crown - w * 0.85], [x + 5, crown - w * 0.2]], true), { fill: metal });
  sheet.rect(0, height * 0.95, width, height, { fill: colours[0]!, stroke: metal, width: 3 });
}

function medallion(sheet: Sheet, random: Random, metal: string, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [x, y, r] = [width / 2, height / 2, Math.min(width, height) * 0.4];
  const folds = [6, 8, 10, 12][whole(random, 0, 3)]!;
  sheet.circle(x, y, r, { fill: colours[1]!, stroke: metal, width: 5 });
  for (let ring = 0; ring < 3; ring++) {
    const outer = r * (1 - ring * 0.28);
    for (let i = 0; i < folds * 2; i++) {
      const a = ((i + (ring % 2) * 0.5) / (folds * 2)) * Math.PI * 2;
      const p = (rad: number, turn: number): Point => [x + Math.cos(a + turn) * rad, y + Math.sin(a + turn) * rad];
      const half = Math.PI / (folds * 2);
      sheet.path(lines([p(outer * 0.97, 0), p(outer * 0.74, half), p(outer * 0.5, 0), p(outer * 0.74, -half)], true), { fill: i % 2 ? colours[2]! : colours[0]!, stroke: metal, width: 2 });
      sheet.path(lines([p(outer * 0.88, 0), p(outer * 0.74, half * 0.5), p(outer * 0.6, 0), p(outer * 0.74, -half * 0.5)], true), { stroke: metal, width: 1.2 });
    }
  }
  for (let i = 3; i > 0; i--) sheet.circle(x, y, r * 0.055 * i, { fill: i % 2 ? metal : colours[0]!, stroke: metal, width: 1.5 });
  for (const [dx, dy] of [[-1, -1], [1, -1], [-1, 1], [1, 1]] as const) for (let i = 1; i < 6; i++) sheet.circle(x + (dx * width) / 2, y + (dy * height) / 2, i * r * 0.12, { stroke: metal, width: 1 + i * 0.5 });
}

export const artDeco: Style = {
  name: "art-deco",
  creators: ["Atelier Beaumont", "Odile Marchand"],
  tags: ["art deco", "ornament"],
  subjects: [
    { tags: ["sunburst", "rays"], titles: ["Curtain up, 1929", "Emerald matinee", "The ocean liner at dawn", "Champagne sunrise", "Hotel lobby, noon", "Ruby overture"] },
    { tags: ["fans", "pattern"], titles: ["Fans for the powder room", "Scallop wallpaper, suite 12", "Ballroom screen", "Folding and unfolding", "The milliner's wrapping paper", "Velvet scales"] },
    { tags: ["skyscraper", "architecture"], titles: ["The tallest of the three", "Searchlights over Green Street", "Midnight on the eightieth floor", "Tower for an optimist", "Setbacks and spires", "The Garnet Building"] },
    { tags: ["medallion", "symmetry"], titles: ["Ceiling of the Majestic", "Compact, mother of pearl", "Elevator door, closed", "Brooch for an empress", "Inlay for a card table", "Orchestra rosette"] },
  ],
  palettes: [
    { tag: "black and gold", mood: "dark", colours: ["#111114", "#1d1d24", "#2c2a2c", "#d4a94f"] },
    { tag: "emerald", mood: "bold", colours: ["#05312b", "#0b4d42", "#12695a", "#e0bd6a"] },
    { tag: "navy", mood: "calm", colours: ["#0d1b3a", "#15294f", "#1f3d6f", "#e3c27a"] },
    { tag: "champagne", mood: "warm", colours: ["#f5ead6", "#ead6b4", "#fbf5e8", "#a8772c"] },
    { tag: "teal", mood: "playful", colours: ["#f7d8cc", "#12767a", "#f2a798", "#c9973f"] },
    { tag: "ruby", mood: "bold", colours: ["#3a0a18", "#5f1226", "#801c36", "#e8c078"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 3 ? (["square", "portrait"] as const) : (["portrait", "tall"] as const)));
    const sheet = new Sheet(width, height, scene.colours[0]);
    const metal = gold(sheet, scene.colours[3]!);
    [sunburst, fans, tower, medallion][scene.subject]!(sheet, random, metal, scene.colours);
    sheet.path(`M0 0H${width}V${height}H0ZM40 40V${height - 40}H${width - 40}V40Z`, { fill: scene.colours[0]! });
    frame(sheet, metal);
    return { width, height, svg: sheet.toString(), finish: { grain: 6, vignette: 0.18 } };
  },
};
