import { RedisError } from "../engine.ts";
import { parseFloating } from "./numbers.ts";
import type { Scored, SortedSet } from "./sorted-set.ts";

const badBound = "ERR min or max is not a float";
const badLexBound = "ERR min or max not valid string range item";

/** Ranks `[from, to)` of the elements with a score between two bounds; a bound after `(` is left out. */
export function scoreRange(set: SortedSet, low: string, high: string): [from: number, to: number] {
  const min = bound(low);
  const max = bound(high);
  const from = set.firstRank(({ score }) => (min.open ? score > min.score : score >= min.score));
  const to = set.firstRank(({ score }) => (max.open ? score >= max.score : score > max.score));
  return [from, Math.max(from, to)];
}

function bound(word: string): { score: number; open: boolean } {
  const open = word.startsWith("(");
  return { score: parseFloating(open ? word.slice(1) : word, badBound), open };
}

/** Ranks of the members between two in byte order (`[a`, `(b`, `-`, `+`), for sets whose scores are all equal. */
export function lexRange(set: SortedSet, low: string, high: string): [from: number, to: number] {
  const from = set.firstRank(lexReached(low, true));
  const to = set.firstRank(lexReached(high, false));
  return [from, Math.max(from, to)];
}

/** Holds from the first element that lies in the range (`isMin`) or past it. */
function lexReached(word: string, isMin: boolean): (element: Scored) => boolean {
  if (word === "-") return () => true;
  if (word === "+") return () => false;
  const limit = word.slice(1);
  if (word.startsWith("[")) return isMin ? ({ member }) => member >= limit : ({ member }) => member > limit;
  if (word.startsWith("(")) return isMin ? ({ member }) => member > limit : ({ member }) => member >= limit;
  throw new RedisError(badLexBound);
}
