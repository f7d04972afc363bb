import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { gradientNoise } from "../noise.ts";
import { lines, type Point } from "../outline.ts";
import { lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

function palm(sheet: Sheet, random: Random, x: number, floor: number, tall: number, ink: string): void {
  const lean = between(random, -0.2, 0.2) * tall;
  sheet.path(`M${tenth(x - tall * 0.025)} ${tenth(floor)}Q${tenth(x + lean * 0.2)} ${tenth(floor - tall * 0.6)} ${tenth(x + lean)} ${tenth(floor - tall)}L${tenth(x + lean + tall * 0.018)} ${tenth(floor - tall)}Q${tenth(x + lean * 0.3 + tall * 0.02)} ${tenth(floor - tall * 0.5)} ${tenth(x + tall * 0.03)} ${tenth(floor)}Z`, { fill: ink });
  const [cx, cy] = [x + lean, floor - tall];
  for (let i = 0; i < 9; i++) {
    const a = -Math.PI / 2 + (i - 4) * 0.52;
    const long = tall * between(random, 0.3, 0.42);
    const [ex, ey] = [cx + Math.cos(a) * long, cy + Math.sin(a) * long * 0.62 + long * 0.34];
    const [mx, my] = [cx + Math.cos(a) * long * 0.6, cy + Math.sin(a) * long * 0.75 - long * 0.1];
    sheet.path(`M${tenth(cx)} ${tenth(cy)}Q${tenth(mx)} ${tenth(my)} ${tenth(ex)} ${tenth(ey)}Q${tenth(mx)} ${tenth(my + long * 0.24)} ${tenth(cx)} ${tenth(cy)}Z`, { fill: ink });
    for (let k = 2; k < 9; k++) {
      const t = k / 9;
      const [px, py] = [(1 - t) ** 2 * cx + 2 * t * (1 - t) * mx + t * t * ex, (1 - t) ** 2 * cy + 2 * t * (1 - t) * my + t * t * ey];
      sheet.line(px, py, px + Math.cos(a) * long * 0.08, py + long * 0.2 * (1.1 - t * 0.6), { stroke: ink, width: 2.4 });
    }
  }
}

function car(sheet: Sheet, x: number, y: number, s: number, ink: string, glow: string): void {
  sheet.ellipse(x, y + s * 0.02, s * 0.66, s * 0.07, { fill: ink, opacity: 0.7 });
  sheet.path(lines([[x - s * 0.55, y], [x - s * 0.57, y - s * 0.17], [x - s * 0.44, y - s * 0.24], [x - s * 0.32, y - s * 0.42], [x + s * 0.32, y - s * 0.42], [x + s * 0.44, y - s * 0.24], [x + s * 0.57, y - s * 0.17], [x + s * 0.55, y]], true), { fill: ink });
  sheet.path(lines([[x - s * 0.36, y - s * 0.25], [x - s * 0.28, y - s * 0.38], [x + s * 0.28, y - s * 0.38], [x + s * 0.36, y - s * 0.25]], true), { fill: mix(ink, glow, 0.45) });
  for (const side of [-1, 1]) sheet.rect(x + side * s * 0.39 - s * 0.13, y - s * 0.165, s * 0.26, s * 0.055, { fill: glow }, 3);
}

export const synthSunset: Style = {
  name: "synth-sunset",
  creators: ["Miami Static", "DX-Seven"],
  tags: ["synthwave", "retro"],
  subjects: [
    { tags: ["sun", "grid"], titles: ["Drive until the tape ends", "Sunset.exe", "Horizon, side B", "The grid goes on", "Laser summer", "Analogue evening"] },
    { tags: ["palms", "beach"], titles: ["Palms at 88 beats a minute", "Ocean Drive, rewound", "Postcard from 1986", "Beach party, everyone left", "Coconut modem", "Tropic signal"] },
    { tags: ["mountains", "wireframe"], titles: ["Wireframe range", "Polygons at dusk", "Vector valley", "The mountains load slowly", "Ridge, rendered overnight", "Beyond the draw distance"] },
    { tags: ["car", "road"], titles: ["Outrun the weather", "Night drive, no destination", "Tail lights and tape hiss", "Coupé into the sun", "Last exit, lane two", "Chrome horizon"] },
  ],
  palettes: [
    { tag: "magenta", mood: "bold", colours: ["#180530", "#6a1080", "#ff4fa0", "#ffe14f", "#ff3f8f", "#36f0ff"] },
    { tag: "purple", mood: "dreamy", colours: ["#0e0a3a", "#4a2aa0", "#b06aff", "#ffb0f0", "#ff6ad0", "#8af0ff"] },
    { tag: "orange", mood: "warm", colours: ["#2a0a2a", "#8a1f4f", "#ff7a3a", "#fff07a", "#ff4a4a", "#ffb04a"] },
    { tag: "teal", mood: "calm", colours: ["#041c30", "#0a5a74", "#3fd0c0", "#fff6b0", "#ff8a9a", "#6afff0"] },
    { tag: "pastel", mood: "playful", colours: ["#7a8af0", "#c0a0f5", "#ffb8d8", "#fff4b8", "#ff8fc0", "#ffffff"] },
    { tag: "crimson", mood: "dark", colours: ["#08060f", "#2c0a2c", "#c0184a", "#ff8a5a", "#e0183f", "#ff4a8a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "landscape", "square", scene.subject === 1 ? "portrait" : "wide", "portrait");
    const [high, middle, low, sunTop, sunLow, line] = scene.colours as [string, string, string, string, string, string];
    const sheet = new Sheet(width, height);
    const horizon = height * between(random, 0.56, 0.64);
    sheet.rect(0, 0, width, horizon, { fill: sheet.linear([[0, high], [0.55, middle], [1, low]]) });
    for (let i = 0; i < 110; i++) sheet.circle(random() * width, random() ** 1.4 * horizon * 0.8, between(random, 0.5, 1.7), { fill: "#ffffff", opacity: between(random, 0.3, 1) });
    const [sx, r] = [width * (scene.subject === 1 ? between(random, 0.35, 0.65) : 0.5), Math.min(width, height) * between(random, 0.22, 0.29)];
    const sy = horizon - r * between(random, 0.55, 0.85);
    sheet.circle(sx, sy, r * 1.9, { fill: sheet.radial([[0.3, low, 0.75], [1, low, 0]]) });
    let bands = "";
    const cuts = whole(random, 6, 9);
    let y = sy - r;
    for (let i = 0; i < cuts; i++) {
      const next = sy - r * 0.1 + ((r * 1.15) / cuts) * i;
      bands += `M${tenth(sx - r)} ${tenth(y)}H${tenth(sx + r)}V${tenth(next)}H${tenth(sx - r)}Z`;
      y = next + 2 + i * (r / 62);
    }
    sheet.group({ clip: sheet.clip(bands) }, () => sheet.circle(sx, sy, r, { fill: sheet.linear([[0, sunTop], [1, sunLow]]) }));
    const noise = gradientNoise(random);
    const wire = scene.subject === 2;
    for (let k = 0; k < (wire ? 1 : 2); k++) {
      const n = wire ? 22 : 30;
      const rise = (x: number) => (0.25 + Math.abs(x / width - 0.5) * 1.6) * height * (wire ? 0.32 : 0.17 - k * 0.05);
      const tops = Array.from({ length: n + 1 }, (_, i): Point => [(i / n) * width, horizon - rise((i / n) * width) * (0.35 + Math.abs(noise(i * 0.47, k * 9 + 2)) * 1.1)]);
      sheet.path(`${lines(tops)}L${width} ${tenth(horizon)}L0 ${tenth(horizon)}Z`, { fill: sheet.linear([[0, mix(high, middle, 0.5 - k * 0.4)], [1, mix(high, "#000000", 0.2)]]), stroke: line, width: wire ? 2 : 1.2 });
      if (wire) {
        const mesh = Array.from({ length: 5 }, (_, j) => tops.map(([x, ty], i): Point => [x + (j % 2) * (width / n) * 0.5, ty + (horizon - ty) * ((j + 1) / 5) * (0.8 + noise(i, j) * 0.3)]));
        let d = "";
        for (let j = 0; j < 5; j++) for (let i = 0; i < n; i++) { const above = j ? mesh[j - 1]! : tops; d += lines([above[i]!, mesh[j]![i]!, above[i + 1]!]) + lines([mesh[j]![i]!, mesh[j]![i + 1]!]); }
        sheet.path(d, { stroke: line, width: 1.1, opacity: 0.75 });
      }
    }
    sheet.rect(0, horizon, width, height - horizon, { fill: sheet.linear([[0, mix(middle, high, 0.3)], [1, mix(high, "#000000", 0.35)]]) });
    let grid = "";
    for (let i = -26; i <= 26; i++) grid += `M${tenth(width / 2 + i * width * 0.035)} ${tenth(horizon)}L${tenth(width / 2 + i * width * 0.2)} ${height}`;
    for (let i = 0; i < 17; i++) { const gy = horizon + (height - horizon) * (i / 16) ** 2.3; grid += `M0 ${tenth(gy)}H${width}`; }
    sheet.path(grid, { stroke: line, width: 1.8, opacity: 0.85 });
    sheet.rect(sx - r, horizon, r * 2, height - horizon, { fill: sheet.linear([[0, sunLow, 0.55], [1, sunLow, 0]]) });
    sheet.line(0, horizon, width, horizon, { stroke: lighter(line, 0.5), width: 3 });
    const ink = mix(high, "#05020a", 0.75);
    if (scene.subject === 1) for (let i = 0; i < whole(random, 3, 5); i++) { const side = i % 2 ? between(random, 0.72, 1) : between(random, 0, 0.28); palm(sheet, random, side * width, height * between(random, 0.92, 1.04), height * between(random, 0.5, 0.8), ink); }
    if (scene.subject === 3) {
      sheet.path(lines([[width * 0.485, horizon], [width * 0.515, horizon], [width * 0.82, height], [width * 0.18, height]], true), { fill: ink, stroke: line, width: 2.4 });
      for (let i = 0; i < 7; i++) { const [a, b] = [((i + 0.2) / 7) ** 2.2, ((i + 0.65) / 7) ** 2.2]; const at = (t: number) => horizon + (height - horizon) * t; sheet.path(lines([[width / 2 - 1 - 7 * a, at(a)], [width / 2 + 1 + 7 * a, at(a)], [width / 2 + 1 + 7 * b, at(b)], [width / 2 - 1 - 7 * b, at(b)]], true), { fill: sunTop }); }
      car(sheet, width * between(random, 0.44, 0.58), horizon + (height - horizon) * 0.72, width * 0.27, ink, sunLow);
    }
    return { width, height, svg: sheet.toString(), finish: { bloom: 0.5, grain: 7, vignette: 0.25 } };
  },
};
