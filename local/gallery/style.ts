import type { Random } from "#shared/kernel/random.ts";
import type { Finish } from "./finish.ts";

export const moods = ["calm", "bold", "dark", "playful", "dreamy", "warm"] as const;
export type Mood = (typeof moods)[number];

/** A colour scheme of a style, with the word a caption's tags use for it and the mood it sets. */
export interface Palette {
  tag: string;
  mood: Mood;
  /** `#rrggbb`; what each place means is the style's own affair. */
  colours: readonly string[];
}

/** What a style draws. `titles` holds one title a palette, in the palettes' order. */
export interface Subject {
  tags: readonly string[];
  titles: readonly string[];
}

/** RGB, row by row; stretched to the drawing's size, so that soft grounds can be computed small. */
export interface Raster {
  width: number;
  height: number;
  pixels: Uint8ClampedArray;
}

/** One picture before rendering: a raster ground, an SVG over it, or both, and the surface it lies on. */
export interface Drawing {
  width: number;
  height: number;
  ground?: Raster;
  /** `blocks` keeps hard pixel edges when the ground is enlarged. */
  enlarge?: "smooth" | "blocks";
  svg?: string;
  finish?: Finish;
}

/** One combination of subject and palette; a style's images are all its combinations, each once. */
export interface Scene {
  index: number;
  subject: number;
  /** Which palette, for layouts that should vary along with the colours. */
  variant: number;
  colours: readonly string[];
}

export interface Style {
  name: string;
  creators: readonly string[];
  /** Medium and technique; every image of the style carries them. */
  tags: readonly string[];
  subjects: readonly Subject[];
  palettes: readonly Palette[];
  draw(random: Random, scene: Scene): Drawing;
}

/** Subjects change fastest, so neighbours in a series never share one. */
export function sceneOf(style: Style, index: number): Scene & { palette: Palette } {
  const subject = index % style.subjects.length;
  const variant = Math.floor(index / style.subjects.length) % style.palettes.length;
  const palette = style.palettes[variant]!;
  return { index, subject, variant, palette, colours: palette.colours };
}

const shapes = { portrait: [684, 912], tall: [600, 900], square: [780, 780], landscape: [912, 684], wide: [960, 600] } as const;
export type Shape = keyof typeof shapes;

/** Width and height in pixels; one of the shapes that suit the subject. */
export function sizeOf(random: Random, ...suitable: Shape[]): [number, number] {
  const [width, height] = shapes[suitable[Math.floor(random() * suitable.length)]!];
  return [width, height];
}
