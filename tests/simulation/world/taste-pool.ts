import type { Catalogue, SimImage } from "./catalogue.ts";

/** Something a viewer can like: a set of images told by their labels alone, never by their vectors. */
export interface LabelTaste {
  /** Place in the pool. */
  index: number;
  /** A style, a tag, or two tags of which an image must have both. */
  name: string;
  /** Images that have it, ascending. */
  members: Int32Array;
  /** `[images]` 1 for members. */
  has: Uint8Array;
}

/** Sizes a taste may have: enough to live on for a while, and never most of the catalogue. */
const sizes = { gallery: { least: 20, most: 80 }, art: { least: 36, most: 180 } } as const;

/** From this size on a taste outlasts what is shown of it: only such ones appear or are abandoned on the way. */
export const lastingSize = 44;

/**
 * Every taste the labels of a catalogue give. Gallery: each style, and each tag (a colour, a subject, a kind of picture) and mood
 * with tag of fitting size that is no style under another name. Art: each tag and each pair of tags, since two images a style are too few to like.
 */
export function tastePool({ data, images }: Pick<Catalogue, "data" | "images">): LabelTaste[] {
  const sets = new Map<string, number[]>();
  const put = (name: string, index: number) => sets.set(name, [...(sets.get(name) ?? []), index]);
  for (const image of images) for (const name of namesOf(data, image)) put(name, image.index);
  const { least, most } = sizes[data];
  const fitting = [...sets].filter(([, members]) => members.length >= least && members.length <= most);
  const seen = new Set<string>();
  const distinct = fitting.filter(([, members]) => {
    const key = members.join();
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  return distinct.map(([name, members], index) => {
    const has = new Uint8Array(images.length);
    for (const member of members) has[member] = 1;
    return { index, name, members: Int32Array.from(members), has };
  });
}

/** Part of the smaller taste's images that the other has too. */
export function overlap(a: LabelTaste, b: LabelTaste): number {
  const [small, large] = a.members.length <= b.members.length ? [a, b] : [b, a];
  let both = 0;
  for (const member of small.members) both += large.has[member]!;
  return both / small.members.length;
}

function namesOf(data: Catalogue["data"], { style, tags, mood }: SimImage): string[] {
  const sorted = [...new Set(tags)].sort();
  if (data === "gallery") return [style, ...sorted, ...(mood === null ? [] : sorted.map((tag) => `${mood} + ${tag}`))];
  return [...sorted, ...sorted.flatMap((a, i) => sorted.slice(i + 1).map((b) => `${a} + ${b}`))];
}
