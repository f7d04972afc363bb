import type { Random } from "#shared/kernel/random.ts";
import { between, oneOf, whole } from "../dice.ts";
import { mix } from "../palette.ts";
import { Sheet, tenth } from "../sheet.ts";
import { sizeOf, type Style } from "../style.ts";

/** One petal from radius a to b, pointing up from the origin; `half` is its half width. */
function petal(kind: number, a: number, b: number, half: number): string {
  const [m, t] = [(a + b) / 2, tenth];
  if (kind === 0) return `M0 ${t(-a)}C${t(half * 1.3)} ${t(-m)} ${t(half)} ${t(-b * 0.96)} 0 ${t(-b)}C${t(-half)} ${t(-b * 0.96)} ${t(-half * 1.3)} ${t(-m)} 0 ${t(-a)}Z`;
  if (kind === 1) return `M0 ${t(-a)}L${t(half)} ${t(-m)}L0 ${t(-b)}L${t(-half)} ${t(-m)}Z`;
  if (kind === 2) return `M${t(-half)} ${t(-a)}A${t(half)} ${t(b - a)} 0 0 1 ${t(half)} ${t(-a)}Z`;
  return `M0 ${t(-a)}C${t(half * 1.5)} ${t(-a - (b - a) * 0.2)} ${t(half * 0.3)} ${t(-a - (b - a) * 0.7)} 0 ${t(-b)}C${t(-half * 0.3)} ${t(-a - (b - a) * 0.7)} ${t(-half * 1.5)} ${t(-a - (b - a) * 0.2)} 0 ${t(-a)}Z`;
}

function wheel(sheet: Sheet, random: Random, x: number, y: number, radius: number, colours: readonly string[], fold: number, lineOnly: boolean): void {
  const [paper, ...inks] = colours as [string, ...string[]];
  sheet.group({ transform: `translate(${tenth(x)} ${tenth(y)})` }, () => {
    const rings = whole(random, 6, 8);
    for (let ring = rings; ring > 0; ring--) {
      const [outer, inner] = [(radius * ring) / rings, (radius * (ring - between(random, 0.85, 1.25))) / rings];
      const count = fold * (ring > rings * 0.55 ? 2 : 1);
      const half = ((outer + inner) / 2) * Math.sin(Math.PI / count) * between(random, 0.75, 1.05);
      const kind = whole(random, 0, 3);
      const ink = inks[ring % inks.length]!;
      const other = inks[(ring + 1 + whole(random, 0, 1)) % inks.length]!;
      if (!lineOnly && random() < 0.5) sheet.circle(0, 0, outer * 0.985, { fill: mix(paper, other, between(random, 0.12, 0.5)) });
      for (let i = 0; i < count; i++) {
        const turn = (360 * (i + (ring % 2) * 0.5)) / count;
        sheet.group({ transform: `rotate(${tenth(turn)})` }, () => {
          const d = petal(kind, Math.max(2, inner), outer, half);
          sheet.path(d, lineOnly ? { fill: paper, stroke: ink, width: 2 } : { fill: ink, stroke: paper, width: 1.6 });
          sheet.path(petal(kind, inner + (outer - inner) * 0.2, inner + (outer - inner) * 0.76, half * 0.55), lineOnly ? { stroke: ink, width: 1.3 } : { fill: other });
          sheet.circle(0, -(outer + radius * 0.018), radius * 0.012 + 1, { fill: lineOnly ? ink : other });
          if (kind !== 1) sheet.circle(0, -(inner + (outer - inner) * 0.42), Math.max(1.6, half * 0.17), { fill: lineOnly ? ink : paper });
        });
      }
    }
    sheet.circle(0, 0, radius * 0.07, { fill: inks[0]!, stroke: paper, width: 2 });
    sheet.circle(0, 0, radius * 0.03, { fill: paper });
  });
}

export const mandala: Style = {
  name: "mandala",
  creators: ["Asha Verma", "Compass & Petal"],
  tags: ["mandala", "symmetry", "ornament"],
  subjects: [
    { tags: ["flower"], titles: ["Wheel of first rain", "Marigold hours", "Peacock centre", "Night lotus", "Candy meridian", "Slow clay bloom"] },
    { tags: ["line work"], titles: ["One breath, one ring", "Henna for the left hand", "Drawn outward from a dot", "Silver thread, black cloth", "Lace for a quiet mind", "Fired line"] },
    { tags: ["cluster"], titles: ["Garden of seven wheels", "Festival ceiling", "Tile merchant's dream", "Constellation of lamps", "Carousel", "Market of suns"] },
    { tags: ["half circle"], titles: ["Rising wheel", "Sun temple, cut away", "The fan opens", "Moon at the window's foot", "Half a celebration", "Threshold flower"] },
  ],
  palettes: [
    { tag: "teal", mood: "calm", colours: ["#f5f0e3", "#0f6f73", "#e0a03f", "#2fa39a", "#c8503f"] },
    { tag: "marigold", mood: "warm", colours: ["#fff2d6", "#e87a1f", "#c2273f", "#f5b52e", "#7a1f4a"] },
    { tag: "peacock", mood: "bold", colours: ["#0f2f4f", "#1fa5a0", "#f2c14e", "#3f7fd9", "#8fd14f"] },
    { tag: "black", mood: "dark", colours: ["#121216", "#d8c08a", "#8a7fd0", "#e8e2d2", "#c05a7a"] },
    { tag: "candy", mood: "playful", colours: ["#fff0f3", "#ff5f8f", "#ffb13f", "#4fc0d0", "#8f5fd9"] },
    { tag: "clay", mood: "calm", colours: ["#efe2d2", "#a3492f", "#d99a6a", "#5f6f5a", "#3f2f2a"] },
  ],
  draw(random, scene) {
    const [width, height] = sizeOf(random, ...(scene.subject === 3 ? (["landscape", "wide"] as const) : (["square", "portrait", "square"] as const)));
    const { colours, subject } = scene;
    const sheet = new Sheet(width, height, colours[0]);
    const size = Math.min(width, height);
    const fold = oneOf(random, [8, 10, 12, 14]);
    sheet.rect(0, 0, width, height, { fill: sheet.radial([[0, mix(colours[0]!, colours[3]!, 0.22)], [1, colours[0]!]], 0.5, subject === 3 ? 1 : 0.5, 0.8) });
    if (subject === 2) {
      for (let i = 0; i < 7; i++) {
        const a = (i / 6) * Math.PI * 2 + 0.5;
        const far = i === 6 ? 0 : size * 0.42;
        wheel(sheet, random, width / 2 + Math.cos(a) * far, height / 2 + Math.sin(a) * far, size * (i === 6 ? 0.2 : between(random, 0.13, 0.22)), colours, oneOf(random, [6, 8]), i % 3 === 1);
      }
    } else wheel(sheet, random, width / 2, subject === 3 ? height : height / 2, subject === 3 ? Math.min(height * 0.93, width * 0.66) : size * 0.45, colours, fold, subject === 1);
    return { width, height, svg: sheet.toString(), finish: { paper: 9, grain: 4 } };
  },
};
