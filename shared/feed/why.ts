import type { Candidate, ScoreTerm, Slot } from "./candidate.ts";

export interface Why {
  /** The term or source that brought the image; "less like this" acts on it. */
  term: ScoreTerm | "explore";
  text: string;
  puddle_id?: string;
  anchor_image_id?: string;
}

/**
 * Why an image stands in its slot, from what really put it there. A slot drawn from a puddle or from exploration says so; one
 * that came as new or popular names the largest term of its score, which may well be the viewer's own taste.
 */
export function explain(slot: Pick<Slot, "source" | "terms" | "anchor">, image: Pick<Candidate, "style"> & { region_label?: string } = {}): Why {
  if (slot.source === "puddle" && slot.anchor) return ofPuddle(slot.anchor);
  if (slot.source === "explore") {
    const where = image.region_label ?? image.style;
    return { term: "explore", text: where ? `A little outside your usual: ${where}` : "A little outside your usual" };
  }
  const term = largestTerm(slot.terms);
  if (term === "puddle" && slot.anchor) return ofPuddle(slot.anchor);
  return { term, text: texts[term] };
}

const texts: Record<ScoreTerm, string> = {
  puddle: "Near what you like",
  user: "Near your taste as a whole",
  quality: "Well made, whatever the taste",
  popularity: "Liked by many this week",
  recency: "New here",
  mood: "In the mood you chose",
  suppression: "Little else is left to show",
  diversity: "For a change from the rest of the page",
};

function ofPuddle(anchor: NonNullable<Slot["anchor"]>): Why {
  return { term: "puddle", text: "Because of your puddle around this image", puddle_id: anchor.puddle_id, anchor_image_id: anchor.medoid_image_id };
}

function largestTerm(terms: Record<ScoreTerm, number>): ScoreTerm {
  let largest: ScoreTerm = "quality";
  for (const term of Object.keys(texts) as ScoreTerm[]) if (terms[term] > terms[largest]) largest = term;
  return largest;
}
