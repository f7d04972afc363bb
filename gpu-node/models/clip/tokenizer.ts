import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";

export interface TokenizerLimits {
  /** Ids a text may have, the marks at its ends included. */
  most: number;
  /** Filled up to `most` with this id; undefined where a text keeps its length. */
  fill: number | undefined;
}

/** What is used of the package; its own types name files that Node's resolution does not find. */
type TokenizerOf = new (stored: object, config: object) => { encode(text: string, options?: { add_special_tokens: boolean }): { ids: number[] } };

/** A text's ids; none for one in which there is nothing. */
export type ReadText = (text: string) => number[];

const Stored = z.looseObject({ model: z.looseObject({ type: z.string(), vocab: z.unknown() }) });

/**
 * A tokenizer as the model hub keeps it (`tokenizer.json`). What is longer than the network reads is cut, but for its last id: that is
 * the end mark, at which CLIP reads the vector.
 */
export function readTokenizer(stored: unknown, { most, fill }: TokenizerLimits): ReadText {
  const parsed = Stored.parse(stored);
  const tokenizer = new (Tokenizer as unknown as TokenizerOf)(parsed, {});
  return (text) => {
    const trimmed = text.trim();
    if (tokenizer.encode(trimmed, { add_special_tokens: false }).ids.length === 0) return [];
    const { ids } = tokenizer.encode(trimmed);
    const kept = ids.length > most ? [...ids.slice(0, most - 1), ids.at(-1)!] : ids;
    return fill === undefined ? kept : [...kept, ...new Array<number>(most - kept.length).fill(fill)];
  };
}
