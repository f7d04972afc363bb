import type { RatingLog } from "./rating-log.ts";
import type { RatingScale } from "./rating-scale.ts";
import type { VectorCatalogue } from "./vector-file.ts";

/** One thing a viewer said about an image. */
export interface Said {
  image: number;
  at: number;
  verdict: "liked" | "disliked" | "seen";
}

/** What is known of a viewer, oldest first. */
export interface History {
  id: string;
  said: readonly Said[];
  liked: readonly Said[];
  /** When the last of it happened. */
  now: number;
}

/** A viewer whose later likes are held out. */
export interface HeldOut {
  history: History;
  /** Images liked in the last fifth that the first four fifths had not shown; at least one. */
  liked: ReadonlySet<number>;
}

export interface Holdout {
  histories: readonly History[];
  heldOut: readonly HeldOut[];
  /** Ratings of images that have no vector. */
  withoutVector: number;
}

export const trainingShare = 0.8;

/**
 * Splits each viewer's ratings at four fifths by time (ties in file order). Everything learned, across viewers too, comes from
 * the first parts alone. Viewers with no like in either part say nothing about ranking and are not held out.
 */
export function splitByTime(log: RatingLog, catalogue: VectorCatalogue, scale: RatingScale): Holdout {
  const imageOf = Int32Array.from(log.images, (id) => catalogue.indexOf.get(id) ?? -1);
  const byViewer: number[][] = log.viewers.map(() => []);
  let withoutVector = 0;
  for (let row = 0; row < log.count; row++)
    if (imageOf[log.image[row]!]! < 0) withoutVector++;
    else byViewer[log.viewer[row]!]!.push(row);

  const histories: History[] = [];
  const heldOut: HeldOut[] = [];
  byViewer.forEach((rows, viewer) => {
    if (rows.length === 0) return;
    rows.sort((a, b) => log.at[a]! - log.at[b]! || a - b);
    const said = rows.map((row): Said => ({ image: imageOf[log.image[row]!]!, at: log.at[row]!, verdict: verdictOf(log.rating[row]!, scale) }));
    const kept = said.slice(0, Math.floor(trainingShare * said.length));
    if (kept.length === 0) return;
    const history = { id: log.viewers[viewer]!, said: kept, liked: kept.filter(({ verdict }) => verdict === "liked"), now: kept.at(-1)!.at };
    histories.push(history);
    const met = new Set(kept.map(({ image }) => image));
    const liked = new Set(said.slice(kept.length).filter(({ verdict, image }) => verdict === "liked" && !met.has(image)).map(({ image }) => image));
    if (history.liked.length > 0 && liked.size > 0) heldOut.push({ history, liked });
  });
  return { histories, heldOut, withoutVector };
}

function verdictOf(rating: number, { likedFrom, dislikedTo }: RatingScale): Said["verdict"] {
  return rating >= likedFrom ? "liked" : rating <= dislikedTo ? "disliked" : "seen";
}
