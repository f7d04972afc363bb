import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import { startMs } from "./catalogue.ts";
import type { Catalogue, SimImage } from "./catalogue.ts";

const perStyle = 24;

/**
 * Test support: labelled images that need no encoder. Styles of 24 images each, two and two under one tag, in a space of their own; `noise` is
 * the deviation of each coordinate around its style's.
 */
export function smallCatalogue({ styles = 12, dim = 16, noise = 0.6 } = {}): Catalogue {
  const random = seededRandom("a small catalogue");
  const direction = () => Array.from({ length: dim }, () => drawNormal(random));
  const centres = Array.from({ length: styles }, direction);
  const images = Array.from({ length: styles * perStyle }, (_, index): SimImage => {
    const style = index % styles;
    return {
      index, id: `image-${index}`, style: `style ${style}`, tags: [`tag ${style % (styles / 2)}`], mood: null, creator: `creator ${index % 40}`,
      phash: Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join(""), quality: 0.5 + 0.5 * random(), created_at: startMs - index * 3_600_000, appeal: 1, isNew: index % 13 === 0,
    };
  });
  const vectors = new Float32Array(new SharedArrayBuffer(images.length * dim * 4));
  images.forEach(({ index }) => vectors.set(unit(centres[index % styles]!.map((x) => x + noise * drawNormal(random))), index * dim));
  return { data: "gallery", space: "small-1", dim, images, vectors };
}
