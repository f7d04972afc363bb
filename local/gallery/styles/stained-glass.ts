import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { lines, ringSlice, scatter, type Point } from "../outline.ts";
import { along, darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** The Voronoi cell of each site, by clipping the frame with the bisectors to its nearer neighbours. */
function cells(sites: readonly Point[], width: number, height: number): Point[][] {
  return sites.map(([x, y]) => {
    let cell: Point[] = [[0, 0], [width, 0], [width, height], [0, height]];
    const near = [...sites].sort((a, b) => (a[0] - x) ** 2 + (a[1] - y) ** 2 - (b[0] - x) ** 2 - (b[1] - y) ** 2).slice(1, 22);
    for (const [ox, oy] of near) {
      const side = ([px, py]: Point) => (px - (x + ox) / 2) * (ox - x) + (py - (y + oy) / 2) * (oy - y);
      cell = cell.flatMap((p, i): Point[] => {
        const q = cell[(i + 1) % cell.length]!;
        const [a, b] = [side(p), side(q)];
        const cut: Point = [p[0] + ((q[0] - p[0]) * a) / (a - b), p[1] + ((q[1] - p[1]) * a) / (a - b)];
        return a <= 0 ? (b <= 0 ? [p] : [p, cut]) : b <= 0 ? [cut] : [];
      });
    }
    return cell;
  });
}

const lead = "#17141a";

/** One piece of glass: uneven colour, and the light falling through it. */
function pane(sheet: Sheet, random: Random, d: string, colour: string): void {
  const [a, b] = [between(random, 0.05, 0.32), between(random, 0.02, 0.22)];
  sheet.path(d, { fill: sheet.linear([[0, lighter(colour, a)], [1, darker(colour, b)]], random() < 0.5 ? 0 : 1, 0, random(), 1), stroke: lead, width: 5.5, cap: "round" });
}

function glow(sheet: Sheet, x: number, y: number, radius: number, colour: string): void {
  sheet.rect(0, 0, sheet.width, sheet.height, { fill: sheet.radialAcross([[0, lighter(colour, 0.6), 0.5], [0.4, colour, 0.1], [1, "#05040a", 0.26]], x, y, radius) });
}

function rose(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [x, y, radius] = [width / 2, height / 2, Math.min(width, height) * 0.46];
  for (const cell of cells(scatter(random, width, height, 70, 90), width, height)) pane(sheet, random, lines(cell, true), darker(along(colours.slice(0, 3), random()), 0.55));
  sheet.circle(x, y, radius + 10, { fill: lead });
  const petals = [8, 10, 12, 16][whole(random, 0, 3)]!;
  let outer = radius;
  for (const [ring, share] of [0.2, 0.26, 0.24, 0.16].entries()) {
    const inner = outer - radius * share;
    const count = petals * (ring === 0 ? 2 : 1);
    for (let i = 0; i < count; i++) {
      const from = ((i + (ring % 2) * 0.5) / count) * Math.PI * 2;
      const to = from + (Math.PI * 2) / count;
      const tone = colours[(ring * 2 + (i % 2) + 1) % colours.length]!;
      pane(sheet, random, ringSlice(x, y, inner, outer, from, to), tone);
      const middle = (from + to) / 2;
      const [cx, cy] = [x + Math.cos(middle) * (inner + outer) * 0.5, y + Math.sin(middle) * (inner + outer) * 0.5];
      const size = Math.min((outer - inner) * 0.36, ((to - from) * (inner + outer)) / 5.2);
      const petal = `M${tenth(cx - size)} ${tenth(cy)}A${tenth(size)} ${tenth(size)} 0 1 0 ${tenth(cx + size)} ${tenth(cy)}A${tenth(size)} ${tenth(size)} 0 1 0 ${tenth(cx - size)} ${tenth(cy)}Z`;
      if (ring !== 3) pane(sheet, random, petal, colours[(ring * 2 + (i % 2) + 3) % colours.length]!);
    }
    outer = inner;
  }
  sheet.circle(x, y, outer, { fill: lighter(colours[3]!, 0.3), stroke: lead, width: 6 });
  glow(sheet, x, y, radius * 1.35, colours[3]!);
}

/** Cells take the colour of what they lie in: a disc, its rays, sky, hills or water. */
function landscape(sheet: Sheet, random: Random, colours: readonly string[], sea: boolean): void {
  const { width, height } = sheet;
  const [sx, sy, radius] = [width * between(random, 0.3, 0.7), height * between(random, 0.24, 0.36), width * 0.12];
  const ring: Point[] = Array.from({ length: 11 }, (_, i) => [sx + Math.cos((i / 11) * 6.283) * radius * 1.75, sy + Math.sin((i / 11) * 6.283) * radius * 1.75]);
  const horizon = height * 0.6;
  const waves = sea ? Array.from({ length: 42 }, (): Point => [random() * width, horizon + 20 + random() ** 1.3 * (height - horizon)]) : [];
  const sites = [[sx, sy] as Point, ...ring, ...waves, ...scatter(random, width, height, 62, 130).filter(([x, y]) => Math.hypot(x - sx, y - sy) > radius * 2.2)];
  const hill = (x: number, row: number) => horizon + row * height * 0.12 + Math.sin(x / (width * 0.16) + row * 2.2 + sx) * height * 0.05;
  for (const [i, cell] of cells(sites, width, height).entries()) {
    const [x, y] = sites[i]!;
    const far = Math.hypot(x - sx, y - sy) / width;
    const turn = Math.atan2(y - sy, x - sx);
    const under = sea ? y > horizon : y > hill(x, 0);
    const base = i === 0 ? colours[3]! : i < 12 ? mix(colours[3]!, colours[4]!, 0.45 + (i % 2) * 0.3) : !under ? along([colours[4]!, colours[0]!, colours[1]!], far * 1.35 + (Math.floor(turn * 3.2) % 2 ? 0.14 : 0)) : sea ? along([colours[2]!, colours[5]!, colours[1]!], (y - horizon) / (height - horizon) + between(random, -0.2, 0.2)) : y > hill(x, 2) ? colours[5]! : y > hill(x, 1) ? mix(colours[2]!, colours[5]!, 0.5) : colours[2]!;
    pane(sheet, random, lines(cell, true), mix(base, colours[whole(random, 0, 5)]!, 0.22));
  }
  if (!sea) for (let row = 0; row < 3; row++) sheet.path(`M0 ${tenth(hill(0, row))}${Array.from({ length: 30 }, (_, i) => `L${tenth(((i + 1) / 30) * width)} ${tenth(hill(((i + 1) / 30) * width, row))}`).join("")}`, { stroke: lead, width: 8 });
  else sheet.line(0, horizon, width, horizon, { stroke: lead, width: 8 });
  sheet.circle(sx, sy, radius, { fill: sheet.radial([[0, "#fffbe6"], [1, colours[3]!]]), stroke: lead, width: 8 });
  glow(sheet, sx, sy, width * 0.95, colours[3]!);
}

function lancet(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  for (const cell of cells(scatter(random, width, height, 58, 150), width, height)) {
    const y = cell.reduce((sum, p) => sum + p[1], 0) / cell.length / height;
    pane(sheet, random, lines(cell, true), lighter(along([colours[1]!, colours[0]!, colours[4]!], y + between(random, -0.1, 0.1)), 0.12));
  }
  const blooms = whole(random, 3, 5);
  for (let i = 0; i < blooms; i++) {
    const x = width * (0.2 + (0.6 * (i + 0.5)) / blooms);
    const y = height * between(random, 0.24, 0.52);
    sheet.path(`M${tenth(x)} ${tenth(y)}Q${tenth(x + between(random, -40, 40))} ${tenth(height * 0.75)} ${tenth(width / 2 + (x - width / 2) * 0.5)} ${tenth(height)}`, { stroke: lead, width: 20 });
    sheet.path(`M${tenth(x)} ${tenth(y)}Q${tenth(x)} ${tenth(height * 0.75)} ${tenth(width / 2 + (x - width / 2) * 0.5)} ${tenth(height)}`, { stroke: colours[2]!, width: 9 });
    const s = width * between(random, 0.075, 0.1);
    for (const side of [-1, 1]) pane(sheet, random, `M${tenth(x)} ${tenth(height * 0.86)}C${tenth(x + side * s * 0.3)} ${tenth(height * 0.7)} ${tenth(x + side * s * 1.7)} ${tenth(height * 0.68)} ${tenth(x + side * s * 1.2)} ${tenth(y + s * 2.4)}C${tenth(x + side * s * 0.9)} ${tenth(height * 0.7)} ${tenth(x + side * s * 0.1)} ${tenth(height * 0.72)} ${tenth(x)} ${tenth(height * 0.86)}Z`, mix(colours[2]!, colours[5]!, side === 1 ? 0.4 : 0));
    for (const side of [-1, 1]) pane(sheet, random, `M${tenth(x)} ${tenth(y + s)}C${tenth(x + side * s * 1.6)} ${tenth(y + s * 0.8)} ${tenth(x + side * s * 1.5)} ${tenth(y - s * 0.7)} ${tenth(x + side * s)} ${tenth(y - s * 1.5)}C${tenth(x + side * s * 0.7)} ${tenth(y - s * 0.6)} ${tenth(x + side * s * 0.1)} ${tenth(y - s * 0.2)} ${tenth(x)} ${tenth(y + s)}Z`, i % 2 ? colours[3]! : mix(colours[3]!, "#e0314b", 0.6));
    pane(sheet, random, `M${tenth(x)} ${tenth(y + s)}C${tenth(x - s)} ${tenth(y)} ${tenth(x - s * 0.6)} ${tenth(y - s)} ${tenth(x)} ${tenth(y - s * 1.9)}C${tenth(x + s * 0.6)} ${tenth(y - s)} ${tenth(x + s)} ${tenth(y)} ${tenth(x)} ${tenth(y + s)}Z`, i % 2 ? lighter(colours[3]!, 0.25) : "#e8505b");
  }
  glow(sheet, width / 2, height * 0.35, height * 0.8, colours[3]!);
  sheet.path(`M0 0H${width}V${height}H0ZM${width * 0.07} ${height * 0.97}H${width * 0.93}V${height * 0.34}C${width * 0.93} ${height * 0.16} ${width * 0.7} ${height * 0.07} ${width / 2} ${height * 0.03}C${width * 0.3} ${height * 0.07} ${width * 0.07} ${height * 0.16} ${width * 0.07} ${height * 0.34}Z`, { fill: "#211d24", stroke: "#3a343c", width: 5 });
}

export const stainedGlass: Style = {
  name: "stained-glass",
  creators: ["Brother Lucan", "Vera Leadlight"],
  tags: ["stained glass"],
  subjects: [
    { tags: ["rose window", "symmetry"], titles: ["Rose window, north transept", "The wheel at vespers", "Twelve petals of fire", "Rose of the drowned chapel", "A window for the choir", "The kaleidoscope saint"] },
    { tags: ["sun", "hills"], titles: ["Sun over leaded hills", "Evening through the hall window", "The harvest pane", "Hills the glazier remembered", "First day, in glass", "Orchard light"] },
    { tags: ["tulips", "flowers"], titles: ["Tulips for a side chapel", "Lancet with red flowers", "Late tulips, warm glass", "The gardener's window", "Given by the weavers' guild", "Bright border"] },
    { tags: ["sea", "moon"], titles: ["Moon on cut water", "The fisherman's window", "Amber tide", "Green sea, seen from the nave", "Harbour of coloured panes", "Waves held by lead"] },
  ],
  palettes: [
    { tag: "blue", mood: "calm", colours: ["#2f7fd1", "#163a8c", "#2fa37c", "#ffd24a", "#8fc9f2", "#0f6b73"] },
    { tag: "violet", mood: "dreamy", colours: ["#8a4fd1", "#3a1f7a", "#d1499a", "#ffc65a", "#e59be0", "#4a3fb5"] },
    { tag: "red", mood: "bold", colours: ["#e2572f", "#8f1628", "#c79a1f", "#ffe16b", "#f5a24a", "#5a1a3f"] },
    { tag: "emerald", mood: "dark", colours: ["#1f8f6a", "#0b3f4a", "#4fae4f", "#f2d66b", "#7fd1b5", "#12545c"] },
    { tag: "rainbow", mood: "playful", colours: ["#3fa7e0", "#7a3fc7", "#3fb56b", "#ffd43b", "#ff9a5a", "#e0447a"] },
    { tag: "amber", mood: "warm", colours: ["#f0a93f", "#b5562a", "#8fa33f", "#fff0a8", "#f7cf7f", "#7a4a2a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 0 ? (["square"] as const) : scene.subject === 2 ? (["tall", "portrait"] as const) : (["portrait", "square", "landscape"] as const)));
    const sheet = new Sheet(width, height, lead);
    if (scene.subject === 0) rose(sheet, random, scene.colours);
    else if (scene.subject === 2) lancet(sheet, random, scene.colours);
    else landscape(sheet, random, scene.colours, scene.subject === 3);
    return { width, height, svg: sheet.toString(), finish: { bloom: 0.28, grain: 4, vignette: 0.3 } };
  },
};
