import { between, whole } from "../dice.ts";
import { fractal, gradientNoise } from "../noise.ts";
import { along, darker } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** Where the field crosses `level`, as line pieces: marching squares (Lorensen & Cline 1987, in two dimensions). */
function contour(field: Float32Array, columns: number, rows: number, cell: number, level: number): string {
  let d = "";
  for (let j = 0; j < rows - 1; j++) {
    for (let i = 0; i < columns - 1; i++) {
      const at = j * columns + i;
      const [a, b, c, e] = [field[at]! - level, field[at + 1]! - level, field[at + columns + 1]! - level, field[at + columns]! - level];
      const crossed: string[] = [];
      if (a > 0 !== b > 0) crossed.push(`${tenth((i + a / (a - b)) * cell)} ${tenth(j * cell)}`);
      if (b > 0 !== c > 0) crossed.push(`${tenth((i + 1) * cell)} ${tenth((j + b / (b - c)) * cell)}`);
      if (c > 0 !== e > 0) crossed.push(`${tenth((i + 1 - c / (c - e)) * cell)} ${tenth((j + 1) * cell)}`);
      if (e > 0 !== a > 0) crossed.push(`${tenth(i * cell)} ${tenth((j + 1 - e / (e - a)) * cell)}`);
      for (let k = 0; k + 1 < crossed.length; k += 2) d += `M${crossed[k]}L${crossed[k + 1]}`;
    }
  }
  return d;
}

export const contourMap: Style = {
  name: "contour-map",
  creators: ["Ordnance Dreams", "Pilar Escarpa"],
  tags: ["map", "contours"],
  subjects: [
    { tags: ["islands", "coast"], titles: ["Survey of the Lesser Amber Isles", "Chart for a slow boat", "Islands reported, position doubtful", "Soundings by lamplight", "Coast of plenty", "The Candy Archipelago", "Lilac shoals", "Reef after the storm"] },
    { tags: ["mountains", "terrain"], titles: ["Sheet 14: the high pasture", "Summit district, contours at ten metres", "Where the path gives up", "Night map of the massif", "Red hills, 1:25 000", "Saddle between two friends", "Heather heights", "Pine valley from the air"] },
    { tags: ["rings", "abstract"], titles: ["Tree rings of a planet", "Ripple survey", "Isobars before the storm", "Low pressure, late November", "Warm front with lines", "Echo chart", "Slow dent in the evening", "Deep lagoon, sounded twice"] },
  ],
  palettes: [
    { tag: "sea blue", mood: "calm", colours: ["#1c5a7d", "#4f9fb8", "#a8d8d0", "#f2e6bf", "#b8c98a", "#6f9a63", "#f8f5ea"] },
    { tag: "sage", mood: "calm", colours: ["#dfe6d2", "#c4d4b0", "#a3be91", "#7fa37a", "#5a8266", "#3a5f52", "#f4f2e4"] },
    { tag: "sand", mood: "warm", colours: ["#f5e6c8", "#edcf9f", "#e0b077", "#c98a56", "#a8623f", "#6f3b2c", "#fff6e4"] },
    { tag: "midnight", mood: "dark", colours: ["#0a1024", "#111c3d", "#1b2d5a", "#28447c", "#3d66a3", "#74a5cf", "#e8d9a0"] },
    { tag: "red", mood: "bold", colours: ["#2b1a2e", "#5c2145", "#9c2c4f", "#d9484a", "#f58a4b", "#ffd07b", "#fff1d6"] },
    { tag: "candy", mood: "playful", colours: ["#7fd4e8", "#b8ecec", "#fff3d6", "#ffcfa8", "#ff9fa8", "#d678b8", "#ffffff"] },
    { tag: "lilac", mood: "dreamy", colours: ["#e9e2f5", "#d0c3ec", "#b3a1de", "#9480c9", "#7560ad", "#4f3f85", "#fbf8ff"] },
    { tag: "mint", mood: "dreamy", colours: ["#0d3b3e", "#17605a", "#2f8f7c", "#66bd9d", "#a8e0be", "#e2f7d8", "#fff8e0"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "portrait", "square", "landscape", "tall");
    const cell = 10;
    const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
    const noise = gradientNoise(random);
    const rough = fractal(noise, 3);
    const [cx, cy, size] = [width * between(random, 0.3, 0.7), height * between(random, 0.3, 0.7), between(random, 300, 430)];
    const field = new Float32Array(columns * rows);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const [x, y] = [i * cell, j * cell];
        const away = Math.hypot(x - cx, y - cy) / Math.min(width, height);
        field[j * columns + i] = scene.subject === 0 ? rough(x / size, y / size) * 0.6 + 0.5 : scene.subject === 1 ? 0.85 - away * 0.75 + (0.5 - Math.abs(rough(x / size, y / size))) * 0.45 - 0.14 : away * 0.8 + noise(x / size, y / size) * 0.3 + 0.1;
      }
    }
    const levels = whole(random, 13, 19);
    const lineColour = darker(scene.colours[5]!, 0.35);
    const dark = scene.variant === 3 || scene.variant === 4 || scene.variant === 7;
    // Each pixel takes its band's colour; a lit slope gives the land relief.
    const [w, h] = [Math.round(width / 2), Math.round(height / 2)];
    const pixels = new Uint8ClampedArray(w * h * 3);
    const bands = Array.from({ length: levels + 2 }, (_, k) => along(scene.colours.slice(0, 6), k / levels)).map((c) => [parseInt(c.slice(1, 3), 16), parseInt(c.slice(3, 5), 16), parseInt(c.slice(5), 16)] as const);
    for (let y = 0, at = 0; y < h; y++) {
      const v = (y * 2) / cell;
      const j = Math.floor(v);
      const fy = v - j;
      for (let x = 0; x < w; x++, at += 3) {
        const u = (x * 2) / cell;
        const i = Math.floor(u);
        const fx = u - i;
        const k = j * columns + i;
        const [a, b, c, e] = [field[k]!, field[k + 1]!, field[k + columns]!, field[k + columns + 1]!];
        const value = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + e * fx) * fy;
        const band = bands[Math.max(0, Math.min(levels + 1, Math.floor(value * levels)))]!;
        const light = 1 + Math.max(-0.22, Math.min(0.16, ((b - a) * (1 - fy) + (e - c) * fy + (c - a) * (1 - fx) + (e - b) * fx) * 1.9));
        for (let n = 0; n < 3; n++) pixels[at + n] = band[n]! * light;
      }
    }
    const sheet = new Sheet(width, height);
    for (let k = 1; k < levels; k++) sheet.path(contour(field, columns, rows, cell, k / levels), { stroke: dark ? scene.colours[6]! : lineColour, width: k % 5 === 0 ? 2 : 0.9, opacity: dark ? 0.5 : 0.6 });
    const frame = 26;
    sheet.path(`M0 0H${width}V${height}H0ZM${frame} ${frame}V${height - frame}H${width - frame}V${frame}Z`, { fill: scene.colours[6]! });
    let ticks = "";
    for (let x = frame; x < width - frame; x += 48) ticks += `M${x} ${frame - 9}v9M${x} ${height - frame}v9`;
    for (let y = frame; y < height - frame; y += 48) ticks += `M${frame - 9} ${y}h9M${width - frame} ${y}h9`;
    sheet.path(ticks, { stroke: lineColour, width: 1.4 });
    sheet.rect(frame, frame, width - frame * 2, height - frame * 2, { stroke: lineColour, width: 1.6 });
    return { width, height, ground: { width: w, height: h, pixels }, svg: sheet.toString(), finish: { paper: 8 } };
  },
};
