import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { rgb } from "../palette.ts";
import type { Style } from "../style.ts";

/** Which thread lies on each hole of the cloth; −1 is bare linen. */
class Chart {
  readonly columns: number;
  readonly rows: number;
  readonly threads: Int8Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.threads = new Int8Array(columns * rows).fill(-1);
  }

  set(x: number, y: number, thread: number): void {
    if (x >= 0 && y >= 0 && x < this.columns && y < this.rows) this.threads[y * this.columns + x] = thread;
  }

  /** A motif written as rows of digits (threads) and dots (linen), and its mirror image when asked. */
  stamp(x: number, y: number, motif: readonly string[], shift = 0, mirrored = false): void {
    for (const [j, row] of motif.entries()) {
      for (let i = 0; i < row.length; i++) {
        const digit = row.charCodeAt(mirrored ? row.length - 1 - i : i) - 48;
        if (digit >= 0) this.set(x + i, y + j, (digit + shift) % 5);
      }
    }
  }
}

const motifs = {
  bird: ["......00...", ".....0030..", ".....000033", "0...00000..", "00.0011000.", "0000111100.", ".00001110..", "..0000000..", "...00000...", "....3.3....", "....3.3...."],
  flower: ["...000...", "..00100..", ".0011100.", ".0113110.", ".0011100.", "..00100..", "...020...", ".2..2..2.", ".22.2.22.", "..22222..", "....2...."],
  heart: [".00...00.", "0000.0000", "001000100", "001111100", ".0011100.", "..00100..", "...000...", "....0...."],
  star: [".....0.....", "..0..0..0..", "..00.0.00..", "..000000...", ".....0.....", "0000000000.", ".....0.....", "..000000...", "..00.0.00..", "..0..0..0..", ".....0....."],
  tree: ["....2....", "...222...", "..22322..", "...222...", "..22222..", ".2232222.", "..22222..", ".2222322.", "222222222", "....4....", "....4...."],
  house: [".....0.....", "....000....", "...00000...", "..0000000..", ".000000000.", "00000000000", ".111111111.", ".133113311.", ".133113311.", ".111111111.", ".111441111.", ".111441111."],
  fox: ["0.....0......", "00...00......", "0000000......", "0400040......", "00000001.....", ".01110000..00", "..0400000.000", "...000000000.", "...0000000...", "...0.0.0.0...", "...4.4.4.4..."],
} as const;

function border(chart: Chart, random: Random): void {
  const [a, b] = [whole(random, 0, 1), whole(random, 2, 3)];
  for (let i = 0; i < Math.max(chart.columns, chart.rows); i++) {
    const lift = [0, 1, 2, 1][i % 4]!;
    for (const [x, y] of [[i, 3 + lift], [i, chart.rows - 4 - lift], [3 + lift, i], [chart.columns - 4 - lift, i]] as const) if (x > 2 && y > 2 && x < chart.columns - 3 && y < chart.rows - 3) chart.set(x, y, a);
    if (i % 4 === 0) for (const [x, y] of [[i, 3 + 2], [i, chart.rows - 6], [5, i], [chart.columns - 6, i]] as const) if (x > 4 && y > 4 && x < chart.columns - 5 && y < chart.rows - 5) chart.set(x, y, b);
  }
}

function bands(chart: Chart, random: Random): void {
  let y = 3;
  while (y < chart.rows - 6) {
    const kind = whole(random, 0, 6);
    const [a, b] = [whole(random, 0, 4), whole(random, 0, 4)];
    if (kind < 3) {
      const motif = motifs[oneOf(random, ["star", "heart", "tree", "bird", "flower"] as const)];
      if (y + motif.length > chart.rows - 4) break;
      const step = motif[0].length + 3;
      for (let x = Math.floor((chart.columns % step) / 2); x + motif[0].length <= chart.columns; x += step) chart.stamp(x, y, motif, a, Math.floor(x / step) % 2 === 1);
      y += motif.length + 2;
      continue;
    }
    const tall = [5, 7, 3, 5][kind - 3]!;
    for (let j = 0; j < tall; j++) {
      for (let x = 0; x < chart.columns; x++) {
        const wave = Math.abs((x % (tall * 2 - 2)) - (tall - 1));
        const on = kind === 3 ? wave === j || wave === j + 1 : kind === 4 ? Math.abs(wave - (tall - 1) / 2) + Math.abs(j - (tall - 1) / 2) <= 3 : kind === 5 ? (x + j) % 2 === 0 : (x + (j > 2 ? 4 - j : j)) % 4 < 2;
        if (on) chart.set(x, y + j, kind === 4 && (wave + j) % 3 === 0 ? b : a);
      }
    }
    y += tall;
    for (let x = 0; x < chart.columns; x++) chart.set(x, y + 1, b);
    y += 3;
  }
}

function garden(chart: Chart, random: Random): void {
  border(chart, random);
  const middle = Math.floor(chart.columns / 2);
  for (let y = 12; y < chart.rows - 9; y++) chart.set(middle, y, 2);
  for (let y = 12; y < chart.rows - 20; y += 15) {
    const motif = motifs[oneOf(random, ["flower", "heart", "bird"] as const)];
    const reach = whole(random, 5, 8);
    for (let i = 0; i < reach; i++) for (const side of [-1, 1]) { chart.set(middle + side * i, y + 8 - Math.floor(i / 2), 2); if (i % 3 === 2) { chart.set(middle + side * i, y + 10 - Math.floor(i / 2), 2); chart.set(middle + side * (i + 1), y + 10 - Math.floor(i / 2), 2); } }
    const shift = whole(random, 0, 1);
    chart.stamp(middle + reach, y - 3, motif, shift);
    chart.stamp(middle - reach - motif[0].length + 1, y - 3, motif, shift, true);
  }
  chart.stamp(middle - 4, 8, motifs.flower, 0);
  for (let k = 0; k < 6; k++) for (let i = -k; i <= k; i++) chart.set(middle + i, chart.rows - 15 + (5 - k), 3);
}

function sampler(chart: Chart, random: Random): void {
  border(chart, random);
  const middle = Math.floor(chart.columns / 2);
  const ground = chart.rows - 13;
  for (let x = 8; x < chart.columns - 8; x++) for (let y = ground; y < ground + 3; y++) if ((x + y) % 3) chart.set(x, y, 2);
  chart.stamp(middle - 5, ground - 12, motifs.house, 0);
  for (const side of [-1, 1]) {
    chart.stamp(middle + side * 15 - 4, ground - 11, motifs.tree, 0);
    if (chart.columns > 62) chart.stamp(middle + side * 25 - 4, ground - 11, chance(random, 0.5) ? motifs.flower : motifs.tree, 0);
  }
  const [sx, sy, r] = [middle + whole(random, -14, 14), 17, whole(random, 4, 6)];
  for (let y = -r; y <= r; y++) for (let x = -r; x <= r; x++) if (x * x + y * y <= r * r + 1) chart.set(sx + x, sy + y, 3);
  const animal = oneOf(random, ["bird", "fox"] as const);
  for (let row = 0; row < Math.floor((ground - 42) / 15) + 1; row++) {
    const y = 28 + row * 15;
    if (y + 11 > ground - 13) break;
    chart.stamp(middle - 18, y, motifs[animal], 0);
    chart.stamp(middle + 6, y, motifs[animal], row % 2, true);
    chart.stamp(middle - 3, y + 2, motifs.heart, 0);
  }
}

function geometry(chart: Chart, random: Random): void {
  const [cx, cy] = [(chart.columns - 1) / 2, (chart.rows - 1) / 2];
  const [p, q, r] = [whole(random, 5, 9), whole(random, 3, 7), whole(random, 9, 15)];
  for (let y = 2; y < chart.rows - 2; y++) {
    for (let x = 2; x < chart.columns - 2; x++) {
      const [u, v] = [Math.abs(x - cx), Math.abs(y - cy)];
      const [sum, most] = [Math.round(u + v), Math.round(Math.max(u, v))];
      const cell = (sum % p < 2 ? 1 : 0) + (most % q === 0 ? 2 : 0) + (Math.round(Math.abs(u - v)) % r === 0 ? 3 : 0);
      if (cell || Math.floor(sum / p) % 3 === 0) chart.set(x, y, (cell + Math.floor(sum / (p * 2))) % 5);
    }
  }
}

export const crossStitch: Style = {
  name: "cross-stitch",
  creators: ["Tante Hedvig", "Needle & Moss"],
  tags: ["embroidery", "cross-stitch", "textile"],
  subjects: [
    { tags: ["folk", "bands"], titles: ["Table runner for midsummer", "Long winter, many threads", "Rows for Ragnhild", "Market-day sash", "Patience in bands", "The blue linen chest"] },
    { tags: ["flowers", "birds"], titles: ["Tree of life with visitors", "Two of everything", "Bride's cushion", "The garden does not fade", "Birds on the family tree", "Gift for a godchild"] },
    { tags: ["house", "sampler"], titles: ["Home, stitched", "House with a red roof and a fox", "My first sampler, aged forty", "Cottage sampler", "A place to come back to", "Evening at the crofter's"] },
    { tags: ["geometric", "rug"], titles: ["Border country", "Counted thread, lost count", "Nomad's square", "Prayer in wool", "Diamonds for the north wall", "Kitchen geometry"] },
  ],
  palettes: [
    { tag: "red", mood: "warm", colours: ["#f3ead8", "#b8232f", "#d9695f", "#3f6b4a", "#e0a33a", "#2b2a33"] },
    { tag: "blue", mood: "calm", colours: ["#f2efe6", "#1f3f7f", "#5f86bf", "#2f6b6b", "#c9a24a", "#16233f"] },
    { tag: "black", mood: "dark", colours: ["#1d1c22", "#d84a4a", "#f0c46a", "#5fae7a", "#f3ead8", "#7fa6d9"] },
    { tag: "pastel", mood: "playful", colours: ["#fdf6ee", "#e8718d", "#f6b7a0", "#6fb58f", "#f2c84f", "#5f6fb5"] },
    { tag: "moss", mood: "calm", colours: ["#e9e4cf", "#5a6b2f", "#a3a858", "#33553f", "#c9803a", "#4a3524"] },
    { tag: "indigo", mood: "bold", colours: ["#1c2850", "#f2e6cc", "#e0784f", "#7fb0c9", "#f2c14e", "#d8465a"] },
  ],
  draw(random, scene) {
    const [columns, rows] = oneOf(random, scene.subject === 3 ? ([[67, 67], [57, 75]] as const) : ([[57, 75], [67, 67], [57, 79]] as const));
    const pitch = 11;
    const chart = new Chart(columns, rows);
    [bands, garden, sampler, geometry][scene.subject]!(chart, random);
    const [width, height] = [(columns + 4) * pitch, (rows + 4) * pitch];
    const pixels = new Uint8ClampedArray(width * height * 3);
    const [linen, ...threads] = scene.colours.map(rgb);
    const [lr, lg, lb] = linen!;
    const twist = Array.from({ length: columns * rows }, () => between(random, 0.9, 1.08));
    for (let y = 0, at = 0; y < height; y++) {
      const j = Math.floor(y / pitch) - 2;
      const v = (y % pitch) - (pitch - 1) / 2;
      for (let x = 0; x < width; x++, at += 3) {
        const i = Math.floor(x / pitch) - 2;
        const u = (x % pitch) - (pitch - 1) / 2;
        const weave = 0.95 + 0.05 * Math.sin(x * 2.1) * Math.sin(y * 2.1);
        const hole = Math.abs(u) > 4.2 && Math.abs(v) > 4.2 ? 0.72 : 1;
        let [r, g, b] = [lr * weave * hole, lg * weave * hole, lb * weave * hole];
        const inside = i >= 0 && j >= 0 && i < columns && j < rows;
        const thread = inside ? chart.threads[j * columns + i]! : -1;
        if (thread >= 0) {
          const [over, under] = [Math.abs(u + v), Math.abs(u - v)];
          const light = over < 3.4 ? 1.12 - over * 0.1 : under < 3.4 ? 0.9 - under * 0.09 : 0;
          if (light) {
            const shine = light * twist[j * columns + i]! * (0.96 + 0.08 * Math.sin((over < 3.4 ? u - v : u + v) * 1.9));
            [r, g, b] = [threads[thread]![0] * shine, threads[thread]![1] * shine, threads[thread]![2] * shine];
          } else [r, g, b] = [r * 0.78, g * 0.78, b * 0.78];
        }
        pixels[at] = r;
        pixels[at + 1] = g;
        pixels[at + 2] = b;
      }
    }
    return { width, height, ground: { width, height, pixels }, finish: { paper: 6, vignette: 0.12 } };
  },
};
