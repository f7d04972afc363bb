import type { TasteView } from "#shared/contract/taste.ts";
import { contours, fieldOf, type Hill, type Ring } from "./contours.ts";
import { fitting, type Label } from "./labels.ts";
import { discRadius, project, type Frame, type Spot } from "./spots.ts";

/** Colours as `r g b`, so that each use sets its own alpha. */
interface Inks {
  land: string;
  water: string;
  heart: string;
  label: string;
}

const inks: Record<"light" | "dark", Inks> = {
  light: { land: "40 44 60", water: "37 54 216", heart: "222 44 74", label: "40 44 60" },
  dark: { land: "214 220 240", water: "128 142 255", heart: "255 107 127", label: "214 220 240" },
};

/** Shore to depth; each line is drawn and the water within is a shade deeper. */
const depths = [0.22, 0.4, 0.6, 0.82] as const;
/** Where a lone Gaussian of height 1 falls to the shore, in deviations: √(−2 ln depth). */
const shoreRadius = Math.sqrt(-2 * Math.log(depths[0]));

/** The land: the whole gallery's regions as faint clouds with height lines, drawn once and kept until it changes. */
export function drawLand(context: CanvasRenderingContext2D, backdrop: TasteView["map"]["backdrop"], frame: Frame, dark: boolean): void {
  const { land } = inks[dark ? "dark" : "light"];
  const room = Math.min(frame.width, frame.height);
  const largest = Math.max(1, ...backdrop.map((region) => region.size));
  const hills = backdrop.map((region): Hill => ({ ...project(region, frame), deviation: room * (0.05 + 0.06 * Math.sqrt(region.size / largest)), height: 0.45 + 0.55 * Math.sqrt(region.size / largest) }));
  const field = fieldOf(hills, frame.width, frame.height, frame.compact ? 4 : 8);
  const levels = frame.compact ? [0.3, 0.8] : [0.12, 0.3, 0.5, 0.75, 1.05, 1.4, 1.8];
  for (const level of levels) {
    trace(context, contours(field, level));
    context.fillStyle = `rgb(${land} / ${dark ? 0.018 : 0.012})`;
    context.fill("evenodd");
    context.strokeStyle = `rgb(${land} / ${dark ? 0.12 : 0.13})`;
    context.lineWidth = 0.75;
    context.stroke();
  }
}

/** Everything that moves: water, marks, and the labels of the land that still have room. */
export function drawTaste(context: CanvasRenderingContext2D, spots: readonly Spot[], backdrop: TasteView["map"]["backdrop"], frame: Frame, dark: boolean): void {
  const ink = inks[dark ? "dark" : "light"];
  drawWater(context, spots, frame, ink, dark);
  for (const spot of spots) {
    if (spot.kind === "suppressed") drawSuppressed(context, spot, ink);
    else if (spot.kind === "liked" || spot.kind === "hidden" || spot.kind === "seen") drawDot(context, spot, ink);
  }
  if (!frame.compact) drawLabels(context, spots, backdrop, frame, ink);
}

function drawWater(context: CanvasRenderingContext2D, spots: readonly Spot[], frame: Frame, { water }: Inks, dark: boolean): void {
  const hills = spots.flatMap((spot): Hill[] => (spot.kind === "puddle" && spot.radius > 1 ? [{ x: spot.x, y: spot.y, deviation: spot.radius / shoreRadius, height: spot.alpha }] : []));
  const field = fieldOf(hills, frame.width, frame.height, frame.compact ? 3 : 5);
  for (const [index, depth] of depths.entries()) {
    trace(context, contours(field, depth));
    context.fillStyle = `rgb(${water} / ${dark ? 0.13 : 0.1})`;
    context.fill("evenodd");
    context.strokeStyle = `rgb(${water} / ${0.5 - index * 0.1})`;
    context.lineWidth = index === 0 ? 1.25 : 0.75;
    context.stroke();
  }
}

/** A hatched ring: here the feed does not go. */
function drawSuppressed(context: CanvasRenderingContext2D, spot: Spot, { land }: Inks): void {
  context.save();
  context.beginPath();
  context.arc(spot.x, spot.y, spot.radius, 0, Math.PI * 2);
  context.clip();
  context.strokeStyle = `rgb(${land} / ${0.28 * spot.alpha})`;
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -spot.radius * 2; offset <= spot.radius * 2; offset += 5) {
    context.moveTo(spot.x + offset - spot.radius, spot.y + spot.radius);
    context.lineTo(spot.x + offset + spot.radius, spot.y - spot.radius);
  }
  context.stroke();
  context.restore();
  context.strokeStyle = `rgb(${land} / ${0.5 * spot.alpha})`;
  context.setLineDash([3, 3]);
  context.lineWidth = 1;
  context.beginPath();
  context.arc(spot.x, spot.y, spot.radius, 0, Math.PI * 2);
  context.stroke();
  context.setLineDash([]);
}

function drawDot(context: CanvasRenderingContext2D, spot: Spot, { heart, land }: Inks): void {
  if (spot.kind === "hidden") {
    const arm = spot.radius * 0.9;
    context.strokeStyle = `rgb(${land} / ${0.6 * spot.alpha})`;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(spot.x - arm, spot.y - arm);
    context.lineTo(spot.x + arm, spot.y + arm);
    context.moveTo(spot.x + arm, spot.y - arm);
    context.lineTo(spot.x - arm, spot.y + arm);
    context.stroke();
    return;
  }
  context.fillStyle = spot.kind === "liked" ? `rgb(${heart} / ${0.95 * spot.alpha})` : `rgb(${land} / ${0.32 * spot.alpha})`;
  context.beginPath();
  context.arc(spot.x, spot.y, spot.radius, 0, Math.PI * 2);
  context.fill();
}

function drawLabels(context: CanvasRenderingContext2D, spots: readonly Spot[], backdrop: TasteView["map"]["backdrop"], frame: Frame, { label }: Inks): void {
  context.font = `italic 12.5px ${serif}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const discs = spots
    .filter((spot) => spot.kind === "puddle" || spot.kind === "you")
    .map((spot) => {
      const across = discRadius(spot, false) * 2 + 8;
      return { x: spot.x, y: spot.y + 10, width: Math.max(across, 96), height: across + 26 };
    });
  const wanted = [...backdrop].sort((a, b) => b.size - a.size).map((region): Label => {
    const at = project(region, frame);
    const width = context.measureText(region.label).width + 10;
    return { text: region.label, x: Math.max(width / 2 + 4, Math.min(frame.width - width / 2 - 4, at.x)), y: at.y, width, height: 18 };
  });
  context.fillStyle = `rgb(${label} / 0.5)`;
  for (const { text, x, y } of fitting(wanted, discs)) context.fillText(text, x, y);
}

const serif = `"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif`;

function trace(context: CanvasRenderingContext2D, rings: readonly Ring[]): void {
  context.beginPath();
  for (const ring of rings) {
    for (const [index, [x, y]] of ring.entries()) {
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
  }
}
