import type { Random } from "#shared/kernel/random.ts";
import { between, oneOf, whole } from "../dice.ts";
import { darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A ball lit from the upper left, with light thrown back from the ground. */
function ball(sheet: Sheet, x: number, y: number, radius: number, colour: string, ground: string): void {
  sheet.circle(x, y, radius, { fill: sheet.radial([[0, lighter(colour, 0.55)], [0.28, lighter(colour, 0.16)], [0.62, colour], [0.9, darker(colour, 0.36)], [1, darker(colour, 0.42)]], 0.34, 0.28, 0.78) });
  sheet.circle(x, y, radius, { fill: sheet.radial([[0, ground, 0], [0.82, ground, 0], [1, lighter(ground, 0.2), 0.55]], 0.42, 0.36, 0.66) });
  sheet.ellipse(x - radius * 0.34, y - radius * 0.42, radius * 0.22, radius * 0.14, { fill: sheet.radial([[0, "#ffffff", 0.75], [1, "#ffffff", 0]]), transform: `rotate(-38 ${tenth(x - radius * 0.34)} ${tenth(y - radius * 0.42)})` });
}

function castShadow(sheet: Sheet, x: number, y: number, radius: number, colour: string): void {
  sheet.ellipse(x + radius * 0.55, y + radius * 0.1, radius * 1.75, radius * 0.42, { fill: sheet.radial([[0, colour, 0.55], [0.45, colour, 0.32], [1, colour, 0]]) });
  sheet.ellipse(x + radius * 0.05, y, radius * 0.62, radius * 0.13, { fill: sheet.radial([[0, colour, 0.85], [1, colour, 0]]) });
}

/** A drum standing on y, seen slightly from above. */
function drum(sheet: Sheet, x: number, y: number, radius: number, tall: number, colour: string, shade: string): void {
  castShadow(sheet, x + radius * 0.2, y, radius, shade);
  const flat = radius * 0.26;
  const side = sheet.linear([[0, lighter(colour, 0.18)], [0.3, colour], [1, darker(colour, 0.4)]], 0, 0, 1, 0);
  sheet.path(`M${tenth(x - radius)} ${tenth(y - tall)}V${tenth(y)}A${tenth(radius)} ${tenth(flat)} 0 0 0 ${tenth(x + radius)} ${tenth(y)}V${tenth(y - tall)}Z`, { fill: side });
  sheet.ellipse(x, y - tall, radius, flat, { fill: sheet.linear([[0, lighter(colour, 0.3)], [1, lighter(colour, 0.08)]], 0, 0, 1, 0.4) });
}

function stack(sheet: Sheet, random: Random, floor: number, colours: readonly string[]): void {
  const x = sheet.width * between(random, 0.42, 0.56);
  let y = floor;
  let radius = sheet.width * between(random, 0.17, 0.22);
  drum(sheet, x, y, radius * 1.25, radius * 0.45, colours[2]!, colours[1]!);
  y -= radius * 0.45 - radius * 0.08;
  for (let i = 0; i < whole(random, 3, 4); i++) {
    castShadow(sheet, x, y, radius * 0.7, colours[1]!);
    ball(sheet, x + between(random, -0.05, 0.05) * radius, y - radius * 0.97, radius, colours[3 + (i % 3)]!, colours[0]!);
    y -= radius * 1.94;
    radius *= between(random, 0.58, 0.74);
  }
  const small = sheet.width * 0.055;
  castShadow(sheet, x - sheet.width * 0.32, floor + small, small, colours[1]!);
  ball(sheet, x - sheet.width * 0.32, floor, small, colours[5]!, colours[0]!);
}

function crowd(sheet: Sheet, random: Random, floor: number, colours: readonly string[]): void {
  const placed: { x: number; y: number; r: number }[] = [];
  for (let tries = 0; tries < 400 && placed.length < 16; tries++) {
    const depth = random();
    const r = sheet.width * (0.02 + random() ** 2.2 * 0.13) * (0.6 + depth * 0.6);
    const y = floor - sheet.height * 0.06 + depth * (sheet.height - floor) * 0.8;
    const x = between(random, 0.1, 0.9) * sheet.width;
    if (placed.every((p) => Math.hypot(p.x - x, (p.y - y) * 2.4) > p.r + r)) placed.push({ x, y, r });
  }
  placed.sort((a, b) => a.y - b.y);
  for (const { x, y, r } of placed) castShadow(sheet, x, y, r, colours[1]!);
  for (const [i, { x, y, r }] of placed.entries()) ball(sheet, x, y - r, r, colours[2 + (i % 4)]!, colours[0]!);
}

function ring(sheet: Sheet, random: Random, floor: number, colours: readonly string[]): void {
  const [x, y, radius] = [sheet.width / 2, floor - sheet.height * 0.22, Math.min(sheet.width, sheet.height) * between(random, 0.26, 0.31)];
  const thick = radius * between(random, 0.1, 0.17);
  castShadow(sheet, x, floor + sheet.height * 0.14, radius * 0.8, colours[1]!);
  const tilt = between(random, -22, 22);
  const hoop = (half: 0 | 1) => {
    for (let i = 0; i < 7; i++) {
      const share = i / 6;
      sheet.path(`M${tenth(x - radius)} ${tenth(y)}A${tenth(radius)} ${tenth(radius * 0.34)} 0 0 ${half} ${tenth(x + radius)} ${tenth(y)}`, { stroke: mix(darker(colours[4]!, 0.45), lighter(colours[4]!, 0.5), share), width: thick * (1 - share * 0.88), cap: "round", transform: `rotate(${tenth(tilt)} ${tenth(x)} ${tenth(y)}) translate(${tenth(-share * thick * 0.16)} ${tenth(-share * thick * 0.24)})` });
    }
  };
  hoop(1);
  ball(sheet, x, y, radius * 0.62, colours[3]!, colours[0]!);
  hoop(0);
  for (let i = 0; i < 3; i++) {
    const angle = between(random, 0, 6.28);
    ball(sheet, x + Math.cos(angle) * radius * 1.25, y + Math.sin(angle) * radius * 0.95, radius * between(random, 0.06, 0.17), oneOf(random, [colours[2]!, colours[5]!]), colours[0]!);
  }
}

function podiums(sheet: Sheet, random: Random, floor: number, colours: readonly string[]): void {
  const { width, height } = sheet;
  const archX = width * between(random, 0.35, 0.65);
  const [broad, top] = [width * 0.26, floor - height * 0.48];
  sheet.path(`M${tenth(archX - broad)} ${tenth(floor)}V${tenth(top + broad)}A${tenth(broad)} ${tenth(broad)} 0 0 1 ${tenth(archX + broad)} ${tenth(top + broad)}V${tenth(floor)}Z`, { fill: sheet.linear([[0, darker(colours[4]!, 0.28)], [1, lighter(colours[4]!, 0.15)]], 0, 0, 1, 0.3) });
  sheet.path(`M${tenth(archX - broad * 0.8)} ${tenth(floor)}V${tenth(top + broad)}A${tenth(broad * 0.8)} ${tenth(broad * 0.8)} 0 0 1 ${tenth(archX + broad)} ${tenth(top + broad)}V${tenth(floor)}Z`, { fill: sheet.linear([[0, lighter(colours[0]!, 0.3)], [1, mix(colours[0]!, colours[1]!, 0.25)]]) });
  const count = 3;
  for (let i = 0; i < count; i++) {
    const x = width * (0.24 + i * 0.26);
    const y = floor + height * (0.05 + (i % 2) * 0.1);
    const radius = width * between(random, 0.085, 0.12);
    const tall = height * [between(random, 0.16, 0.24), between(random, 0.05, 0.09), between(random, 0.1, 0.16)][(i + whole(random, 0, 1)) % 3]!;
    drum(sheet, x, y, radius, tall, colours[2 + (i % 2)]!, colours[1]!);
    castShadow(sheet, x, y - tall, radius * 0.55, colours[1]!);
    ball(sheet, x, y - tall - radius * 0.66, radius * 0.7, colours[5 - (i % 3)]!, colours[0]!);
  }
}

export const softSpheres: Style = {
  name: "soft-spheres",
  creators: ["Ines Okoro", "Pia Lindqvist"],
  tags: ["3D", "minimal"],
  subjects: [
    { tags: ["balance", "still life"], titles: ["Careful, careful", "Cairn for a quiet room", "Three agreements", "Standing still at night", "Stacked like Sunday", "The small one waits"] },
    { tags: ["spheres", "group"], titles: ["Sixteen guests", "Marbles after school", "A meeting without an agenda", "Dark fruit", "Where everyone ended up", "Gathering, seen from the stairs"] },
    { tags: ["orbit", "ring"], titles: ["Planet for a desk", "Orbit in butter and blue", "The hoop and the moon", "Small gravity", "Saturn, indoors", "Halo study"] },
    { tags: ["podium", "arch"], titles: ["Winners' podium, no race", "Arch with three answers", "Stage set for nothing much", "After the museum closed", "Warm plinths", "The exhibition of calm"] },
  ],
  palettes: [
    { tag: "peach", mood: "calm", colours: ["#fbd9c6", "#b9705f", "#fff1e6", "#f28f79", "#f7c59f", "#7fa8a6"] },
    { tag: "blue", mood: "playful", colours: ["#bfe0f2", "#4a7fa5", "#fdf6e3", "#ffcf56", "#4f8fd9", "#ff7a6b"] },
    { tag: "lilac", mood: "dreamy", colours: ["#dccdf3", "#7c62a8", "#fbeefe", "#b48cf0", "#f5a6c9", "#8fd0e0"] },
    { tag: "charcoal", mood: "dark", colours: ["#34363f", "#0e0f14", "#585c68", "#d9a05b", "#8b909c", "#e8e4da"] },
    { tag: "terracotta", mood: "warm", colours: ["#e7a97e", "#8a4630", "#f6d9b8", "#c4532f", "#eac06a", "#5e6b4d"] },
    { tag: "sage", mood: "calm", colours: ["#cfdcc6", "#5f7a62", "#f6f4e6", "#6f9d80", "#f0b8a0", "#35554a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 0 ? (["portrait", "tall"] as const) : (["square", "landscape", "portrait"] as const)));
    const [wall, shade] = scene.colours as [string, string];
    const sheet = new Sheet(width, height, wall);
    const floor = height * (scene.subject === 0 ? 0.82 : 0.66);
    const bend = height * 0.12;
    sheet.rect(0, 0, width, height, { fill: sheet.linear([[0, lighter(wall, 0.12)], [(floor - bend) / height, mix(wall, shade, 0.16)], [(floor + bend * 0.4) / height, lighter(wall, 0.1)], [1, mix(wall, shade, 0.22)]]) });
    sheet.rect(0, 0, width, height, { fill: sheet.radialAcross([[0, "#ffffff", 0.4], [1, "#ffffff", 0]], width * 0.2, height * 0.1, width * 0.85) });
    [stack, crowd, ring, podiums][scene.subject]!(sheet, random, floor, scene.colours);
    return { width, height, svg: sheet.toString(), finish: { grain: 6, vignette: 0.12 } };
  },
};
