import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { lines, regular, ringSlice, type Point } from "../outline.ts";
import { mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

interface Foil {
  night: string;
  deep: string;
  gold: string;
  soft: string;
}

function spark(sheet: Sheet, x: number, y: number, r: number, colour: string): void {
  const s = r * 0.16;
  sheet.path(`M${tenth(x)} ${tenth(y - r)}Q${tenth(x + s)} ${tenth(y - s)} ${tenth(x + r)} ${tenth(y)}Q${tenth(x + s)} ${tenth(y + s)} ${tenth(x)} ${tenth(y + r)}Q${tenth(x - s)} ${tenth(y + s)} ${tenth(x - r)} ${tenth(y)}Q${tenth(x - s)} ${tenth(y - s)} ${tenth(x)} ${tenth(y - r)}Z`, { fill: colour });
}

const crescent = (x: number, y: number, r: number, cut: number) => `M${tenth(x)} ${tenth(y - r)}A${tenth(r)} ${tenth(r)} 0 1 1 ${tenth(x)} ${tenth(y + r)}A${tenth(r * cut)} ${tenth(r)} 0 1 0 ${tenth(x)} ${tenth(y - r)}Z`;

function rays(sheet: Sheet, x: number, y: number, inner: number, outer: number, count: number, f: Foil): void {
  for (let i = 0; i < count; i++) {
    const a = (i / count) * Math.PI * 2;
    const half = (Math.PI / count) * 0.62;
    const p = (r: number, t: number): Point => [x + Math.cos(t) * r, y + Math.sin(t) * r];
    if (i % 2) sheet.path(lines([p(inner, a - half), p(outer, a), p(inner, a + half)], true), { fill: f.gold });
    else {
      const [m1, m2, tip, b] = [p(inner + (outer - inner) * 0.45, a + half * 0.9), p(inner + (outer - inner) * 0.7, a - half * 0.8), p(outer * 1.02, a + half * 0.2), p(inner, a - half)];
      sheet.path(`M${tenth(b[0])} ${tenth(b[1])}Q${tenth(m2[0])} ${tenth(m2[1])} ${tenth(tip[0])} ${tenth(tip[1])}Q${tenth(m1[0])} ${tenth(m1[1])} ${tenth(p(inner, a + half)[0])} ${tenth(p(inner, a + half)[1])}`, { fill: f.night, stroke: f.gold, width: 2 });
    }
  }
}

function sunFace(sheet: Sheet, random: Random, f: Foil): void {
  const [x, y, r] = [sheet.width / 2, sheet.height / 2, Math.min(sheet.width, sheet.height) * 0.18];
  const count = [16, 20, 24][whole(random, 0, 2)]!;
  sheet.circle(x, y, r * 2.15, { fill: f.deep, stroke: f.gold, width: 1.6, dash: "2 7" });
  rays(sheet, x, y, r * 1.12, r * between(random, 1.8, 2), count, f);
  sheet.circle(x, y, r * 1.08, { fill: f.night, stroke: f.gold, width: 3 });
  sheet.circle(x, y, r * 0.98, { fill: f.soft, stroke: f.gold, width: 1.4 });
  for (const side of [-1, 1]) {
    sheet.path(`M${tenth(x + side * r * 0.18)} ${tenth(y - r * 0.14)}Q${tenth(x + side * r * 0.4)} ${tenth(y - r * 0.02)} ${tenth(x + side * r * 0.62)} ${tenth(y - r * 0.14)}`, { stroke: f.night, width: 3.4, cap: "round" });
    sheet.path(`M${tenth(x + side * r * 0.1)} ${tenth(y - r * 0.34)}Q${tenth(x + side * r * 0.4)} ${tenth(y - r * 0.52)} ${tenth(x + side * r * 0.7)} ${tenth(y - r * 0.32)}`, { stroke: f.night, width: 2.6, cap: "round" });
    for (let k = 0; k < 3; k++) sheet.line(x + side * r * (0.3 + k * 0.13), y - r * 0.06, x + side * r * (0.31 + k * 0.15), y + r * 0.02, { stroke: f.night, width: 1.6 });
    sheet.circle(x + side * r * 0.56, y + r * 0.22, r * 0.13, { fill: mix(f.soft, f.deep, 0.25) });
  }
  sheet.path(`M${tenth(x - r * 0.08)} ${tenth(y - r * 0.3)}Q${tenth(x + r * 0.04)} ${tenth(y + r * 0.05)} ${tenth(x - r * 0.1)} ${tenth(y + r * 0.2)}Q${tenth(x)} ${tenth(y + r * 0.28)} ${tenth(x + r * 0.12)} ${tenth(y + r * 0.2)}M${tenth(x - r * 0.26)} ${tenth(y + r * 0.46)}Q${tenth(x)} ${tenth(y + r * 0.6)} ${tenth(x + r * 0.26)} ${tenth(y + r * 0.46)}M${tenth(x - r * 0.12)} ${tenth(y + r * 0.58)}Q${tenth(x)} ${tenth(y + r * 0.64)} ${tenth(x + r * 0.12)} ${tenth(y + r * 0.58)}`, { stroke: f.night, width: 2.8, cap: "round" });
  if (random() < 0.5) for (const [px, py] of regular(x, y, r * 2.35, 12, 0.1)) spark(sheet, px, py, 9, f.gold);
}

function phases(sheet: Sheet, random: Random, f: Foil): void {
  const { width, height } = sheet;
  const [x, y, r] = [width / 2, height * 0.56, Math.min(width, height) * 0.33];
  const count = 7;
  for (let i = 0; i < count; i++) {
    const a = Math.PI + ((i + 0.5) / count) * Math.PI;
    const [px, py, s] = [x + Math.cos(a) * r, y + Math.sin(a) * r, r * (i === 3 ? 0.17 : 0.125)];
    sheet.circle(px, py, s, { fill: f.deep, stroke: f.gold, width: 1.8 });
    if (i === 3) sheet.circle(px, py, s, { fill: f.gold });
    else { const waxing = i < 3; const share = waxing ? i : 6 - i; sheet.path(share < 2 ? crescent(px, py, s, 0.75 - share * 0.5) : ringSlice(px, py, 0.1, s, -Math.PI / 2, Math.PI / 2), { fill: f.gold, transform: waxing ? `rotate(0 ${tenth(px)} ${tenth(py)})` : `rotate(180 ${tenth(px)} ${tenth(py)})` }); }
  }
  const rows = whole(random, 3, 4);
  for (let k = 0; k < rows; k++) {
    const [half, peak] = [r * (1.05 - k * 0.18), y - r * 0.55 + k * r * 0.24];
    const points: Point[] = [[x - half, y + r * 0.55], [x - half * 0.45, peak + r * 0.26], [x - half * 0.32, peak + r * 0.34], [x + between(random, -10, 10), peak], [x + half * 0.4, peak + r * 0.4], [x + half * 0.52, peak + r * 0.3], [x + half, y + r * 0.55]];
    sheet.path(lines(points, true), { fill: k % 2 ? f.deep : f.night, stroke: f.gold, width: 2 });
    let shade = "";
    for (let i = 1; i < 12; i++) shade += `M${tenth(points[3]![0] + i * 5)} ${tenth(peak + i * 9)}l${tenth(-i * 1.5)} ${tenth(26 + i * 6)}`;
    sheet.path(shade, { stroke: f.gold, width: 1.2 });
  }
  for (let i = 0; i < 6; i++) sheet.path(`M${tenth(x - r * (1.05 - i * 0.1))} ${tenth(y + r * (0.55 + i * 0.075))}q${tenth(r * 0.26)} -9 ${tenth(r * (0.525 - i * 0.05) * 1)} 0t${tenth(r * (0.525 - i * 0.05))} 0t${tenth(r * (0.525 - i * 0.05))} 0t${tenth(r * (0.525 - i * 0.05))} 0`, { stroke: f.gold, width: 1.8 });
}

function eye(sheet: Sheet, random: Random, f: Foil): void {
  const [x, y, r] = [sheet.width / 2, sheet.height / 2, Math.min(sheet.width, sheet.height) * 0.32];
  const count = whole(random, 16, 26);
  for (let i = 0; i < count * 2; i++) { const a = (i / count) * Math.PI; const long = i % 2 ? 1.18 : 1.4; sheet.line(x + Math.cos(a) * r * 0.72, y + Math.sin(a) * r * 0.72, x + Math.cos(a) * r * long, y + Math.sin(a) * r * long, { stroke: f.gold, width: i % 2 ? 1.2 : 2.4 }); if (i % 2 === 0) sheet.circle(x + Math.cos(a) * r * 1.45, y + Math.sin(a) * r * 1.45, 3, { fill: f.gold }); }
  const almond = (s: number) => `M${tenth(x - r * s)} ${tenth(y)}Q${tenth(x)} ${tenth(y - r * s * 1.05)} ${tenth(x + r * s)} ${tenth(y)}Q${tenth(x)} ${tenth(y + r * s * 1.05)} ${tenth(x - r * s)} ${tenth(y)}Z`;
  sheet.path(almond(1.08), { fill: f.night, stroke: f.gold, width: 2 });
  sheet.path(almond(0.96), { fill: f.soft, stroke: f.gold, width: 3 });
  sheet.circle(x, y, r * 0.46, { fill: f.deep, stroke: f.gold, width: 3 });
  for (let i = 0; i < 48; i++) { const a = (i / 48) * Math.PI * 2; sheet.line(x + Math.cos(a) * r * 0.25, y + Math.sin(a) * r * 0.25, x + Math.cos(a) * r * (i % 2 ? 0.36 : 0.43), y + Math.sin(a) * r * (i % 2 ? 0.36 : 0.43), { stroke: f.gold, width: 1.6 }); }
  sheet.circle(x, y, r * 0.22, { fill: f.night, stroke: f.gold, width: 2 });
  if (random() < 0.5) sheet.path(crescent(x - r * 0.03, y, r * 0.14, 0.5), { fill: f.gold });
  else spark(sheet, x, y, r * 0.16, f.gold);
  for (const side of [-1, 1]) sheet.path(crescent(x, y + side * r * 1.78, r * 0.16, 0.55), { fill: f.gold, transform: `rotate(${side * 90} ${tenth(x)} ${tenth(y + side * r * 1.78)})` });
}

function orrery(sheet: Sheet, random: Random, f: Foil): void {
  const [x, y, r] = [sheet.width / 2, sheet.height / 2, Math.min(sheet.width, sheet.height) * 0.4];
  rays(sheet, x, y, r * 0.13, r * 0.24, 16, f);
  sheet.circle(x, y, r * 0.125, { fill: f.gold });
  const rings = whole(random, 4, 6);
  for (let i = 0; i < rings; i++) {
    const o = r * (0.36 + (i * 0.68) / rings);
    sheet.circle(x, y, o, { stroke: f.gold, width: i % 2 ? 1.2 : 2, dash: i % 3 === 1 ? "1 6" : "" });
    const a = random() * 6.283;
    const [px, py, s] = [x + Math.cos(a) * o, y + Math.sin(a) * o, r * between(random, 0.035, 0.085)];
    sheet.circle(px, py, s + 5, { fill: f.night });
    sheet.circle(px, py, s, { fill: i % 2 ? f.soft : f.deep, stroke: f.gold, width: 2 });
    if (i % 2) sheet.path(crescent(px, py, s, 0.4), { fill: f.gold });
    else for (let k = -1; k <= 1; k++) sheet.line(px - s * 0.8, py + k * s * 0.4, px + s * 0.8, py + k * s * 0.4, { stroke: f.gold, width: 1.2 });
    if (i === rings - 2) sheet.ellipse(px, py, s * 1.9, s * 0.5, { stroke: f.gold, width: 2, transform: `rotate(-20 ${tenth(px)} ${tenth(py)})` });
  }
  for (let i = 0; i < 72; i++) { const a = (i / 72) * 6.2832; sheet.line(x + Math.cos(a) * r * 1.08, y + Math.sin(a) * r * 1.08, x + Math.cos(a) * r * (i % 6 ? 1.1 : 1.15), y + Math.sin(a) * r * (i % 6 ? 1.1 : 1.15), { stroke: f.gold, width: 1.6 }); }
}

export const celestial: Style = {
  name: "celestial",
  creators: ["Madame Perihelion", "Gilt Press"],
  tags: ["celestial", "gold line"],
  subjects: [
    { tags: ["sun", "face"], titles: ["The Sun, reversed", "He never blinks", "Patron of late sleepers", "Sun card", "Noon keeps a straight face", "The old warm king"] },
    { tags: ["moon", "mountain"], titles: ["Seven moons for one mountain", "The month in gold", "Tide table", "Pilgrims' peak", "Waxing, waning", "Lunar almanac, frontispiece"] },
    { tags: ["eye", "symbol"], titles: ["The eye that read the letter", "Insight", "Watched by something kind", "Third draft, third eye", "Amulet against Mondays", "See also: stars"] },
    { tags: ["planets", "orrery"], titles: ["Orrery for a small study", "Clockwork heavens", "Music of six spheres", "The planets take their places", "Brass sky", "Everything goes around"] },
  ],
  palettes: [
    { tag: "midnight", mood: "dark", colours: ["#0f1530", "#1a2350", "#e2bd6c", "#f0dba6"] },
    { tag: "plum", mood: "dreamy", colours: ["#2a1033", "#43194f", "#e8bf86", "#f6d8c4"] },
    { tag: "forest", mood: "calm", colours: ["#0e2a26", "#17423a", "#d9bd72", "#e6e2bd"] },
    { tag: "ivory", mood: "warm", colours: ["#f5ecd8", "#ead9b8", "#7a4a2a", "#f2c98a"] },
    { tag: "blush", mood: "playful", colours: ["#f6d9d2", "#efc0b8", "#a03a4a", "#fbeee4"] },
    { tag: "black", mood: "bold", colours: ["#0b0b0d", "#1a1a1f", "#d9d9de", "#f2f2f0"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "tall", scene.subject === 0 || scene.subject === 3 ? "square" : "portrait");
    const [night, deep, gold, soft] = scene.colours as [string, string, string, string];
    const sheet = new Sheet(width, height, night);
    sheet.rect(0, 0, width, height, { fill: sheet.radial([[0, deep], [1, night]], 0.5, 0.5, 0.62) });
    for (let i = 0; i < 60; i++) { const [x, y] = [between(random, 50, width - 50), between(random, 50, height - 50)]; if (i % 6) sheet.circle(x, y, between(random, 0.8, 2.2), { fill: gold, opacity: between(random, 0.4, 1) }); else spark(sheet, x, y, between(random, 6, 15), gold); }
    [sunFace, phases, eye, orrery][scene.subject]!(sheet, random, { night, deep, gold, soft });
    sheet.rect(24, 24, width - 48, height - 48, { stroke: gold, width: 3 }, 18);
    sheet.rect(34, 34, width - 68, height - 68, { stroke: gold, width: 1.2 }, 12);
    for (const [x, y] of [[34, 34], [width - 34, 34], [34, height - 34], [width - 34, height - 34]] as const) { sheet.circle(x, y, 16, { fill: night, stroke: gold, width: 1.6 }); spark(sheet, x, y, 11, gold); }
    return { width, height, svg: sheet.toString(), finish: { grain: 5, paper: 5, vignette: 0.12 } };
  },
};
