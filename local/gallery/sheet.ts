import { darker } from "./palette.ts";

/** How a shape is painted. Lengths are pixels. */
export interface Ink {
  fill?: string;
  stroke?: string;
  width?: number;
  opacity?: number;
  cap?: "round" | "square";
  dash?: string;
  transform?: string;
  filter?: string;
  clip?: string;
  blend?: "multiply" | "screen" | "overlay" | "soft-light";
}

/** One decimal: a tenth of a pixel is below what the eye sees, and short numbers keep the SVG small. */
export const tenth = (value: number) => String(Math.round(value * 10) / 10);

function attributes(ink: Ink): string {
  let text = ` fill="${ink.fill ?? "none"}"`;
  if (ink.stroke) text += ` stroke="${ink.stroke}" stroke-width="${tenth(ink.width ?? 1)}"`;
  if (ink.cap) text += ` stroke-linecap="${ink.cap}"${ink.cap === "round" ? ` stroke-linejoin="round"` : ""}`;
  if (ink.dash) text += ` stroke-dasharray="${ink.dash}"`;
  // An opacity on the paint is blended as it is painted; `opacity` on the element would need a layer of its own.
  if (ink.opacity !== undefined && ink.opacity < 1) {
    if (ink.fill) text += ` fill-opacity="${ink.opacity.toFixed(3)}"`;
    if (ink.stroke) text += ` stroke-opacity="${ink.opacity.toFixed(3)}"`;
  }
  if (ink.transform) text += ` transform="${ink.transform}"`;
  if (ink.filter) text += ` filter="${ink.filter}"`;
  if (ink.clip) text += ` clip-path="${ink.clip}"`;
  if (ink.blend) text += ` style="mix-blend-mode:${ink.blend}"`;
  return text;
}

type Stops = readonly (readonly [offset: number, colour: string, opacity?: number])[];

/** An SVG being drawn. Gradients, filters and clips are defined on use and named by their order. */
export class Sheet {
  readonly width: number;
  readonly height: number;
  private readonly parts: string[] = [];
  private readonly definitions: string[] = [];

  constructor(width: number, height: number, background?: string) {
    this.width = width;
    this.height = height;
    if (background) this.rect(0, 0, width, height, { fill: background });
  }

  rect(x: number, y: number, width: number, height: number, ink: Ink, round = 0): void {
    const corner = round ? ` rx="${tenth(round)}"` : "";
    this.parts.push(`<rect x="${tenth(x)}" y="${tenth(y)}" width="${tenth(Math.max(0, width))}" height="${tenth(Math.max(0, height))}"${corner}${attributes(ink)}/>`);
  }

  circle(x: number, y: number, radius: number, ink: Ink): void {
    this.parts.push(`<circle cx="${tenth(x)}" cy="${tenth(y)}" r="${tenth(radius)}"${attributes(ink)}/>`);
  }

  ellipse(x: number, y: number, radiusX: number, radiusY: number, ink: Ink): void {
    this.parts.push(`<ellipse cx="${tenth(x)}" cy="${tenth(y)}" rx="${tenth(radiusX)}" ry="${tenth(radiusY)}"${attributes(ink)}/>`);
  }

  line(x1: number, y1: number, x2: number, y2: number, ink: Ink): void {
    this.path(`M${tenth(x1)} ${tenth(y1)}L${tenth(x2)} ${tenth(y2)}`, ink);
  }

  path(d: string, ink: Ink): void {
    this.parts.push(`<path d="${d}"${attributes(ink)}/>`);
  }

  /** Everything drawn inside `content` is painted together: one opacity, filter, clip or transform. */
  group(ink: Omit<Ink, "fill">, content: () => void): void {
    const opacity = ink.opacity === undefined ? "" : ` opacity="${ink.opacity.toFixed(3)}"`;
    this.parts.push(`<g${attributes({ ...ink, opacity: 1 }).replace(` fill="none"`, "")}${opacity}>`);
    content();
    this.parts.push("</g>");
  }

  /** A gradient along the line from (x1, y1) to (x2, y2), in shares of the painted shape's box. */
  linear(stops: Stops, x1 = 0, y1 = 0, x2 = 0, y2 = 1): string {
    return this.define("linearGradient", `x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`, stopList(stops));
  }

  /** A gradient along a line in the drawing's own pixels. */
  linearAcross(stops: Stops, x1: number, y1: number, x2: number, y2: number): string {
    return this.define("linearGradient", `gradientUnits="userSpaceOnUse" x1="${tenth(x1)}" y1="${tenth(y1)}" x2="${tenth(x2)}" y2="${tenth(y2)}"`, stopList(stops));
  }

  radial(stops: Stops, x = 0.5, y = 0.5, radius = 0.5): string {
    return this.define("radialGradient", `cx="${x}" cy="${y}" r="${radius}"`, stopList(stops));
  }

  radialAcross(stops: Stops, x: number, y: number, radius: number): string {
    return this.define("radialGradient", `gradientUnits="userSpaceOnUse" cx="${tenth(x)}" cy="${tenth(y)}" r="${tenth(radius)}"`, stopList(stops));
  }

  blur(deviation: number): string {
    return this.define("filter", `x="-50%" y="-50%" width="200%" height="200%"`, `<feGaussianBlur stdDeviation="${tenth(deviation)}"/>`);
  }

  clip(d: string): string {
    return this.define("clipPath", "", `<path d="${d}"/>`);
  }

  /** A soft shadow without a filter: a few translucent copies, each wider than the last. */
  shadow(d: string, dx: number, dy: number, spread: number, opacity: number, colour = darker("#101018", 0.3)): void {
    const layers = 5;
    this.group({ transform: `translate(${tenth(dx)} ${tenth(dy)})` }, () => {
      for (let i = 1; i <= layers; i++) {
        this.path(d, { fill: i === 1 ? colour : "none", stroke: colour, width: (spread * 2 * i) / layers, opacity: opacity / layers, cap: "round" });
      }
    });
  }

  toString(): string {
    const definitions = this.definitions.length ? `<defs>${this.definitions.join("")}</defs>` : "";
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">${definitions}${this.parts.join("")}</svg>`;
  }

  private define(element: string, settings: string, content: string): string {
    const id = `d${this.definitions.length}`;
    this.definitions.push(`<${element} id="${id}" ${settings}>${content}</${element}>`);
    return `url(#${id})`;
  }
}

function stopList(stops: Stops): string {
  return stops
    .map(([offset, colour, opacity]) => `<stop offset="${offset.toFixed(3)}" stop-color="${colour}"${opacity === undefined ? "" : ` stop-opacity="${opacity}"`}/>`)
    .join("");
}
