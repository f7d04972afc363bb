import { dot } from "#shared/kernel/vector.ts";
import { measureRetrieval } from "../../fit/retrieval.ts";
import type { Placed } from "./place-all.ts";

export interface Score {
  queries: number;
  first: number;
  firstTen: number;
}

/** A picture finds another of its style among all of `pictures`. */
export function byStyle(pictures: readonly Placed[]): Score {
  const queries = pictures.filter(({ query }) => query);
  const { first, firstTen } = measureRetrieval(queries, pictures);
  return { queries: queries.length, first, firstTen };
}

/** Share of a text's ten nearest pictures that `fits`. */
export function precisionAtTen(text: Float32Array, pictures: readonly Placed[], fits: (picture: Placed) => boolean): number {
  const nearest = pictures.map((picture) => ({ picture, score: dot(text, picture.vector) })).sort((a, b) => b.score - a.score).slice(0, 10);
  return nearest.filter(({ picture }) => fits(picture)).length / nearest.length;
}

/** Each text finds a picture that `fits` first, or among the nearest ten. */
export function byText(texts: readonly { text: Float32Array; of: Placed }[], pictures: readonly Placed[], fits: (of: Placed, picture: Placed) => boolean): Score {
  let first = 0, firstTen = 0;
  for (const { text, of } of texts) {
    const nearest = pictures.map((picture) => ({ picture, score: dot(text, picture.vector) })).sort((a, b) => b.score - a.score);
    const rank = nearest.findIndex(({ picture }) => fits(of, picture));
    if (rank === 0) first++;
    if (rank >= 0 && rank < 10) firstTen++;
  }
  return { queries: texts.length, first: first / texts.length, firstTen: firstTen / texts.length };
}

/**
 * A picture finds one of the same subject in another style, among the pictures of other styles: what is left when style
 * cannot help. `chance` is what a random order would find.
 */
export function bySubject(pictures: readonly Placed[], subjectsOf: (picture: Placed) => readonly string[]): Score & { chance: number; chanceTen: number } {
  const score = { queries: 0, first: 0, firstTen: 0, chance: 0, chanceTen: 0 };
  for (const query of pictures) {
    const subjects = new Set(subjectsOf(query));
    const others = pictures.filter(({ style }) => style !== query.style);
    const fitting = others.filter((other) => subjectsOf(other).some((subject) => subjects.has(subject)));
    if (fitting.length === 0) continue;
    score.queries++;
    score.chance += fitting.length / others.length;
    score.chanceTen += 1 - (1 - fitting.length / others.length) ** 10;
    const best = Math.max(...fitting.map(({ vector }) => dot(query.vector, vector)));
    const before = others.filter(({ vector }) => dot(query.vector, vector) > best).length;
    if (before === 0) score.first++;
    if (before < 10) score.firstTen++;
  }
  for (const key of ["first", "firstTen", "chance", "chanceTen"] as const) score[key] /= score.queries;
  return score;
}

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
