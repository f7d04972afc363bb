import { discRadius, type Spot } from "./spots.ts";

export interface Label {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The labels that fit, first come first served: none touches an obstacle or one already placed. Boxes are centred on x, y. */
export function fitting(labels: readonly Label[], obstacles: readonly Box[]): Label[] {
  const taken = [...obstacles];
  return labels.filter((label) => {
    const free = isFree(label, taken);
    if (free) taken.push(label);
    return free;
  });
}

export type LabelSide = "below" | "above";
type Box = Omit<Label, "text">;

/** Pixels a letter of a disc's label takes, generously, and the widest a label is drawn. */
const letterWidth = 7.2;
const widest = 180;

/** Where each puddle's label goes: below its disc, else above, else nowhere (pointing at the disc still tells). The largest share chooses first. */
export function placeDiscLabels(spots: readonly Spot[], puddles: readonly { id: string; label: string; share: number }[]): Map<string, LabelSide> {
  const discs = spots.filter((spot) => spot.kind === "puddle");
  const boxes = new Map(discs.map((disc): [string, Box] => [disc.id, { x: disc.x, y: disc.y, width: discRadius(disc, false) * 2, height: discRadius(disc, false) * 2 }]));
  const taken: Box[] = spots.filter((spot) => spot.kind === "you").map((you) => ({ x: you.x + 22, y: you.y, width: 72, height: 26 }));
  const sides = new Map<string, LabelSide>();
  for (const puddle of [...puddles].sort((a, b) => b.share - a.share)) {
    const disc = boxes.get(puddle.id);
    if (!disc) continue;
    const others = [...boxes].filter(([id]) => id !== puddle.id).map(([, box]) => box);
    for (const side of ["below", "above"] as const) {
      const box = { x: disc.x, y: disc.y + (side === "below" ? 1 : -1) * (disc.height / 2 + 15), width: Math.min(widest, puddle.label.length * letterWidth + 12), height: 20 };
      if (!isFree(box, [...others, ...taken])) continue;
      sides.set(puddle.id, side);
      taken.push(box);
      break;
    }
  }
  return sides;
}

function isFree(box: Box, taken: readonly Box[]): boolean {
  return taken.every((other) => Math.abs(box.x - other.x) * 2 >= box.width + other.width || Math.abs(box.y - other.y) * 2 >= box.height + other.height);
}
