import { unit } from "#shared/kernel/vector.ts";
import { readVocabulary } from "../vocabulary.ts";
import type { Lexicon } from "./fit-words.ts";

/** What the text tower computes, before its numbers are packed: the sum of a text's words at length one. */
export function textReader({ entries, directions }: Lexicon): (text: string) => Float32Array | undefined {
  const find = readVocabulary(entries);
  return (text) => {
    const words = find(text);
    if (words.length === 0) return undefined;
    return unit(directions[0]!.map((_, k) => words.reduce((sum, word) => sum + directions[word]![k]!, 0)));
  };
}
