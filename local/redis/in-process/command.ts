import { RedisError, type Reply } from "../engine.ts";
import type { Keyspace } from "./keyspace.ts";

/** What a command does with the words after its name (byte strings; their number has been checked). */
export type Run = (db: Keyspace, ...words: string[]) => Reply;
export type Commands<Name extends string> = { readonly [N in Name]: Run };

export const syntaxError = "ERR syntax error";

/** A value as bytes, from a byte string. */
export function bulk(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
export function bulkOrNull(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : bulk(text);
}
export function bulks(texts: Iterable<string>): Uint8Array[] {
  return Array.from(texts, bulk);
}

/** `[a, b, c, d]` → `[[a, b], [c, d]]`; refuses an odd number of words. */
export function pairs(words: readonly string[], command: string): [string, string][] {
  if (words.length % 2 !== 0) throw new RedisError(`ERR wrong number of arguments for '${command}' command`);
  const found: [string, string][] = [];
  for (let i = 0; i < words.length; i += 2) found.push([words[i]!, words[i + 1]!]);
  return found;
}

/** Redis's inclusive ranks, negative ones from the end, as `[from, to)`. */
export function rankRange(start: number, stop: number, size: number): [from: number, to: number] {
  const from = Math.max(0, start < 0 ? start + size : start);
  const to = Math.min(size, (stop < 0 ? stop + size : stop) + 1);
  return [from, Math.max(from, to)];
}

/** The words of MATCH and COUNT, as the SCAN family takes them. */
export function scanOptions(words: readonly string[]): { match: (text: string) => boolean; count: number; type: string | undefined } {
  let match = (_text: string): boolean => true;
  let count = 10;
  let type: string | undefined;
  for (const [option, value] of optionPairs(words)) {
    if (option === "match") match = globMatcher(value);
    else if (option === "count") {
      if (!/^\d{1,9}$/.test(value)) throw new RedisError("ERR value is not an integer or out of range");
      count = Number(value);
      if (count < 1) throw new RedisError(syntaxError);
    } else if (option === "type") type = value.toLowerCase();
    else throw new RedisError(syntaxError);
  }
  return { match, count, type };
}

function optionPairs(words: readonly string[]): [string, string][] {
  if (words.length % 2 !== 0) throw new RedisError(syntaxError);
  return pairs(words, "scan").map(([option, value]) => [option.toLowerCase(), value]);
}

/** Redis's glob (`*`, `?`, `[a-c]`, `[^x]`, `\` before a literal) as a matcher of whole texts. */
export function globMatcher(glob: string): (text: string) => boolean {
  let pattern = "";
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === "*") pattern += pattern.endsWith("[^]*") ? "" : "[^]*";
    else if (char === "?") pattern += "[^]";
    else if (char === "\\" && i + 1 < glob.length) pattern += literal(glob[++i]!);
    else if (char === "[") {
      const end = classEnd(glob, i + 1);
      pattern += characterClass(glob.slice(i + 1, end));
      i = end;
    } else pattern += literal(char);
  }
  const compiled = new RegExp(`^${pattern}$`);
  return (text) => compiled.test(text);
}

/** Where the class that opened before `start` closes: at its `]`, or at the end of the glob. */
function classEnd(glob: string, start: number): number {
  for (let i = start; i < glob.length; i++) {
    if (glob[i] === "\\") i++;
    else if (glob[i] === "]") return i;
  }
  return glob.length;
}

function characterClass(body: string): string {
  const negated = body.startsWith("^");
  let inside = "";
  for (let i = negated ? 1 : 0; i < body.length; i++) {
    if (body[i] === "\\" && i + 1 < body.length) inside += literal(body[++i]!);
    else if (body[i + 1] === "-" && i + 2 < body.length) {
      const [low, high] = [body[i]!, body[i + 2]!].sort();
      inside += `${literal(low!)}-${literal(high!)}`;
      i += 2;
    } else inside += literal(body[i]!);
  }
  return `[${negated ? "^" : ""}${inside}]`;
}

function literal(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
