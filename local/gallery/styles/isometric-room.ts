import type { Random } from "#shared/kernel/random.ts";
import { between, chance, oneOf, whole } from "../dice.ts";
import { lines, type Point } from "../outline.ts";
import { darker, lighter, mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** A room seen from above at 30°: x runs right and down, y left and down, z up. One unit is about 10 cm. */
class Room {
  private readonly sheet: Sheet;
  private readonly x0: number;
  private readonly y0: number;
  private readonly unit: number;

  constructor(sheet: Sheet, size: number) {
    this.sheet = sheet;
    this.unit = Math.min(sheet.width / (size * 2.02), sheet.height / (size * 2.02));
    this.x0 = sheet.width / 2;
    this.y0 = sheet.height / 2 - size * 0.16 * this.unit;
  }

  at(x: number, y: number, z: number): Point {
    return [this.x0 + (x - y) * 0.866 * this.unit, this.y0 + ((x + y) * 0.5 - z) * this.unit];
  }

  face(points: readonly (readonly [number, number, number])[], fill: string, opacity?: number): void {
    const d = lines(points.map(([x, y, z]) => this.at(x, y, z)), true);
    this.sheet.path(d, opacity === undefined ? { fill, stroke: fill, width: 0.6 } : { fill, opacity });
  }

  box(x: number, y: number, z: number, w: number, d: number, h: number, fill: string): void {
    this.face([[x, y + d, z], [x + w, y + d, z], [x + w, y + d, z + h], [x, y + d, z + h]], darker(fill, 0.12));
    this.face([[x + w, y, z], [x + w, y + d, z], [x + w, y + d, z + h], [x + w, y, z + h]], darker(fill, 0.3));
    this.face([[x, y, z + h], [x + w, y, z + h], [x + w, y + d, z + h], [x, y + d, z + h]], lighter(fill, 0.14));
  }

  shadow(x: number, y: number, w: number, d: number, tone: string): void {
    this.face([[x - 1.2, y - 0.5, 0.02], [x + w + 0.6, y - 0.5, 0.02], [x + w + 0.6, y + d + 1.6, 0.02], [x - 1.2, y + d + 1.6, 0.02]], tone, 0.16);
  }

  legs(x: number, y: number, w: number, d: number, h: number, fill: string): void {
    for (const [lx, ly] of [[x, y], [x + w - 0.6, y], [x, y + d - 0.6], [x + w - 0.6, y + d - 0.6]] as const) this.box(lx, ly, 0, 0.6, 0.6, h, fill);
  }

  plant(random: Random, x: number, y: number, size: number, pot: string, green: string): void {
    this.box(x, y, 0, size, size, size * 1.1, pot);
    const [px, py] = this.at(x + size / 2, y + size / 2, size * 1.1);
    const count = whole(random, 9, 13);
    for (let i = 0; i < count; i++) {
      const a = -Math.PI / 2 + (i / (count - 1) - 0.5) * 2.5;
      const long = this.unit * size * between(random, 1.5, 2.6);
      const [tx, ty] = [px + Math.cos(a) * long, py + Math.sin(a) * long];
      const bend = this.unit * size * 0.4;
      this.sheet.path(`M${tenth(px)} ${tenth(py)}Q${tenth(px + Math.cos(a - 0.5) * long * 0.6)} ${tenth(py + Math.sin(a - 0.5) * long * 0.6 - bend * 0.3)} ${tenth(tx)} ${tenth(ty)}Q${tenth(px + Math.cos(a + 0.5) * long * 0.6)} ${tenth(py + Math.sin(a + 0.5) * long * 0.6)} ${tenth(px)} ${tenth(py)}Z`, { fill: mix(green, i % 2 ? "#ffffff" : "#0c1a14", between(random, 0.04, 0.2)) });
    }
  }

  lamp(x: number, y: number, z: number, tall: number, glow: string, metal: string): void {
    this.box(x - 0.7, y - 0.7, z, 1.4, 1.4, 0.3, metal);
    const [[bx, by], [tx, ty]] = [this.at(x, y, z), this.at(x, y, z + tall)];
    this.sheet.line(bx, by, tx, ty, { stroke: metal, width: this.unit * 0.3 });
    const u = this.unit;
    this.sheet.circle(tx, ty + u * 0.4, u * 7, { fill: this.sheet.radial([[0, glow, 0.5], [1, glow, 0]]) });
    this.sheet.path(lines([[tx - u, ty - u], [tx + u, ty - u], [tx + u * 1.7, ty + u], [tx - u * 1.7, ty + u]], true), { fill: lighter(glow, 0.3) });
  }
}

interface Home {
  wall: string;
  floor: string;
  wood: string;
  accent: string;
  second: string;
  green: string;
  glow: string;
  outside: string;
}

function shell(room: Room, random: Random, size: number, tall: number, home: Home): void {
  const t = 0.9;
  room.face([[-t, size + t, -1.5], [size + t, size + t, -1.5], [size + t, size + t, 0], [-t, size + t, 0]], darker(home.floor, 0.35));
  room.face([[size + t, -t, -1.5], [size + t, size + t, -1.5], [size + t, size + t, 0], [size + t, -t, 0]], darker(home.floor, 0.5));
  room.face([[-t, -t, 0], [size + t, -t, 0], [size + t, size + t, 0], [-t, size + t, 0]], home.floor);
  const plank = oneOf(random, [2, 2.5, 4]);
  for (let i = 0; i * plank < size; i++) {
    const [a, b] = [i * plank, Math.min(size + t, (i + 1) * plank)];
    room.face([[a, 0, 0], [b, 0, 0], [b, size + t, 0], [a, size + t, 0]], i % 2 ? home.floor : lighter(home.floor, 0.1));
  }
  room.face([[0, 0, 0], [size + t, 0, 0], [size + t, 0, tall], [0, 0, tall]], home.wall);
  room.face([[0, 0, 0], [0, size + t, 0], [0, size + t, tall], [0, 0, tall]], darker(home.wall, 0.16));
  room.face([[-t, -t, tall], [size + t, -t, tall], [size + t, 0, tall], [0, 0, tall], [0, size + t, tall], [-t, size + t, tall]], lighter(home.wall, 0.35));
  room.face([[size + t, -t, 0], [size + t, 0, 0], [size + t, 0, tall], [size + t, -t, tall]], darker(home.wall, 0.3));
  room.face([[-t, size + t, 0], [0, size + t, 0], [0, size + t, tall], [-t, size + t, tall]], darker(home.wall, 0.08));
  room.face([[0, 0, 0], [size + t, 0, 0], [size + t, 0, 0.9], [0, 0, 0.9]], lighter(home.wall, 0.3));
  room.face([[0, 0, 0], [0, size + t, 0], [0, size + t, 0.9], [0, 0, 0.9]], lighter(home.wall, 0.15));
}

function window(room: Room, x: number, z: number, w: number, h: number, home: Home): void {
  room.face([[x - 0.5, 0, z - 0.5], [x + w + 0.5, 0, z - 0.5], [x + w + 0.5, 0, z + h + 0.5], [x - 0.5, 0, z + h + 0.5]], "#fffaf2");
  room.face([[x, 0, z], [x + w, 0, z], [x + w, 0, z + h], [x, 0, z + h]], home.outside);
  room.face([[x, 0, z], [x + w * 0.6, 0, z], [x + w * 0.2, 0, z + h], [x, 0, z + h]], lighter(home.outside, 0.3));
  room.face([[x + w / 2 - 0.2, 0, z], [x + w / 2 + 0.2, 0, z], [x + w / 2 + 0.2, 0, z + h], [x + w / 2 - 0.2, 0, z + h]], "#fffaf2");
  room.face([[x + 1, 3, 0.03], [x + w + 1, 3, 0.03], [x + w + 5, 13, 0.03], [x + 5, 13, 0.03]], home.glow, 0.3);
}

function pictures(room: Room, random: Random, y: number, z: number, home: Home): void {
  for (let i = 0; i < whole(random, 2, 3); i++) {
    const [w, h, p] = [between(random, 2.4, 3.6), between(random, 2.8, 4.2), y + i * 4.3];
    room.face([[0, p, z], [0, p + w, z], [0, p + w, z + h], [0, p, z + h]], "#fffaf2");
    room.face([[0, p + 0.4, z + 0.4], [0, p + w - 0.4, z + 0.4], [0, p + w - 0.4, z + h - 0.4], [0, p + 0.4, z + h - 0.4]], [home.accent, home.second, home.green][i % 3]!);
    room.face([[0, p + 0.4, z + 0.4], [0, p + w - 0.4, z + 0.4], [0, p + w - 0.4, z + h * 0.35], [0, p + 0.4, z + h * 0.6]], [home.second, home.green, home.accent][i % 3]!);
  }
}

function shelf(room: Room, random: Random, x: number, y: number, home: Home, tall: number): void {
  room.shadow(x, y, 7, 2.4, "#000000");
  room.box(x, y, 0, 7, 2.4, tall, home.wood);
  for (let z = 0.8; z < tall - 2; z += 3.1) {
    room.face([[x + 0.4, y + 2.4, z], [x + 6.6, y + 2.4, z], [x + 6.6, y + 2.4, z + 2.5], [x + 0.4, y + 2.4, z + 2.5]], darker(home.wood, 0.45));
    for (let b = 0.6; b < 6; b += 0.7) {
      if (chance(random, 0.82)) room.face([[x + b, y + 2.4, z], [x + b + 0.55, y + 2.4, z], [x + b + 0.55, y + 2.4, z + between(random, 1.5, 2.3)], [x + b, y + 2.4, z + 2]], oneOf(random, [home.accent, home.second, home.green, "#fffaf2", home.glow]));
    }
  }
}

function rug(room: Room, x: number, y: number, w: number, d: number, home: Home): void {
  room.face([[x, y, 0.04], [x + w, y, 0.04], [x + w, y + d, 0.04], [x, y + d, 0.04]], home.second);
  room.face([[x + 0.8, y + 0.8, 0.05], [x + w - 0.8, y + 0.8, 0.05], [x + w - 0.8, y + d - 0.8, 0.05], [x + 0.8, y + d - 0.8, 0.05]], lighter(home.second, 0.35));
  for (let i = 2; i < w - 1.5; i += 2) room.face([[x + i, y + 0.8, 0.06], [x + i + 0.8, y + 0.8, 0.06], [x + i + 0.8, y + d - 0.8, 0.06], [x + i, y + d - 0.8, 0.06]], mix(home.second, home.accent, 0.4));
}

const furnish: ((room: Room, random: Random, home: Home) => void)[] = [
  (room, random, home) => {
    window(room, 11, 6, 7, 7, home);
    pictures(room, random, 12, 9, home);
    rug(room, 6, 10, 13, 10, home);
    room.shadow(1, 2, 9, 14, "#000000");
    room.box(1, 1.5, 0, 9, 0.9, 6, home.wood);
    room.box(1, 2, 0, 9, 14, 2, home.wood);
    room.box(1.2, 2.4, 2, 8.6, 13.4, 1.4, "#fffaf2");
    room.box(1.6, 2.8, 3.4, 3.4, 2.6, 0.9, lighter(home.second, 0.4));
    room.box(5.8, 2.8, 3.4, 3.4, 2.6, 0.9, lighter(home.second, 0.4));
    room.box(1, 7, 2.2, 9, 9.2, 1.6, home.accent);
    room.box(1, 7, 3.8, 9, 1.6, 0.25, lighter(home.accent, 0.5));
    room.box(11, 1, 0, 3.6, 3.4, 3.4, home.wood);
    room.lamp(12.8, 2.6, 3.4, 3.2, home.glow, "#3b3340");
    shelf(room, random, 16, 0.2, home, 4.6);
    room.plant(random, 2, 19, 2.6, home.second, home.green);
  },
  (room, random, home) => {
    window(room, 4, 6.5, 9, 6.5, home);
    pictures(room, random, 9, 9, home);
    shelf(room, random, 16, 0.2, home, 13);
    rug(room, 5, 9, 12, 10, home);
    room.shadow(3, 1, 11, 5, "#000000");
    room.legs(3, 1, 11, 5, 4.6, darker(home.wood, 0.2));
    room.box(3, 1, 4.6, 11, 5, 0.6, home.wood);
    room.box(6.5, 1.6, 5.2, 4.6, 0.4, 3.2, "#2b2733");
    room.face([[6.8, 2, 5.6], [10.8, 2, 5.6], [10.8, 2, 8.1], [6.8, 2, 8.1]], home.outside);
    room.box(6.6, 3.4, 5.2, 4.2, 1.5, 0.25, "#e7e2ea");
    room.lamp(4.2, 2.4, 5.2, 3, home.glow, "#3b3340");
    room.box(12.2, 2, 5.2, 0.8, 0.8, 1.1, home.accent);
    room.shadow(7, 8.4, 3.6, 3.6, "#000000");
    room.legs(7, 8.4, 3.6, 3.6, 2.4, "#3b3340");
    room.box(7, 8.4, 2.4, 3.6, 3.6, 0.7, home.accent);
    room.box(7, 11.4, 3.1, 3.6, 0.6, 3.6, home.accent);
    room.plant(random, 1, 17, 3, home.second, home.green);
    room.box(15.5, 14, 0, 3, 3, 2, home.second);
    room.box(15.9, 14.4, 2, 2.2, 2.2, 0.5, home.glow);
  },
  (room, random, home) => {
    window(room, 9, 5.5, 10, 7.5, home);
    pictures(room, random, 6, 8.5, home);
    rug(room, 5, 5, 15, 13, home);
    room.shadow(0.6, 5, 5, 13, "#000000");
    room.box(0.6, 5, 0, 2, 13, 6, home.accent);
    room.box(0.6, 5, 0, 6, 1.6, 4.4, lighter(home.accent, 0.08));
    room.box(2.4, 6.6, 0.6, 4.2, 9.8, 2.4, home.accent);
    room.box(2.6, 6.8, 3, 3.9, 4.6, 0.7, lighter(home.accent, 0.16));
    room.box(2.6, 11.6, 3, 3.9, 4.6, 0.7, lighter(home.accent, 0.16));
    room.box(2.4, 7, 3.7, 1, 2.6, 2.4, home.glow);
    room.box(0.6, 16.4, 0, 6, 1.6, 4.4, lighter(home.accent, 0.08));
    room.shadow(10, 9, 5, 6, "#000000");
    room.legs(10, 9, 5, 6, 2, darker(home.wood, 0.2));
    room.box(10, 9, 2, 5, 6, 0.5, home.wood);
    room.box(11, 10, 2.5, 2, 1.6, 0.4, home.second);
    room.box(12.6, 12.6, 2.5, 0.9, 0.9, 1, "#fffaf2");
    room.plant(random, 20, 1, 3, home.second, home.green);
    room.lamp(3, 2.4, 0, 9, home.glow, "#3b3340");
    room.box(10, 0.6, 0, 8, 2.4, 2.6, home.wood);
  },
  (room, random, home) => {
    for (let i = 0; i < 6; i++) room.face([[3 + i * 3, 0, 5.6], [5.8 + i * 3, 0, 5.6], [5.8 + i * 3, 0, 7.4], [3 + i * 3, 0, 7.4]], i % 2 ? home.accent : lighter(home.second, 0.3));
    window(room, 8, 8, 8, 6, home);
    pictures(room, random, 10, 8, home);
    room.shadow(1, 0.3, 20, 4.6, "#000000");
    room.box(1, 0.3, 0, 4.6, 4.8, 12, "#f3ece2");
    room.face([[1.3, 5.1, 0.6], [5.3, 5.1, 0.6], [5.3, 5.1, 7], [1.3, 5.1, 7]], lighter(home.outside, 0.2));
    room.box(5.8, 0.3, 0, 15.4, 4.4, 5, home.accent);
    room.box(5.6, 0.2, 5, 15.8, 4.8, 0.5, "#fff4e6");
    for (let i = 0; i < 5; i++) room.face([[6.2 + i * 3, 4.72, 0.7], [8.9 + i * 3, 4.72, 0.7], [8.9 + i * 3, 4.72, 4.4], [6.2 + i * 3, 4.72, 4.4]], lighter(home.accent, 0.16));
    room.box(8, 1.2, 5.5, 3.6, 2.4, 0.15, "#8c97a3");
    room.box(14, 1.4, 5.5, 1.8, 1.8, 1.6, home.second);
    room.box(18, 1.4, 5.5, 0.9, 0.9, 2.2, home.green);
    room.box(16.6, 1.6, 5.5, 0.9, 0.9, 1.6, home.glow);
    rug(room, 6, 9, 12, 9, home);
    room.shadow(8.4, 10.5, 7, 6, "#000000");
    room.legs(8.4, 10.5, 7, 6, 4.2, darker(home.wood, 0.2));
    room.box(8.4, 10.5, 4.2, 7, 6, 0.6, home.wood);
    room.box(11, 12.4, 4.8, 1.6, 1.6, 0.9, home.second);
    room.box(11.3, 12.7, 5.7, 1, 1, 0.7, home.glow);
    for (const [x, y] of [[6, 12], [11, 17.6]] as const) { room.legs(x, y, 2.4, 2.4, 2.4, "#3b3340"); room.box(x, y, 2.4, 2.4, 2.4, 0.5, home.second); }
    room.plant(random, 1.4, 18, 2.8, home.second, home.green);
  },
  (room, random, home) => {
    window(room, 2, 3, 8, 11, home);
    window(room, 12, 3, 8, 11, home);
    room.box(0.4, 6, 8, 2, 12, 0.4, home.wood);
    for (let i = 0; i < 4; i++) room.box(0.7, 6.6 + i * 3, 8.4, 1.4, 1.4, 1.6, i % 2 ? home.accent : home.second);
    rug(room, 8, 8, 9, 9, home);
    room.plant(random, 1, 1, 3.2, home.second, home.green);
    room.plant(random, 6, 1, 2.4, home.accent, mix(home.green, "#e6f0a0", 0.3));
    room.plant(random, 18.5, 1.2, 3.4, home.second, home.green);
    room.plant(random, 14, 1, 2, home.glow, home.green);
    room.shadow(10, 9.5, 5, 5, "#000000");
    room.legs(10, 9.5, 5, 5, 1.4, darker(home.wood, 0.3));
    room.box(10, 9.5, 1.4, 5, 5, 1.4, home.accent);
    room.box(10, 9.5, 2.8, 1.2, 5, 3.4, home.accent);
    room.box(10.8, 11, 2.8, 3, 2.4, 0.6, home.glow);
    room.plant(random, 1, 12, 2.8, home.accent, mix(home.green, "#0a3a2a", 0.3));
    room.plant(random, 2, 18, 3.2, home.second, home.green);
    room.plant(random, 18, 16, 2.6, home.accent, home.green);
  },
  (room, random, home) => {
    window(room, 12, 7, 7, 6, home);
    pictures(room, random, 11, 9.4, home);
    rug(room, 6, 8, 14, 11, home);
    room.shadow(0.5, 3, 4.6, 13, "#000000");
    room.box(0.5, 3, 0, 4, 12, 7, "#2e2733");
    room.box(4.5, 3, 3.8, 1.8, 12, 0.6, "#2e2733");
    room.face([[4.6, 3.3, 4.42], [6.1, 3.3, 4.42], [6.1, 14.7, 4.42], [4.6, 14.7, 4.42]], "#fffaf2");
    for (let i = 0; i < 13; i++) if (i % 7 !== 2 && i % 7 !== 6) room.box(4.6, 4 + i * 0.82, 4.42, 0.9, 0.42, 0.2, "#201b26");
    room.legs(8, 7, 2.6, 4.6, 2.6, home.wood);
    room.box(8, 7, 2.6, 2.6, 4.6, 0.6, home.accent);
    shelf(room, random, 3, 0.2, home, 6.4);
    room.box(5, 0.6, 6.4, 3, 1.8, 0.7, home.accent);
    room.box(17.5, 1, 0, 4, 3.4, 5, "#2e2733");
    for (const z of [1.4, 3.6]) { room.box(18.6, 4.4, z - 0.8, 1.8, 0.15, 1.6, home.glow); }
    room.lamp(16, 3, 0, 9, home.glow, "#3b3340");
    room.plant(random, 1.4, 18.4, 2.8, home.second, home.green);
    room.box(14, 13, 0, 4, 4, 2, home.second);
  },
];

export const isometricRoom: Style = {
  name: "isometric-room",
  creators: ["Petra Lindqvist", "Cubic Kate"],
  tags: ["isometric", "interior"],
  subjects: [
    { tags: ["bedroom", "home"], titles: ["Bedroom for a light sleeper", "Ten more minutes", "The guest room in mint", "Insomnia, furnished"] },
    { tags: ["study", "desk"], titles: ["Thesis season", "A desk with a view", "Where the letters get written", "Deadline at midnight"] },
    { tags: ["living room", "sofa"], titles: ["Sunday has a sofa", "Front room, cousins expected", "The listening room", "Film night, lights down"] },
    { tags: ["kitchen", "home"], titles: ["Grandmother's kitchen, repainted", "Soup for two", "Breakfast at the small table", "Midnight snack"] },
    { tags: ["conservatory", "plants"], titles: ["Nine plants and a chair", "The reading greenhouse", "Jungle, rented by the month", "Moonlit conservatory"] },
    { tags: ["music room", "piano"], titles: ["Upright piano, never in tune", "Practice room B", "Rehearsal in pastel", "Nocturne for an empty room"] },
  ],
  palettes: [
    { tag: "terracotta", mood: "warm", colours: ["#f3c9a8", "#fbeee0", "#e8b48c", "#c98f5f", "#a8653f", "#d9603f", "#e9a857", "#6d8f57", "#ffd98a", "#a8d8e8"] },
    { tag: "blue", mood: "calm", colours: ["#bcd7ea", "#e9f3f8", "#9dbfdb", "#d8b48a", "#b0855a", "#3f78b5", "#f2b134", "#4f9a72", "#ffe7a8", "#d9f1ff"] },
    { tag: "mint", mood: "playful", colours: ["#c9ead9", "#fff7e8", "#a6dcc6", "#eec9a0", "#d39b68", "#ff7f6e", "#7fb7e6", "#3f9c6c", "#ffd86b", "#bfe8ff"] },
    { tag: "indigo", mood: "dreamy", colours: ["#1f2148", "#3a3d7a", "#454a94", "#6a5a8c", "#7a5a5f", "#e0608f", "#5f86d9", "#4fa38a", "#ffc66b", "#141a44"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, "square", "portrait", "square");
    const [back, halo, wall, floor, wood, accent, second, green, glow, outside] = scene.colours as [string, string, string, string, string, string, string, string, string, string];
    const sheet = new Sheet(width, height, back);
    sheet.rect(0, 0, width, height, { fill: sheet.radial([[0, halo], [1, back]], 0.5, 0.45, 0.7) });
    sheet.ellipse(width / 2, height * 0.78, width * 0.44, height * 0.1, { fill: sheet.radial([[0, "#20182a", 0.32], [1, "#20182a", 0]]) });
    const size = 23;
    const room = new Room(sheet, size);
    const swap = random() < 0.35;
    const home: Home = { wall, floor, wood, accent: swap ? second : accent, second: swap ? accent : second, green, glow, outside };
    shell(room, random, size, 16, home);
    furnish[scene.subject]!(room, random, home);
    return { width, height, svg: sheet.toString(), finish: { grain: 3, vignette: 0.1 } };
  },
};
