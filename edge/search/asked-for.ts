import type { SearchFilters, SearchQuery } from "#shared/contract/search.ts";
import { base64UrlEncode } from "#shared/kernel/base64.ts";

/** What a search is for, in one spelling. */
export interface AskedFor {
  text: string;
  /** Lower-case, in order; none where the text has quotes or minus signs, which are then all that counts. */
  words: string[];
  filters: SearchFilters;
  /** Of text and filters: the same search has the same. */
  digest: string;
  /** Of the text alone. */
  textDigest: string;
}

/** Words beyond these say nothing more; one longer than this is no word. */
const mostWords = 16;
const longestWord = 40;

/** Quotes and leading minus signs are operators of Postgres's web search. */
const operators = /"|(?:^|\s)-[\p{L}\p{N}"]/u;

export async function askedFor({ q, style, tag, mood, creator, orientation }: SearchQuery): Promise<AskedFor> {
  const text = q.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
  const words = operators.test(text) ? [] : (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length <= longestWord).slice(0, mostWords);
  const filters: SearchFilters = { style: style?.toLowerCase(), tag: tag?.toLowerCase(), mood, creator: creator?.toLowerCase(), orientation };
  const [digest, textDigest] = await Promise.all([digestOf([text, filters.style, filters.tag, mood, filters.creator, orientation]), digestOf([text])]);
  return { text, words, filters, digest, textDigest };
}

/** JSON keeps the parts apart, whatever they hold. */
async function digestOf(parts: readonly (string | undefined)[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts.map((part) => part ?? null)));
  return base64UrlEncode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
