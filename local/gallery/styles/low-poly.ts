import type { Random } from "#shared/kernel/random.ts";
import { between, whole } from "../dice.ts";
import { fractal, gradientNoise } from "../noise.ts";
import { lines, regular, type Point } from "../outline.ts";
import { along, darker, lighter, mix } from "../palette.ts";
import { Sheet } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A triangle, grown by half a pixel so that no gap shows between neighbours. */
function facet(sheet: Sheet, points: readonly Point[], fill: string, opacity?: number): void {
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, p) => sum + p[axis as 0 | 1], 0) / 3) as [number, number];
  const grown = points.map(([px, py]): Point => [px + Math.sign(px - x) * 0.5, py + Math.sign(py - y) * 0.5]);
  sheet.path(lines(grown, true), opacity === undefined ? { fill } : { fill, opacity });
}

/** Height of the land at (x, z); x is −1 to 1 across, z 0 (near) to 1 (far). */
type Land = (x: number, z: number) => number;

function landOf(random: Random, subject: number): Land {
  const noise = fractal(gradientNoise(random), 4);
  const shift = between(random, -0.35, 0.35);
  if (subject === 0) {
    return (x, z) => {
      const peak = Math.max(0, 1 - Math.hypot((x - shift) * 1.15, (z - 0.62) * 1.7)) ** 1.3;
      return peak * 0.95 + Math.max(0, noise(x * 2.2, z * 3)) * 0.34 * (0.3 + z) + (1 - Math.abs(noise(x * 1.6 + 9, z * 2))) * 0.22 * z - 0.13;
    };
  }
  if (subject === 1) {
    const islands = Array.from({ length: whole(random, 4, 6) }, (_, i) => [between(random, -0.85, 0.85), 0.12 + i * 0.16, between(random, 0.2, 0.36)] as const);
    return (x, z) => islands.reduce((h, [ix, iz, r]) => Math.max(h, (1 - Math.hypot((x - ix) / r, ((z - iz) / r) * 1.5)) * r * 1.5), -0.2) + noise(x * 4, z * 6) * 0.09;
  }
  if (subject === 2) {
    return (x, z) => {
      const river = Math.abs(x - Math.sin(z * 4 + shift * 6) * 0.22 - shift * 0.5);
      const wall = Math.min(1, Math.max(0, (river - 0.1) * 3.4));
      return Math.floor((wall * 0.7 + noise(x * 2, z * 3) * 0.22) * 5) / 5 * 0.72 + noise(x * 5, z * 7) * 0.05 - 0.1;
    };
  }
  return (x, z) => {
    const far = Math.hypot(x - shift, (z - 0.6) * 1.5);
    return (far < 0.09 ? 0.62 : Math.max(0, 0.82 - far * 1.5) ** 1.6 * 1.15) + noise(x * 2.6, z * 3.6) * 0.13 - 0.03;
  };
}

export const lowPoly: Style = {
  name: "low-poly",
  creators: ["Anders Quill", "Facet & Daughters"],
  tags: ["low poly", "3D"],
  subjects: [
    { tags: ["mountain", "snow"], titles: ["Summit with first light", "The north face at noon", "Violet alp", "A peak under moving lights", "Red mountain, long shadow", "Mint morning on the massif"] },
    { tags: ["islands", "sea"], titles: ["Archipelago, 6 a.m.", "Five islands and no ferry", "Dusk between the skerries", "Northern islands at night", "Islands of the ember sea", "Tidy little archipelago"] },
    { tags: ["canyon", "river"], titles: ["The river found a way", "Bright water, stacked stone", "Canyon after sundown", "Cold gorge", "Mesa country", "Folded valley with stream"] },
    { tags: ["volcano", "crater"], titles: ["Sleeping volcano, peach sky", "Crater lake postcard", "Old cone at dusk", "The volcano hums at midnight", "Ash and apricots", "A very polite volcano"] },
  ],
  palettes: [
    { tag: "peach", mood: "warm", colours: ["#f6a58a", "#fde3c0", "#5c7f8c", "#7f6a8f", "#c98a86", "#fff4e4", "#6fa3ad", "#fff1c9"] },
    { tag: "blue", mood: "calm", colours: ["#5fb4e5", "#d9f1fb", "#3f7d4f", "#6d8f6a", "#8b95a3", "#ffffff", "#2f8fc4", "#fffbe0"] },
    { tag: "violet", mood: "dreamy", colours: ["#3a2a6b", "#e58fb1", "#34305f", "#58468a", "#8a62a8", "#f7d3e6", "#5d4a9c", "#ffd9b8"] },
    { tag: "teal", mood: "dark", colours: ["#071a2f", "#1e6a70", "#0d2b3a", "#1b4a55", "#2f6f78", "#c9f7e6", "#0f4456", "#9dffd0"] },
    { tag: "terracotta", mood: "bold", colours: ["#e4572e", "#ffc46b", "#7c2f2a", "#b1462f", "#dd7843", "#ffe7c2", "#34545e", "#fff0b0"] },
    { tag: "mint", mood: "playful", colours: ["#a8e6cf", "#f7fff0", "#3f8f7a", "#6cb58d", "#f2a7a0", "#ffffff", "#69c2cf", "#ff9f80"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "landscape", "square", scene.subject === 1 ? "wide" : "portrait");
    const [skyHigh, skyLow, low, middle, high, cap, water, sun] = scene.colours as [string, string, string, string, string, string, string, string];
    const sheet = new Sheet(width, height, skyLow);
    const horizon = height * between(random, 0.4, 0.48);
    const step = width / 9;
    const grid = (i: number, j: number): Point => [i * step + (j % 2) * step * 0.5 + Math.sin(i * 12.9 + j * 78.2) * step * 0.22, j * step * 0.8 + Math.cos(i * 39.3 + j * 11.1) * step * 0.2];
    for (let j = -1; j * step * 0.8 < horizon + step; j++) {
      for (let i = -1; i < 11; i++) {
        for (const points of [[grid(i, j), grid(i + 1, j), grid(i + (j & 1), j + 1)], [grid(i, j + 1), grid(i + 1, j + 1), grid(i + 1 - (j & 1), j)]]) {
          const y = points.reduce((sum, p) => sum + p[1], 0) / 3;
          const fill = mix(along([skyHigh, skyLow], y / horizon + between(random, -0.07, 0.07)), "#ffffff", random() * 0.05);
          facet(sheet, points, fill);
        }
      }
    }
    const sunX = width * between(random, 0.18, 0.82);
    const lightSide = sunX < width / 2 ? -1 : 1;
    const [sunY, sunR] = [horizon * between(random, 0.3, 0.62), width * between(random, 0.045, 0.085)];
    const rim = regular(sunX, sunY, sunR, 9, random());
    for (let i = 0; i < 9; i++) sheet.path(lines([[sunX, sunY], rim[i]!, rim[(i + 1) % 9]!], true), { fill: mix(sun, skyHigh, random() * 0.16) });
    const height3 = landOf(random, scene.subject);
    const [columns, rows] = [36, 26];
    const vertex = Array.from({ length: rows + 1 }, (_, r) => {
      const z = 1 - r / rows;
      return Array.from({ length: columns + 1 }, (_, c) => {
        const x = ((c + (r % 2) * 0.5 + between(random, -0.25, 0.25)) / columns) * 2.2 - 1.1;
        const up = height3(x, z);
        const depth = 1 + z * 1.5;
        return { x: width / 2 + (x * width * 0.95) / depth, y: horizon + (height * 1.02 - horizon) * ((1 / depth - 0.4) / 0.6) - (Math.max(0, up) * height * 0.62) / depth, up, z, flat: x };
      });
    });
    sheet.rect(0, horizon, width, height - horizon, { fill: sheet.linear([[0, mix(water, skyLow, 0.7)], [1, water]]) });
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const [a, b, d, e] = [vertex[r]![c]!, vertex[r]![c + 1]!, vertex[r + 1]![c]!, vertex[r + 1]![c + 1]!];
        for (const [p, q, s] of r % 2 ? ([[a, b, e], [a, e, d]] as const) : ([[a, b, d], [b, e, d]] as const)) {
          const mean = (p.up + q.up + s.up) / 3;
          const haze = 0.6 * p.z ** 1.6;
          if (mean < 0) {
            if (random() < 0.22) facet(sheet, [[p.x, p.y], [q.x, q.y], [s.x, s.y]], lighter(water, random() * 0.5), 0.4);
            continue;
          }
          const ax = q.flat - p.flat, az = q.z - p.z, ay = q.up - p.up;
          const bx = s.flat - p.flat, bz = s.z - p.z, by = s.up - p.up;
          let [nx, ny, nz] = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
          const size = Math.hypot(nx, ny, nz) * Math.sign(ny || 1);
          [nx, ny, nz] = [nx / size, ny / size, nz / size];
          const light = nx * lightSide * 0.62 + ny * 0.55 - nz * 0.4;
          const steep = ny < 0.5;
          const base = mean > 0.5 && !steep ? cap : mean > 0.32 ? (random() < (mean - 0.3) * 3 ? cap : high) : along([low, middle, high], mean / 0.36 + between(random, -0.08, 0.08));
          const shaded = light > 0.35 ? lighter(base, (light - 0.35) * 0.55) : darker(base, (0.35 - light) * 0.75);
          const fill = mix(shaded, skyLow, haze);
          facet(sheet, [[p.x, p.y], [q.x, q.y], [s.x, s.y]], fill);
        }
      }
    }
    return { width, height, svg: sheet.toString(), finish: { grain: 4, vignette: 0.14 } };
  },
};
