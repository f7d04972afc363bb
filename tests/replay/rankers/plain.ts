import type { MakeRanker } from "./ranker.ts";

/** Every image as likely as another. */
export const randomRanker: MakeRanker = ({ catalogue: { ids } }) => {
  const scores = new Float64Array(ids.length);
  return {
    name: "random",
    score: (_, random) => {
      for (let i = 0; i < scores.length; i++) scores[i] = random();
      return scores;
    },
  };
};

/** Images by how many liked them, the same for everyone. */
export const popularRanker: MakeRanker = ({ likes }) => ({ name: "popular", score: () => likes });
