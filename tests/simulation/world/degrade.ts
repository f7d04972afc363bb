import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Catalogue } from "./catalogue.ts";

/** Part of an encoder's recall that is left when it is degraded. */
export const recallLeft = 1 / 3;

/**
 * Mean share, over images, of the ten nearest others that have the query's style, out of the most there could be. This is the
 * recall@10 of style retrieval: with s − 1 others of the style it counts hits out of min(10, s − 1).
 */
export function styleRecallAt10({ images, vectors, dim }: Pick<Catalogue, "images" | "vectors" | "dim">, queries = 240): number {
  const step = Math.max(1, Math.floor(images.length / queries));
  const sizes = new Map<string, number>();
  for (const { style } of images) sizes.set(style, (sizes.get(style) ?? 0) + 1);
  let sum = 0;
  let asked = 0;
  for (let q = 0; q < images.length; q += step) {
    const others = Math.min(10, sizes.get(images[q]!.style)! - 1);
    if (others === 0) continue;
    const hits = nearestTen(vectors, dim, q).filter((i) => images[i]!.style === images[q]!.style).length;
    sum += hits / others;
    asked++;
  }
  return asked === 0 ? 0 : sum / asked;
}

export interface Degraded {
  catalogue: Catalogue;
  /** Length of the noise against the vector's own. */
  noise: number;
  recall: { before: number; after: number };
}

/** The catalogue with noise in its vectors, as much as brings style recall@10 down to a third (bisection). */
export function degrade(catalogue: Catalogue): Degraded {
  const before = styleRecallAt10(catalogue);
  let low = 0;
  let high = 8;
  let noisy = catalogue;
  let after = before;
  for (let step = 0; step < 14; step++) {
    const noise = (low + high) / 2;
    noisy = withNoise(catalogue, noise);
    after = styleRecallAt10(noisy);
    if (Math.abs(after - recallLeft * before) < 0.005) return { catalogue: noisy, noise, recall: { before, after } };
    if (after > recallLeft * before) low = noise;
    else high = noise;
  }
  return { catalogue: noisy, noise: (low + high) / 2, recall: { before, after } };
}

/** Each vector plus a random direction of length `noise`, unit again. The same noise for the same image whatever its length. */
export function withNoise(catalogue: Catalogue, noise: number): Catalogue {
  const { vectors: clean, dim, images } = catalogue;
  const random = seededRandom(`noise for ${catalogue.data}`);
  const vectors = new Float32Array(new SharedArrayBuffer(clean.byteLength));
  for (let i = 0; i < images.length; i++) {
    const direction = unit(Array.from({ length: dim }, () => drawNormal(random)));
    vectors.set(unit(direction.map((x, d) => clean[i * dim + d]! + noise * x)), i * dim);
  }
  return { ...catalogue, space: `${catalogue.space}-degraded`, vectors };
}

function nearestTen(vectors: Float32Array, dim: number, query: number): number[] {
  const size = vectors.length / dim;
  const scores = Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += vectors[query * dim + d]! * vectors[i * dim + d]!;
    return { i, sum: i === query ? -Infinity : sum };
  });
  return scores.sort((a, b) => b.sum - a.sum).slice(0, 10).map(({ i }) => i);
}
