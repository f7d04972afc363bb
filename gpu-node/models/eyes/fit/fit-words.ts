import { Matrix as Dense, solve } from "ml-matrix";
import { dot, unit } from "#shared/kernel/vector.ts";
import { wordsOf } from "../vocabulary.ts";
import type { Sense } from "./sense.ts";

/** A picture's place and what is said of it. */
export interface Described {
  vector: Float32Array;
  title: string;
  tags: readonly string[];
  /** What its style is called, an artist's name mostly. */
  styleName: string;
}

/** Words and phrases with a direction each in the image space; its length says how much the word is known by. */
export interface Lexicon {
  entries: string[];
  /** `[dim]` each. */
  directions: Float32Array[];
}

/** How firmly a term's direction is drawn to zero, in pictures; few pictures decide little. */
const ridge = 1;
/** As many pictures as what a word's vector suggests is worth. */
const priorPictures = 4;
/** How loosely the suggestions follow the terms. */
const looseness = 0.3;

/** Words that say nothing of a picture. */
export const stopWords = new Set(
  `a about after again all also am an and any are as at be been before being but by can could did do does doing done each
  every few for from get had has have having he her here him his how i if in into is it its just later like made make many
  may me more most much my never no nor not now of off on once one only or other our out over own same she should so some
  still such than that the their them then there these they this those through to too under until up us very was we were
  what when where which while who whom whose why will with without would yet you your s t re ve ll d m`.split(/\s+/),
);

/** What a picture is called: each tag and its style's name as one term, and the words of its title. */
export const termsOf = ({ title, tags, styleName }: Omit<Described, "vector">): Set<string> =>
  new Set([...[...tags, styleName].map((phrase) => wordsOf(phrase).join(" ")).filter(Boolean), ...wordsOf(title).filter((word) => !stopWords.has(word) && word.length > 1)]);

/**
 * Every term of the pictures gets the direction in which ridge regression finds it, mixed with what its `senses` suggest;
 * each other word of `spoken` what they suggest alone. A suggestion is, for each sense, a kernel ridge regression from
 * the terms' vectors in it to their directions. The first group of senses of which one knows the term is heard; those of one
 * group err apart, so their directions are added at equal length. An `unheard` term is treated as if no picture had it.
 */
export function fitLexicon(
  pictures: readonly Described[], senses: readonly (readonly Sense[])[], spoken: Iterable<string>, unheard: (term: string) => boolean = () => false,
): Lexicon {
  const seen = directionsOf(pictures, unheard);
  const suggesting = senses.map((group) => group.map((sense) => suggestions(seen, sense)));
  const suggest = (term: string): Float32Array | undefined => {
    for (const group of suggesting) {
      const found = together(group.flatMap((from) => from(term) ?? []));
      if (found) return found;
    }
    return undefined;
  };
  const lexicon = new Map<string, Float32Array>();
  for (const word of spoken) {
    const suggested = stopWords.has(word) || word.length < 2 ? undefined : suggest(word);
    if (suggested) lexicon.set(word, suggested);
  }
  for (const [term, { direction, count }] of seen) {
    const suggested = suggest(term) ?? new Float32Array(direction.length);
    lexicon.set(term, direction.map((value, k) => (count * value + priorPictures * suggested[k]!) / (count + priorPictures)));
  }
  return { entries: [...lexicon.keys()], directions: [...lexicon.values()] };
}

/** The mean direction of some vectors at their mean length; nothing of none. */
function together(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first, ...others] = vectors;
  if (!first || others.length === 0) return first;
  const length = vectors.reduce((sum, vector) => sum + Math.hypot(...vector), 0) / vectors.length;
  const units = vectors.map((vector) => unit(vector));
  return unit(first.map((_, k) => units.reduce((sum, vector) => sum + vector[k]!, 0))).map((value) => value * length);
}

interface Seen {
  /** Length one. */
  direction: Float32Array;
  /** Pictures it was said of. */
  count: number;
}

function directionsOf(pictures: readonly Described[], unheard: (term: string) => boolean): Map<string, Seen> {
  const members = new Map<string, number[]>();
  pictures.forEach((picture, i) => {
    for (const term of termsOf(picture)) if (!unheard(term)) members.set(term, [...(members.get(term) ?? []), i]);
  });
  const dim = pictures[0]!.vector.length, n = pictures.length;
  const mean = new Float64Array(dim);
  for (const { vector } of pictures) vector.forEach((value, k) => (mean[k]! += value / n));
  const rows = Dense.zeros(n, dim);
  pictures.forEach(({ vector }, i) => vector.forEach((value, k) => rows.set(i, k, value - mean[k]!)));
  // Rows are centred, so the term's own mean drops out: Xᵀ(y − ȳ) = Xᵀy, the sum of its members' rows.
  const sums = Dense.zeros(dim, members.size);
  [...members.values()].forEach((some, t) => some.forEach((i) => { for (let k = 0; k < dim; k++) sums.set(k, t, sums.get(k, t) + rows.get(i, k)); }));
  const covariance = rows.transpose().mmul(rows);
  const found = solve(covariance.add(Dense.eye(dim, dim).mul((ridge * n) / dim)), sums);
  return new Map([...members].map(([term, { length }], t) => [term, { direction: unit(found.getColumn(t)), count: length }]));
}

/** From a sense's vectors to directions of the image space: near words, near directions. Worked out when first asked. */
function suggestions(seen: ReadonlyMap<string, Seen>, { sharpness, vectorOf }: Sense): (term: string) => Float32Array | undefined {
  const known = [...seen].flatMap(([term, { direction }]) => {
    const vector = vectorOf(term);
    return vector ? [{ vector, direction }] : [];
  });
  const likeness = (a: Float32Array, b: Float32Array): number => Math.exp(sharpness * (dot(a, b) - 1));
  let shares: number[][] | undefined;
  return (term) => {
    const vector = vectorOf(term);
    if (!vector) return undefined;
    shares ??= solve(kernelOf(known, likeness), new Dense(known.map(({ direction }) => [...direction]))).to2DArray();
    const out = new Float32Array(known[0]!.direction.length);
    for (const [i, other] of known.entries()) {
      const like = likeness(vector, other.vector), share = shares[i]!;
      for (let k = 0; k < out.length; k++) out[k]! += like * share[k]!;
    }
    return out;
  };
}

function kernelOf(known: readonly { vector: Float32Array }[], likeness: (a: Float32Array, b: Float32Array) => number): Dense {
  const kernel = Dense.zeros(known.length, known.length);
  known.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const like = likeness(a.vector, known[j]!.vector);
      kernel.set(i, j, like);
      kernel.set(j, i, like);
    }
    kernel.set(i, i, kernel.get(i, i) + looseness);
  });
  return kernel;
}
