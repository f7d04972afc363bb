import { cosineDistance, type Vector } from "#shared/kernel/vector.ts";

/** A word, or a kind that several words stand for, among the images of a space. */
export interface WordDirection<Word extends string = string> {
  word: Word;
  vector: Vector;
}

/** Of the distances between texts and images that have nothing to do with each other. */
export interface TextCalibration {
  mean: number;
  sd: number;
}

export const zeroShotConfig = {
  /** A word is said of a point only when it lies so many deviations nearer than a random text. */
  saidZ: 1,
  /** Words nearer to each other than this cosine distance say the same. */
  alike: 0.3,
  /** By so many deviations the nearest kind must be nearer than the next. */
  lead: 0.5,
};

/** How much nearer than a random text lies the word, in deviations. */
const nearness = (point: Vector, { vector }: WordDirection, { mean, sd }: TextCalibration): number => (mean - cosineDistance(point, vector)) / sd;

/**
 * Words that tell each point from the others, the most telling first: a word's nearness here less its mean nearness over all points, as
 * TF-IDF holds a tag's share here against its share everywhere. Some words lie near everything in a space, and say nothing of it. Only
 * words that do lie near are said, and of words that say the same one.
 */
export function tellingWords(points: readonly Vector[], words: readonly WordDirection[], calibration: TextCalibration, count: number): string[][] {
  const near = points.map((point) => words.map((word) => nearness(point, word, calibration)));
  const everywhere = words.map((_, w) => near.reduce((sum, row) => sum + row[w]!, 0) / Math.max(1, points.length));
  return near.map((row) => {
    const said: WordDirection[] = [];
    const ranked = words
      .map((word, w) => ({ word, near: row[w]!, telling: points.length > 1 ? row[w]! - everywhere[w]! : row[w]! }))
      .filter((one) => one.near >= zeroShotConfig.saidZ && one.telling > 0)
      .sort((a, b) => b.telling - a.telling || (a.word.word < b.word.word ? -1 : 1));
    for (const { word } of ranked) {
      if (said.length === count) break;
      if (said.every((other) => cosineDistance(other.vector, word.vector) >= zeroShotConfig.alike)) said.push(word);
    }
    return said.map(({ word }) => word);
  });
}

/** The kind that lies nearest to a point, where it lies near and clearly before the next; undefined where none does. */
export function nearestKind<Word extends string>(point: Vector, kinds: readonly WordDirection<Word>[], calibration: TextCalibration): Word | undefined {
  const [best, next] = kinds.map((kind) => ({ word: kind.word, near: nearness(point, kind, calibration) })).sort((a, b) => b.near - a.near);
  if (best === undefined || best.near < zeroShotConfig.saidZ) return undefined;
  return next === undefined || best.near - next.near >= zeroShotConfig.lead ? best.word : undefined;
}
