import type { Candidate, ScoreTerm, Slot } from "./candidate.ts";

/** Terms that can bring an image up; the others only hold it down. */
type Reason = Exclude<ScoreTerm, "suppression" | "fatigue" | "diversity">;

export interface Why {
  /** The score term or source that brought the image; "less like this" acts on it. */
  term: Reason | "explore";
  text: string;
  puddle_id?: string;
  anchor_image_id?: string;
}

/**
 * Why an image stands in its slot, from what really put it there. A slot drawn from a puddle or from exploration says so. One
 * that came as new or popular says that, unless the viewer's own taste weighed more in the draw.
 */
export function explain(slot: Pick<Slot, "source" | "terms" | "anchor">, image: Pick<Candidate, "style"> & { region_label?: string } = {}): Why {
  if (slot.source === "explore") {
    const where = image.region_label ?? image.style;
    return { term: "explore", text: where ? `A little outside your usual: ${where}` : "A little outside your usual" };
  }
  const term = slot.source === "puddle" ? "puddle" : strongestReason(slot);
  if (term !== "puddle" || !slot.anchor) return { term, text: texts[term] };
  const { puddle_id, medoid_image_id } = slot.anchor;
  return { term, text: "Because of your puddle around this image", puddle_id, anchor_image_id: medoid_image_id };
}

const texts: Record<Reason, string> = {
  puddle: "Near what you like",
  user: "Near your taste as a whole",
  quality: "Well made",
  together: "Liked by people who like what you like",
  popularity: "Liked by many this week",
  recency: "New here",
};

/** The source's own term counts twice, as it does in its draw; the general quality of an image is the last of reasons. */
function strongestReason({ source, terms }: Pick<Slot, "source" | "terms">): Reason {
  const own = source === "fresh" ? "recency" : source === "popular" ? "popularity" : "quality";
  let strongest: Reason = own;
  let weight = 2 * terms[own];
  for (const term of ["puddle", "user"] as const) if (terms[term] > weight) [strongest, weight] = [term, terms[term]];
  return strongest;
}
