import { unit } from "#shared/kernel/vector.ts";
import { stopWords } from "./fit-words.ts";
import type { HiddenStates } from "./hidden-states.ts";
import type { Meanings } from "./meanings.ts";
import type { WordVectors } from "./word-vectors.ts";

/** One idea of which words and phrases are alike. */
export interface Sense {
  /** How fast likeness of two terms falls with the cosine of their vectors. */
  sharpness: number;
  /** A term's vector of length one, where there is one. */
  vectorOf: (term: string) => Float32Array | undefined;
}

/** Words used alike are alike; a phrase is the mean of its words. */
export const bySurroundings = (words: WordVectors): Sense => ({
  sharpness: 3,
  vectorOf: (term) => {
    const vectors = term.split(" ").filter((word) => !stopWords.has(word)).flatMap((word) => words.get(word) ?? []);
    return vectors.length > 0 ? unit(vectors[0]!.map((_, k) => vectors.reduce((sum, vector) => sum + vector[k]!, 0))) : undefined;
  },
});

/** Words and phrases that stand for each other in a sentence are alike. */
export const byMeaning = (meanings: Meanings): Sense => ({ sharpness: 8, vectorOf: (term) => meanings.get(term) });

/** Words and phrases are alike whose pictures a language model expects to look alike: an artist's name and what artists of that kind make. */
export const byLooks = (states: HiddenStates): Sense => ({ sharpness: 3, vectorOf: (term) => states.get(term) });
