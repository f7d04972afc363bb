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
 * The scale of a log. Where ratings are negative and positive, these are dislikes and likes. Of two values the higher is a like and
 * the lower says nothing ("shown"). Of more, the upper part counts: from 4 of 1…5, from 8 of 1…10; and the lowest seventh
 * speaks against the image.
 */
export function ratingScale(ratings: ArrayLike<number>, likedFrom?: number): RatingScale {
  let [least, most, leastPositive, mostNegative] = [Infinity, -Infinity, Infinity, -Infinity];
  const values = new Set<number>();
  for (let i = 0; i < ratings.length; i++) {
    const rating = ratings[i]!;
    least = Math.min(least, rating);
    most = Math.max(most, rating);
    if (rating > 0) leastPositive = Math.min(leastPositive, rating);
    if (rating < 0) mostNegative = Math.max(mostNegative, rating);
    if (values.size < 3) values.add(rating);
  }
  if (least < 0 && most > 0) return { least, most, likedFrom: likedFrom ?? leastPositive, dislikedTo: mostNegative };
  if (values.size <= 2) return { least, most, likedFrom: likedFrom ?? most, dislikedTo: -Infinity };
  return { least, most, likedFrom: likedFrom ?? least + likedPart * (most - least), dislikedTo: least + dislikedPart * (most - least) };
}
