import { RedisError } from "../engine.ts";
import { parseFloating } from "./numbers.ts";
import type { Scored, SortedSet } from "./sorted-set.ts";

const badBound = "ERR min or max is not a float";
const badLexBound = "ERR min or max not valid string range item";

/** Finds ranks `[from, to)` in a set. Bounds are read before any set is, so that a bad one is refused first. */
export type RankFinder = (set: SortedSet) => [from: number, to: number];

/** The elements with a score between two bounds; a bound after `(` is left out. */
export function scoreRange(low: string, high: string): RankFinder {
  const min = bound(low);
  const max = bound(high);
  return between(
    ({ score }) => (min.open ? score > min.score : score >= min.score),
    ({ score }) => (max.open ? score >= max.score : score > max.score),
  );
}

function bound(word: string): { score: number; open: boolean } {
  const open = word.startsWith("(");
  return { score: parseFloating(open ? word.slice(1) : word, badBound), open };
}

/** The members between two in byte order (`[a`, `(b`, `-`, `+`), for sets whose scores are all equal. */
export function lexRange(low: string, high: string): RankFinder {
  return between(lexReached(low, true), lexReached(high, false));
}

function between(reached: (element: Scored) => boolean, passed: (element: Scored) => boolean): RankFinder {
  return (set) => {
    const from = set.firstRank(reached);
    return [from, Math.max(from, set.firstRank(passed))];
  };
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
