import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { lines, ringSlice } from "../outline.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

function tiles(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const columns = whole(random, 4, 6);
  const s = width / columns;
  for (let j = 0; j < Math.ceil(height / s); j++) {
    for (let i = 0; i < columns; i++) {
      const [x, y] = [i * s, j * s];
      const back = oneOf(random, colours);
      const fore = oneOf(random, colours.filter((c) => c !== back));
      const third = oneOf(random, colours.filter((c) => c !== fore));
      sheet.rect(x, y, s + 0.6, s + 0.6, { fill: back });
      const turn = `rotate(${whole(random, 0, 3) * 90} ${tenth(x + s / 2)} ${tenth(y + s / 2)})`;
      sheet.group({ transform: turn }, () => {
        switch (whole(random, 0, 7)) {
          case 0: sheet.path(ringSlice(x, y, 0.1, s, 0, Math.PI / 2), { fill: fore }); sheet.path(ringSlice(x, y, 0.1, s * 0.5, 0, Math.PI / 2), { fill: third }); break;
          case 1: sheet.circle(x + s / 2, y + s / 2, s * 0.5, { fill: fore }); sheet.circle(x + s / 2, y + s / 2, s * 0.22, { fill: third }); break;
          case 2: sheet.path(lines([[x, y], [x + s, y], [x, y + s]], true), { fill: fore }); break;
          case 3: for (let k = 0; k < 4; k++) sheet.rect(x, y + (k * s) / 4, s, s / 8, { fill: fore }); break;
          case 4: sheet.path(ringSlice(x + s / 2, y, 0.1, s / 2, 0, Math.PI), { fill: fore }); sheet.path(ringSlice(x + s / 2, y + s / 2, 0.1, s / 2, 0, Math.PI), { fill: third }); break;
          case 5: sheet.path(lines([[x, y], [x + s / 2, y + s / 2], [x, y + s]], true), { fill: fore }); sheet.path(lines([[x + s, y], [x + s / 2, y + s / 2], [x + s, y + s]], true), { fill: third }); break;
          case 6: for (let k = 0; k < 4; k++) sheet.path(ringSlice(x, y + s, s * (0.1 + k * 0.24), s * (0.22 + k * 0.24), -Math.PI / 2, 0), { fill: fore }); break;
          default: sheet.path(`M${tenth(x)} ${tenth(y + s)}C${tenth(x)} ${tenth(y + s * 0.45)} ${tenth(x + s * 0.45)} ${tenth(y)} ${tenth(x + s)} ${tenth(y)}C${tenth(x + s)} ${tenth(y + s * 0.55)} ${tenth(x + s * 0.55)} ${tenth(y + s)} ${tenth(x)} ${tenth(y + s)}Z`, { fill: fore });
        }
      });
    }
  }
}

function diagonal(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [paper, ink, red, blue, yellow] = colours as [string, string, string, string, string];
  sheet.rect(0, 0, width, height, { fill: paper });
  const turn = between(random, -52, -24) * (chance(random, 0.7) ? 1 : -1);
  const big = Math.min(width, height) * between(random, 0.24, 0.32);
  const [cx, cy] = [width * between(random, 0.4, 0.6), height * between(random, 0.4, 0.58)];
  sheet.circle(cx, cy, big, { fill: red });
  sheet.group({ transform: `rotate(${tenth(turn)} ${tenth(cx)} ${tenth(cy)})` }, () => {
    for (let i = 0; i < 8; i++) {
      const thick = oneOf(random, [4, 10, 22, 46]);
      sheet.rect(cx - width * between(random, 0.2, 0.75), cy + (i - 4) * big * 0.33, width * between(random, 0.4, 1.1), thick, { fill: oneOf(random, [ink, ink, blue, yellow, red]) });
    }
    sheet.path(lines([[cx - big * 0.2, cy - big * 1.9], [cx + big * 0.9, cy + big * 0.1], [cx - big * 0.9, cy - big * 0.1]], true), { fill: yellow });
    sheet.rect(cx + big * 0.3, cy - big * 0.3, big * 0.8, big * 0.8, { fill: blue });
    sheet.rect(cx + big * 0.45, cy - big * 0.15, big * 0.8, big * 0.8, { stroke: ink, width: 4 });
  });
  sheet.path(ringSlice(cx, cy, big * 0.45, big * 0.68, 0.3, 2.9), { fill: ink });
  for (let i = 0; i < 5; i++) sheet.circle(width * between(random, 0.08, 0.92), height * between(random, 0.06, 0.94), between(random, 6, 26), { fill: oneOf(random, [ink, red, blue, yellow]) });
  for (let i = 0; i < 4; i++) for (let j = 0; j < 5; j++) sheet.circle(width * 0.08 + i * 18, height * 0.86 + j * 18, 3.6, { fill: ink });
}

function face(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [paper, ink, red, blue, yellow] = colours as [string, string, string, string, string];
  sheet.rect(0, 0, width, height, { fill: paper });
  sheet.rect(0, 0, width / 2, height, { fill: yellow });
  const [cx, cy, r] = [width / 2, height * 0.45, width * between(random, 0.28, 0.33)];
  sheet.rect(cx - r * 0.3, cy + r * 0.6, r * 0.6, height, { fill: red });
  sheet.path(lines([[cx - r * 1.3, height], [cx - r * 0.3, cy + r * 1.3], [cx + r * 0.3, cy + r * 1.3], [cx + r * 1.3, height]], true), { fill: blue });
  sheet.path(ringSlice(cx, cy, 0.1, r, Math.PI / 2, Math.PI * 1.5), { fill: paper });
  sheet.path(ringSlice(cx, cy, 0.1, r, -Math.PI / 2, Math.PI / 2), { fill: red });
  sheet.path(ringSlice(cx, cy, r, r * between(random, 1.15, 1.35), Math.PI, Math.PI * between(random, 1.6, 2)), { fill: ink });
  sheet.path(lines([[cx, cy - r * 0.2], [cx + r * between(random, 0.2, 0.34), cy + r * 0.34], [cx, cy + r * 0.34]], true), { fill: paper });
  const eye = cy - r * between(random, 0.15, 0.3);
  sheet.circle(cx - r * 0.42, eye, r * 0.19, { fill: ink });
  sheet.circle(cx - r * 0.42, eye, r * 0.08, { fill: yellow });
  if (chance(random, 0.5)) sheet.path(ringSlice(cx + r * 0.42, eye, 0.1, r * 0.2, 0, Math.PI), { fill: ink });
  else { sheet.circle(cx + r * 0.42, eye, r * 0.2, { fill: paper }); sheet.circle(cx + r * 0.42, eye, r * 0.1, { fill: ink }); }
  sheet.rect(cx - r * 0.62, eye - r * 0.36, r * 0.42, r * 0.08, { fill: ink });
  sheet.path(ringSlice(cx, cy + r * 0.55, 0.1, r * 0.2, 0, Math.PI), { fill: blue });
  sheet.circle(cx + r * 1.12, cy + r * 0.3, r * 0.15, { fill: yellow, stroke: ink, width: 5 });
  for (let i = 0; i < 6; i++) sheet.rect(width * 0.06, height * 0.07 + i * 20, width * between(random, 0.06, 0.24), 8, { fill: ink });
}

function arcs(sheet: Sheet, random: Random, colours: readonly string[]): void {
  const { width, height } = sheet;
  const [paper, ink] = colours as [string, string];
  sheet.rect(0, 0, width, height, { fill: paper });
  const rings = whole(random, 5, 8);
  const [cx, cy] = [width * between(random, 0.42, 0.58), height * between(random, 0.44, 0.56)];
  const reach = Math.min(width, height) * 0.44;
  for (let i = rings; i > 0; i--) {
    const from = whole(random, 0, 7) * (Math.PI / 4);
    sheet.path(ringSlice(cx, cy, (reach * (i - 0.86)) / rings, (reach * i) / rings, from, from + whole(random, 2, 6) * (Math.PI / 4)), { fill: colours[1 + ((i + whole(random, 0, 1)) % 4)]! });
  }
  sheet.rect(cx - 3, 0, 6, height, { fill: ink });
  sheet.rect(0, cy + reach * 0.5, width, 6, { fill: ink });
  sheet.rect(width * 0.08, cy + reach * 0.5 - 60, 60, 60, { fill: colours[4]! });
  sheet.circle(width * 0.87, cy + reach * 0.5 - 26, 26, { fill: colours[2]! });
  sheet.path(lines([[width * 0.78, height * 0.08], [width * 0.94, height * 0.08], [width * 0.86, height * 0.08 + width * 0.13]], true), { fill: colours[3]! });
}

export const bauhaus: Style = {
  name: "bauhaus",
  creators: ["Otto Rechteck", "Lina Albers-Vogt"],
  tags: ["geometric", "modernist"],
  subjects: [
    { tags: ["tiles", "pattern"], titles: ["Twenty modules for a stairwell", "Ceramic wall, station entrance", "Kindergarten floor plan", "Night shift tiles", "Rug no. 9", "Teatime grid"] },
    { tags: ["composition", "diagonal"], titles: ["Exhibition notice, 1:1", "The red disc insists", "Diagonal with obligations", "Signal composition", "Everything tilts at noon", "Counterweight"] },
    { tags: ["face", "portrait"], titles: ["Portrait of a typesetter", "Head in three cuts", "The weaving master", "Masked dancer", "Miss Quadrat winks", "Profile and opposite"] },
    { tags: ["arcs", "circles"], titles: ["Radio, explained", "Rotations about a post", "Broken target", "Phonograph study", "Eight arcs and an axis", "Clock without opinions"] },
  ],
  palettes: [
    { tag: "primary", mood: "bold", colours: ["#f2e8d5", "#1b1b1e", "#d8352a", "#1f5fa8", "#f2b822"] },
    { tag: "teal", mood: "calm", colours: ["#f4efe4", "#17343d", "#e76f51", "#2a9d8f", "#e9c46a"] },
    { tag: "pastel", mood: "playful", colours: ["#fff6ea", "#3b3561", "#ff8c82", "#7cc6d6", "#ffd56b"] },
    { tag: "charcoal", mood: "dark", colours: ["#23242a", "#efe6d2", "#c8553d", "#588b8b", "#f2a541"] },
    { tag: "orange", mood: "warm", colours: ["#f7e3c4", "#4a2618", "#e4572e", "#8a9a5b", "#f3a712"] },
    { tag: "pink", mood: "playful", colours: ["#f9ece8", "#282b4f", "#e94f7c", "#3d6fd1", "#f7b2ad"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 2 ? (["portrait", "square"] as const) : (["portrait", "square", "tall"] as const)));
    const sheet = new Sheet(width, height);
    [tiles, diagonal, face, arcs][scene.subject]!(sheet, random, scene.colours);
    return { width, height, svg: sheet.toString(), finish: { paper: 9, grain: 7 } };
  },
};
