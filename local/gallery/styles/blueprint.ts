import type { Random } from "#shared/kernel/random.ts";
import { between, chance, whole } from "../dice.ts";
import { lines, type Point } from "../outline.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

interface Pens {
  line: string;
  faint: string;
  accent: string;
}

/** A measure between two ticks, above or beside what it measures. */
function measure(sheet: Sheet, x1: number, y1: number, x2: number, y2: number, p: Pens): void {
  const a = Math.atan2(y2 - y1, x2 - x1) + Math.PI / 2;
  const [ux, uy] = [Math.cos(a) * 7, Math.sin(a) * 7];
  sheet.path(`M${tenth(x1)} ${tenth(y1)}L${tenth(x2)} ${tenth(y2)}M${tenth(x1 - ux)} ${tenth(y1 - uy)}L${tenth(x1 + ux)} ${tenth(y1 + uy)}M${tenth(x2 - ux)} ${tenth(y2 - uy)}L${tenth(x2 + ux)} ${tenth(y2 + uy)}`, { stroke: p.accent, width: 1.2 });
}

function gear(sheet: Sheet, x: number, y: number, r: number, teeth: number, turn: number, p: Pens): void {
  const rim = Array.from({ length: teeth * 4 }, (_, i): Point => { const a = turn + (i / (teeth * 4)) * Math.PI * 2; const reach = i % 4 < 2 ? r * 1.07 : r * 0.94; return [x + Math.cos(a) * reach, y + Math.sin(a) * reach]; });
  sheet.path(lines(rim, true), { stroke: p.line, width: 2.4 });
  for (const share of [0.82, 0.26, 0.16]) sheet.circle(x, y, r * share, { stroke: p.line, width: 1.7 });
  const spokes = teeth % 5 === 0 ? 5 : 6;
  for (let i = 0; i < spokes; i++) { const a = turn + (i / spokes) * Math.PI * 2; sheet.circle(x + Math.cos(a) * r * 0.54, y + Math.sin(a) * r * 0.54, r * 0.17, { stroke: p.line, width: 1.5 }); }
  sheet.circle(x, y, r, { stroke: p.accent, width: 1, dash: "12 4 2 4" });
  sheet.path(`M${tenth(x - r * 1.25)} ${tenth(y)}H${tenth(x + r * 1.25)}M${tenth(x)} ${tenth(y - r * 1.25)}V${tenth(y + r * 1.25)}`, { stroke: p.faint, width: 1, dash: "14 4 3 4" });
}

function machine(sheet: Sheet, random: Random, p: Pens): void {
  const { width, height } = sheet;
  let [x, y, teeth] = [width * 0.36, height * 0.42, whole(random, 20, 28)];
  const unit = Math.min(width, height) / 110;
  let turn = 0;
  for (let i = 0; i < 4; i++) {
    const r = teeth * unit;
    gear(sheet, x, y, r, teeth, turn, p);
    if (i < 2) measure(sheet, x - r, y - r * 1.22, x + r, y - r * 1.22, p);
    const next = [15, 10, 20, 12][i]! + whole(random, 0, 3);
    const a = [0.5, -0.9, 1.9, 0][i]! + between(random, -0.2, 0.2);
    const far = r + next * unit;
    turn = a + Math.PI + Math.PI / next / 2 + (a - turn) * (teeth / next);
    [x, y, teeth] = [x + Math.cos(a) * far, y + Math.sin(a) * far, next];
  }
}

function facade(sheet: Sheet, random: Random, p: Pens): void {
  const { width, height } = sheet;
  const [left, right, floor, storeys, bays] = [width * 0.16, width * 0.84, height * 0.82, whole(random, 3, 5), whole(random, 2, 3) * 2 + 1];
  const top = height * 0.32;
  const [w, h] = [(right - left) / bays, (floor - top) / storeys];
  sheet.rect(left, top, right - left, floor - top, { stroke: p.line, width: 2.6 });
  sheet.path(lines([[left - 16, top], [width / 2, top - height * between(random, 0.1, 0.17)], [right + 16, top]], true), { stroke: p.line, width: 2.6 });
  sheet.circle(width / 2, top - height * 0.045, height * 0.024, { stroke: p.line, width: 1.8 });
  for (let j = 0; j < storeys; j++) {
    sheet.line(left - 8, top + j * h, right + 8, top + j * h, { stroke: p.line, width: 1.8 });
    for (let i = 0; i < bays; i++) {
      const [x, y, ww, hh] = [left + i * w + w * 0.24, top + j * h + h * 0.2, w * 0.52, h * 0.62];
      const door = j === storeys - 1 && i === (bays - 1) / 2;
      const d = door || j % 2 ? `M${tenth(x)} ${tenth(y + (door ? h * 0.8 : hh))}V${tenth(y + ww / 2)}A${tenth(ww / 2)} ${tenth(ww / 2)} 0 0 1 ${tenth(x + ww)} ${tenth(y + ww / 2)}V${tenth(y + (door ? h * 0.8 : hh))}Z` : lines([[x, y], [x + ww, y], [x + ww, y + hh], [x, y + hh]], true);
      sheet.path(d, { stroke: p.line, width: 1.8 });
      sheet.path(`M${tenth(x + ww / 2)} ${tenth(y)}V${tenth(y + (door ? h * 0.8 : hh))}M${tenth(x)} ${tenth(y + hh * 0.45)}h${tenth(ww)}M${tenth(x - 5)} ${tenth(y + hh + 5)}h${tenth(ww + 10)}`, { stroke: p.faint, width: 1.3 });
    }
  }
  for (let i = 0; i <= bays; i++) { sheet.line(left + i * w, top, left + i * w, floor, { stroke: p.faint, width: 1.2 }); sheet.circle(left + i * w, height * 0.93, 9, { stroke: p.accent, width: 1.2 }); sheet.line(left + i * w, floor, left + i * w, height * 0.93 - 9, { stroke: p.accent, width: 0.8, dash: "10 4 2 4" }); }
  measure(sheet, left, height * 0.875, right, height * 0.875, p);
  measure(sheet, left - width * 0.07, top, left - width * 0.07, floor, p);
  sheet.line(width * 0.06, floor, width * 0.94, floor, { stroke: p.line, width: 3 });
}

function rocket(sheet: Sheet, random: Random, p: Pens): void {
  const { width, height } = sheet;
  const [x, top, floor, r] = [width * 0.42, height * 0.1, height * 0.84, width * between(random, 0.09, 0.12)];
  const nose = top + (floor - top) * 0.26;
  sheet.path(`M${tenth(x - r)} ${tenth(floor)}V${tenth(nose)}Q${tenth(x - r)} ${tenth(top + 30)} ${tenth(x)} ${tenth(top)}Q${tenth(x + r)} ${tenth(top + 30)} ${tenth(x + r)} ${tenth(nose)}V${tenth(floor)}Z`, { stroke: p.line, width: 2.6 });
  const stages = whole(random, 3, 4);
  for (let i = 0; i <= stages; i++) { const y = nose + ((floor - nose) * i) / (stages + 0.4); sheet.path(`M${tenth(x - r)} ${tenth(y)}H${tenth(x + r)}M${tenth(x - r)} ${tenth(y + 9)}H${tenth(x + r)}`, { stroke: p.line, width: 1.6 }); measure(sheet, x + r * 1.8, y, x + r * 1.8, nose + ((floor - nose) * (i + 1)) / (stages + 0.4), p); if (i < stages) { sheet.ellipse(x, y + (floor - nose) * 0.13, r * 0.78, (floor - nose) * 0.075, { stroke: p.faint, width: 1.4, dash: "7 5" }); for (let k = -2; k <= 2; k++) sheet.line(x + k * r * 0.36, y + 14, x + k * r * 0.36, y + 30, { stroke: p.faint, width: 1.2 }); } }
  for (const side of [-1, 1]) {
    sheet.path(lines([[x + side * r, floor - height * 0.13], [x + side * r * 2.1, floor - height * 0.03], [x + side * r * 2.1, floor + height * 0.035], [x + side * r, floor]], true), { stroke: p.line, width: 2.2 });
    sheet.path(lines([[x + side * r * 0.2, floor], [x + side * r * 0.75, floor], [x + side * r * 0.95, floor + height * 0.05], [x + side * r * 0.02, floor + height * 0.05]], true), { stroke: p.line, width: 1.8 });
  }
  sheet.circle(x, nose + 10, r * 0.4, { stroke: p.line, width: 2 });
  sheet.circle(x, nose + 10, r * 0.3, { stroke: p.line, width: 1.2 });
  sheet.line(x, top - 30, x, floor + height * 0.08, { stroke: p.accent, width: 1, dash: "16 5 3 5" });
  const [sx, sy, s] = [width * 0.79, height * 0.27, width * 0.13];
  for (const share of [1, 0.86, 0.34, 0.2]) sheet.circle(sx, sy, s * share, { stroke: p.line, width: 1.7 });
  for (let i = 0; i < 8; i++) sheet.circle(sx + Math.cos(i * 0.7854) * s * 0.6, sy + Math.sin(i * 0.7854) * s * 0.6, s * 0.15, { stroke: p.line, width: 1.4 });
  sheet.path(`M${tenth(sx - s * 1.25)} ${tenth(sy)}H${tenth(sx + s * 1.25)}M${tenth(sx)} ${tenth(sy - s * 1.25)}V${tenth(sy + s * 1.25)}`, { stroke: p.accent, width: 1, dash: "14 4 3 4" });
  sheet.path(`M${tenth(x + r)} ${tenth(floor - 40)}L${tenth(sx - s * 0.7)} ${tenth(sy + s * 0.72)}`, { stroke: p.faint, width: 1, dash: "5 5" });
}

function bridge(sheet: Sheet, random: Random, p: Pens): void {
  const { width, height } = sheet;
  const [deck, top] = [height * 0.6, height * between(random, 0.24, 0.32)];
  const [a, b] = [width * 0.26, width * 0.74];
  for (const x of [a, b]) {
    for (const side of [-1, 1]) sheet.path(lines([[x + side * 9, top], [x + side * 17, height * 0.82], [x + side * 29, height * 0.82], [x + side * 16, top]], true), { stroke: p.line, width: 2 });
    for (let y = top + 16; y < deck - 20; y += 52) sheet.path(lines([[x - 13, y], [x + 13, y], [x - 14, y + 40], [x + 14, y + 40], [x - 13, y]]), { stroke: p.line, width: 1.4 });
    sheet.rect(x - 46, height * 0.82, 92, height * 0.05, { stroke: p.line, width: 2.2 });
    sheet.line(x, top - 40, x, height * 0.92, { stroke: p.accent, width: 1, dash: "14 4 3 4" });
  }
  const cable = (x: number) => x < a ? deck - (deck - top) * (x / a) ** 1.5 : x > b ? deck - (deck - top) * ((width - x) / (width - b)) ** 1.5 : deck - 22 - (deck - top - 22) * (Math.abs(x - width / 2) / (b - width / 2)) ** 2;
  sheet.path(lines(Array.from({ length: 81 }, (_, i): Point => [(i / 80) * width, cable((i / 80) * width)])), { stroke: p.line, width: 3 });
  for (let x = 14; x < width; x += 15) sheet.line(x, cable(x), x, deck, { stroke: p.line, width: 1.1 });
  sheet.path(`M0 ${tenth(deck)}H${width}M0 ${tenth(deck + 18)}H${width}`, { stroke: p.line, width: 2.4 });
  let truss = "";
  for (let x = 0; x < width; x += 30) truss += `M${x} ${tenth(deck + 18)}l15 -18l15 18`;
  sheet.path(truss, { stroke: p.line, width: 1.2 });
  for (let i = 0; i < 4; i++) sheet.path(`M0 ${tenth(height * (0.78 + i * 0.035))}q20 -7 40 0${"t40 0".repeat(Math.ceil(width / 40))}`, { stroke: p.faint, width: 1.2 });
  measure(sheet, a, height * 0.93, b, height * 0.93, p);
  measure(sheet, width / 2, deck + 26, width / 2, height * 0.76, p);
}

export const blueprint: Style = {
  name: "blueprint",
  creators: ["Drafting Office 3", "Marguerite Plumb"],
  tags: ["blueprint", "technical drawing"],
  subjects: [
    { tags: ["gears", "machine"], titles: ["Clock for a town without hurry", "Train of four wheels", "Mechanism, purpose unknown", "Machine for turning pages", "The mill, revised", "Reduction gear, sheet 2"] },
    { tags: ["facade", "architecture"], titles: ["Town hall, street elevation", "House for the violin maker", "Proposal for a quiet bank", "The unbuilt library", "School, north front", "Hotel Meridian, as drawn"] },
    { tags: ["rocket", "space"], titles: ["Vehicle 7, in section", "To be launched on a Tuesday", "Homemade moonshot", "Rocket for the garden shed", "Three stages of leaving", "Ascent, dimensioned"] },
    { tags: ["bridge", "engineering"], titles: ["The span at Narrow Sound", "Bridge, seen before it stood", "Suspended, for now", "Crossing, scale 1:500", "Cable and patience", "The engineer's wedding gift"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#1d4f91", "#173f77", "#eef5ff", "#8fb4e0", "#ffd479"] },
    { tag: "navy", mood: "dark", colours: ["#0f1c33", "#0b1526", "#cfe0f5", "#4f6f99", "#6fe0d0"] },
    { tag: "cream", mood: "warm", colours: ["#f3ead6", "#e8dcc0", "#3a3128", "#b3a182", "#b5432a"] },
    { tag: "teal", mood: "bold", colours: ["#0f5a5c", "#0b484a", "#effaf2", "#7fbdb4", "#ffb38a"] },
    { tag: "sepia", mood: "warm", colours: ["#5a3a24", "#482d1b", "#f9ead0", "#b08d66", "#ffcf70"] },
    { tag: "grey", mood: "calm", colours: ["#e4e9ed", "#d5dde3", "#24384a", "#9fb0bf", "#d8452f"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 2 ? (["portrait", "tall"] as const) : scene.subject === 3 ? (["landscape", "wide"] as const) : (["square", "landscape", "portrait"] as const)));
    const [paper, edge, line, faint, accent] = scene.colours as [string, string, string, string, string];
    const sheet = new Sheet(width, height, paper);
    sheet.rect(0, 0, width, height, { fill: sheet.radial([[0, paper], [1, edge]], 0.5, 0.5, 0.75) });
    for (const [step, opacity] of [[24, 0.22], [120, 0.5]] as const) {
      let grid = "";
      for (let x = step; x < width; x += step) grid += `M${x} 0V${height}`;
      for (let y = step; y < height; y += step) grid += `M0 ${y}H${width}`;
      sheet.path(grid, { stroke: faint, width: 0.8, opacity });
    }
    [machine, facade, rocket, bridge][scene.subject]!(sheet, random, { line, faint, accent });
    sheet.rect(22, 22, width - 44, height - 44, { stroke: line, width: 2.4 });
    sheet.rect(width - 212, height - 82, 190, 60, { fill: paper, stroke: line, width: 1.8 });
    for (let i = 0; i < 3; i++) sheet.line(width - 202, height - 68 + i * 17, width - 202 + between(random, 60, 112), height - 68 + i * 17, { stroke: line, width: chance(random, 0.4) ? 3 : 1.6, dash: "9 3 16 4 5 3" });
    sheet.circle(width - 50, height - 52, 17, { stroke: accent, width: 1.6 });
    sheet.path(`M${width - 50} ${height - 74}l6 22l-6 -5l-6 5z`, { fill: accent });
    return { width, height, svg: sheet.toString(), finish: { paper: 9, grain: 3, vignette: 0.1 } };
  },
};
