export interface BridgeImage {
  image_id: string;
  /** The two communities it lies between, the fonder first. */
  community_ids: [string, string];
  /** 0 to 1. */
  score: number;
}

export const bridgeConfig = {
  /** Likers an image needs in each of the two communities. */
  fewestLikers: 2,
  /** Members added to a community's size, so that a small one is not called fond by a few. */
  prior: 5,
  keep: 1_000,
} as const;

/**
 * Images that lie between two communities: a community's fondness of an image is the share of its members who like it,
 * shrunk, `n/(size + prior)`, and the image bridges the two fondest by the lesser of both fondnesses. It is the one both sides would meet
 * over: what spans a structural hole is worth what its weaker side is (Burt 2004, Structural holes and good ideas).
 * `likers`: per image, how many members of each community like it.
 */
export function findBridges(likers: ReadonlyMap<string, ReadonlyMap<string, number>>, sizes: ReadonlyMap<string, number>): BridgeImage[] {
  return [...likers]
    .flatMap(([image_id, byCommunity]): BridgeImage[] => {
      const [first, second] = [...byCommunity]
        .filter(([id, count]) => count >= bridgeConfig.fewestLikers && sizes.has(id))
        .map(([id, count]) => ({ id, fondness: count / (sizes.get(id)! + bridgeConfig.prior) }))
        .sort((a, b) => b.fondness - a.fondness || (a.id < b.id ? -1 : 1));
      return second === undefined ? [] : [{ image_id, community_ids: [first!.id, second.id], score: second.fondness }];
    })
    .sort((a, b) => b.score - a.score || (a.image_id < b.image_id ? -1 : 1))
    .slice(0, bridgeConfig.keep);
}
