import { invertInPlace, paddedOrder } from "#shared/taste/collective/spd-inverse.ts";
import type { MakeRanker, Training } from "./ranker.ts";

/** EASE takes the most liked images, up to so many: 72 MB and some seconds. The others count as liked by nobody. */
const easeImages = 3_000;
/** As in the simulator's EASE. */
const ridge = 100;
/** Viewers in common at which a similarity counts half. */
const shrinkage = 5;
/** Likers of one image that are asked what else they like, so that a favourite of everybody does not take minutes. */
const askedLikers = 2_000;

/**
 * EASE (Steck 2019): `B = −P/diag(P)`, `P = (XᵀX + λI)⁻¹` over the likes X of the first parts; an image's score is the sum of the
 * weights from what the viewer liked.
 */
export const easeRanker: MakeRanker = ({ catalogue, likes, histories }) => {
  const size = catalogue.ids.length;
  const chosen = Int32Array.from([...likes.keys()].filter((image) => likes[image]! > 0).sort((a, b) => likes[b]! - likes[a]! || a - b).slice(0, easeImages));
  const placeOf = new Int32Array(size).fill(-1);
  chosen.forEach((image, place) => (placeOf[image] = place));
  const order = paddedOrder(chosen.length);
  const matrix = new Float64Array(order * order);
  for (let i = 0; i < order; i++) matrix[i * order + i] = ridge;
  for (const { liked } of histories) {
    const places = [...new Set(liked.map(({ image }) => placeOf[image]!))].filter((place) => place >= 0);
    for (const a of places) for (const b of places) if (a >= b) matrix[a * order + b]!++;
  }
  invertInPlace(matrix, order);
  const scores = new Float64Array(size);
  return {
    name: "EASE",
    score: ({ liked }) => {
      scores.fill(0);
      for (const from of new Set(liked.map(({ image }) => placeOf[image]!))) {
        if (from < 0) continue;
        chosen.forEach((image, to) => {
          if (from !== to) scores[image]! -= matrix[Math.max(from, to) * order + Math.min(from, to)]! / matrix[to * order + to]!;
        });
      }
      return scores;
    },
  };
};

/**
 * Item nearest neighbours: cosine of two images' columns of likes (Sarwar et al. 2001), shrunk by how many like both (Bell & Koren
 * 2007), summed over what the viewer liked.
 */
export const itemNeighbourRanker: MakeRanker = (training) => {
  const { likersOf, likedBy } = crossed(training);
  const { likes } = training;
  const scores = new Float64Array(likes.length);
  const common = new Int32Array(likes.length);
  return {
    name: "item kNN",
    score: ({ liked }) => {
      scores.fill(0);
      for (const from of new Set(liked.map(({ image }) => image))) {
        const met: number[] = [];
        for (const viewer of likersOf[from]!.slice(0, askedLikers)) for (const to of likedBy[viewer]!) if (common[to]!++ === 0) met.push(to);
        for (const to of met) {
          const both = common[to]!;
          if (to !== from) scores[to]! += (both / Math.sqrt(likes[from]! * likes[to]!)) * (both / (both + shrinkage));
          common[to] = 0;
        }
      }
      return scores;
    },
  };
};

function crossed({ histories, likes }: Training): { likersOf: number[][]; likedBy: number[][] } {
  const likedBy = histories.map(({ liked }) => [...new Set(liked.map(({ image }) => image))]);
  const likersOf: number[][] = Array.from(likes, () => []);
  likedBy.forEach((images, viewer) => {
    for (const image of images) likersOf[image]!.push(viewer);
  });
  return { likersOf, likedBy };
}
