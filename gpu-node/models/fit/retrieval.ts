import { cosineDistance } from "#shared/kernel/vector.ts";

export interface Labelled {
  style: string;
  vector: Float32Array;
}

export interface Retrieval {
  /** Share of queries whose nearest other picture is of their style. */
  first: number;
  /** Share of queries with a picture of their style among the nearest ten. */
  firstTen: number;
  /** Mean distance inside styles over mean distance between them; lower keeps styles further apart. */
  ratio: number;
}

/** Each of `queries` against all of `pictures` but itself. A query whose style has no other picture does not count. */
export function measureRetrieval(queries: readonly Labelled[], pictures: readonly Labelled[]): Retrieval {
  let counted = 0, first = 0, firstTen = 0;
  const inside = { sum: 0, n: 0 }, between = { sum: 0, n: 0 };
  for (const query of queries) {
    const others = pictures
      .filter((picture) => picture !== query)
      .map((picture) => ({ same: picture.style === query.style, distance: cosineDistance(query.vector, picture.vector) }))
      .sort((a, b) => a.distance - b.distance);
    for (const { same, distance } of others) {
      const kind = same ? inside : between;
      kind.sum += distance;
      kind.n++;
    }
    const rank = others.findIndex(({ same }) => same);
    if (rank < 0) continue;
    counted++;
    if (rank === 0) first++;
    if (rank < 10) firstTen++;
  }
  return { first: first / counted, firstTen: firstTen / counted, ratio: inside.sum / inside.n / (between.sum / between.n) };
}
