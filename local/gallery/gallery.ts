import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { renderJpeg } from "./render.ts";
import { sceneOf, type Mood, type Style } from "./style.ts";
import { styles } from "./styles/all.ts";

export interface GalleryEntry {
  /** Style and number in its series: `neon-city-07`. */
  key: string;
  style: string;
  caption: string;
  tags: string[];
  mood: Mood;
  creator: string;
}

const byName = new Map(styles.map((style) => [style.name, style]));

/** Every image of the gallery, described but not drawn. Each round holds one image of every style, in a new order. */
export function galleryEntries(): GalleryEntry[] {
  const random = seededRandom("the order of the gallery");
  const rounds = Math.max(...styles.map(seriesLength));
  let last: Style | undefined;
  return Array.from({ length: rounds }, (_, index) => {
    const round = shuffled(styles, random).filter((style) => index < seriesLength(style));
    if (round[0] === last) round.reverse();
    last = round.at(-1);
    return round.map((style) => describe(style, index));
  }).flat();
}

/** A JPEG of the entry; the same bytes every time on one machine. */
export async function drawEntry(entry: GalleryEntry): Promise<Buffer> {
  const style = byName.get(entry.style);
  if (!style) throw new Error(`Gallery entry ${entry.key} names the style "${entry.style}", which is not in styles/all.ts.`);
  const index = Number(entry.key.slice(style.name.length + 1)) - 1;
  return renderJpeg(style.draw(seededRandom(entry.key), sceneOf(style, index)));
}

const seriesLength = (style: Style) => style.subjects.length * style.palettes.length;

function describe(style: Style, index: number): GalleryEntry {
  const { subject, variant, palette } = sceneOf(style, index);
  const { tags, titles } = style.subjects[subject]!;
  return {
    key: `${style.name}-${String(index + 1).padStart(2, "0")}`,
    style: style.name,
    caption: titles[variant]!,
    tags: [...new Set([...style.tags, ...tags, palette.tag])].slice(0, 6),
    mood: palette.mood,
    creator: style.creators[(subject + variant) % style.creators.length]!,
  };
}
