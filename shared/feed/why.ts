import type { Candidate, ScoreTerm, Slot, Source } from "./candidate.ts";
import { isOwnPuddle } from "./group-taste.ts";

/** Terms that can bring an image up; the others only hold it down. */
type Reason = Exclude<ScoreTerm, "suppression" | "fatigue" | "diversity">;

export interface Why {
  /** The score term or source that brought the image; "less like this" acts on it. */
  term: Reason | Extract<Source, "explore" | "transition" | "neighbour" | "bridge">;
  text: string;
  puddle_id?: string;
  anchor_image_id?: string;
}

/** What words an image can be spoken of with. */
export interface Spoken extends Pick<Candidate, "style"> {
  region_label?: string;
  /** The region the viewer came from. */
  last_region_label?: string;
}

/**
 * Why an image stands in its slot, from what really put it there. A slot drawn from a puddle, from exploration or from what
 * others do says so. One that came as new says that, unless the viewer's own taste weighed more in the draw.
 */
export function explain(slot: Pick<Slot, "source" | "terms" | "anchor" | "together_with">, image: Spoken = {}): Why {
  if (slot.source === "explore") {
    const where = image.region_label ?? image.style;
    return { term: "explore", text: where ? `A little outside your usual: ${where}` : "A little outside your usual" };
  }
  if (slot.source === "transition") return { term: "transition", text: movesOn(image) };
  if (slot.source === "neighbour" || slot.source === "bridge") return { term: slot.source, text: texts[slot.source] };
  const term = slot.source === "puddle" ? personalReason(slot) : strongestReason(slot);
  if (term === "together" && slot.together_with !== undefined)
    return { term, text: "Liked by people who liked this image", anchor_image_id: slot.together_with };
  if (term !== "puddle" || !slot.anchor) return { term, text: texts[term] };
  const { puddle_id, medoid_image_id } = slot.anchor;
  if (!isOwnPuddle(puddle_id)) return { term, text: "Near what somebody with you likes" };
  return { term, text: "Because of your puddle around this image", puddle_id, anchor_image_id: medoid_image_id };
}

const texts: Record<Reason | "neighbour" | "bridge", string> = {
  puddle: "Near what you like",
  user: "Near your taste as a whole",
  echo: "Like images you took to lately",
  together: "Liked by people who like what you like",
  quality: "Well made",
  popularity: "Liked by many this week",
  recency: "New here",
  neighbour: "Liked by people whose taste is close to yours",
  bridge: "Between two circles you are near",
};

function movesOn({ region_label: to, last_region_label: from }: Spoken): string {
  if (from === undefined || to === undefined) return "Where people go from what you liked last";
  return from === to ? `People who like ${from} stay with it` : `People who like ${from} move on to ${to}`;
}

/** What lies in a puddle is there because of it; what does not, because of the user vector or of images like it. */
function personalReason({ anchor, terms }: Pick<Slot, "anchor" | "terms">): Reason {
  return anchor ? "puddle" : terms.echo > terms.user ? "echo" : "user";
}

/** What the source stands for; a new image that the viewer's own taste speaks for more says that. */
function strongestReason({ source, terms }: Pick<Slot, "source" | "terms">): Reason {
  if (source === "together") return "together";
  if (source === "popular") return "popularity";
  const own = source === "fresh" ? "recency" : "quality";
  let strongest: Reason = own;
  for (const term of ["puddle", "user", "echo", "together"] as const) if (terms[term] > 2 * terms[own] && terms[term] > terms[strongest]) strongest = term;
  return strongest;
}
