/** What ratings say: from where on an image is liked, and up to where it is disliked. */
export interface RatingScale {
  least: number;
  most: number;
  /** Ratings from here on are likes. */
  likedFrom: number;
  /** Ratings up to here are dislikes; −Infinity where the scale has no such end. */
  dislikedTo: number;
}

/** Part of a scale with several steps from which a rating is a like, and up to which it is a dislike. */
const likedPart = 0.7;
const dislikedPart = 0.15;

/**
 * The scale of a log. Of two values the higher is a like, the lower a dislike only where it is negative (0 usually means "shown").
 * Of more, the upper part counts: from 4 of 1…5, from 8 of 1…10; and the lowest seventh speaks against the image.
 */
export function ratingScale(ratings: ArrayLike<number>, likedFrom?: number): RatingScale {
  let least = Infinity;
  let most = -Infinity;
  const values = new Set<number>();
  for (let i = 0; i < ratings.length; i++) {
    const rating = ratings[i]!;
    least = Math.min(least, rating);
    most = Math.max(most, rating);
    if (values.size < 4) values.add(rating);
  }
  const signed = least < 0 && most > 0;
  if (signed) return { least, most, likedFrom: likedFrom ?? Math.min(...[...values].filter((value) => value > 0), most), dislikedTo: Math.max(...[...values].filter((value) => value < 0), least) };
  if (values.size <= 2) return { least, most, likedFrom: likedFrom ?? most, dislikedTo: -Infinity };
  return { least, most, likedFrom: likedFrom ?? least + likedPart * (most - least), dislikedTo: least + dislikedPart * (most - least) };
}
