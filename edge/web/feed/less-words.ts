import type { Why } from "#shared/contract/feed.ts";
import type { LessTarget, LessTerm } from "#shared/contract/interaction.ts";
import type { Aim } from "./acts.ts";

/** What asking for less does, by the term it acts on: as the button offers it, and as it is said when done. A record, so that no term can be left out. */
const words: Record<LessTerm, readonly [offer: string, said: string]> = {
  puddle: ["Less from this puddle", "Less from this puddle from now on"],
  user: ["Less of my usual here", "Less of your usual around this"],
  echo: ["Less like what I liked lately", "Less of what lies around this"],
  explore: ["Less from around here", "Fewer outings around here"],
  quality: ["Less for being well made", "Being well made counts less for you now"],
  popularity: ["Less popular stuff", "What many like counts less for you now"],
  popular: ["Less popular stuff", "Less of what many like"],
  recency: ["Fewer newcomers", "Being new counts less for you now"],
  fresh: ["Fewer newcomers", "Fewer newcomers from now on"],
  together: ["Less of what goes together", "What others like together counts less for you now"],
  transition: ["Follow such paths less", "Fewer steps along others' paths"],
  neighbour: ["Less from people like me", "Less from people of your taste"],
  bridge: ["Fewer images in between", "Fewer images between communities"],
  persona: ["Less from personas", "Less from personas from now on"],
};

/** Score terms as the bars name them. */
export const termWords: Readonly<Record<string, string>> = {
  puddle: "your puddle", user: "your usual", echo: "liked lately", together: "goes together", quality: "well made", popularity: "liked by many", recency: "new",
  suppression: "held back", diversity: "more variety", fatigue: "seen enough",
};

/** What "less" aims at for a slot's reason; undefined where the reason is none that can be aimed at. */
export function aimOf({ term, puddle_id }: Pick<Why, "term" | "puddle_id">): (Aim & { offer: string }) | undefined {
  if (!isTerm(term)) return undefined;
  const [offer, said] = words[term];
  const target: LessTarget = term === "puddle" && puddle_id !== undefined ? `puddle:${puddle_id}` : term;
  return { term: target, offer, said };
}

function isTerm(term: string): term is LessTerm {
  return Object.hasOwn(words, term);
}
