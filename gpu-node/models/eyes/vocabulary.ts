/** Finds a text's words and phrases in a vocabulary; answers their places in it. */
export type Vocabulary = (text: string) => number[];

/** Longest phrase looked for, in words: "black and white photo". */
const longest = 4;

/**
 * `entries` are words and phrases as `wordsOf` writes them, single-spaced. The longest phrase wins: "pop art" is one thing
 * and not pop and art. What is not in the vocabulary is passed over.
 */
export function readVocabulary(entries: readonly string[]): Vocabulary {
  const places = new Map(entries.map((entry, place) => [entry, place]));
  return (text) => {
    const words = wordsOf(text);
    const found: number[] = [];
    for (let at = 0; at < words.length;) {
      let length = Math.min(longest, words.length - at);
      while (length > 0 && !places.has(words.slice(at, at + length).join(" "))) length--;
      if (length > 0) found.push(places.get(words.slice(at, at + length).join(" "))!);
      at += Math.max(1, length);
    }
    return found;
  };
}

/**
 * Lower-case runs of letters and digits, accents taken off: "Café & B&W" → cafe and black and white. British and American colour and
 * grey are one word each.
 */
export const wordsOf = (text: string): string[] =>
  text.toLowerCase().replaceAll(/\bb ?& ?w\b/g, "black and white").replaceAll("&", " and ").replaceAll("colour", "color").replaceAll("grey", "gray").normalize("NFKD").replace(/\p{M}/gu, "").match(/[\p{L}\p{N}]+/gu) ?? [];
