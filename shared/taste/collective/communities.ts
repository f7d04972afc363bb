import GraphModule from "graphology";
import louvainModule from "graphology-communities-louvain";
import { seededRandom } from "#shared/kernel/random.ts";
import { labelRegions } from "../region-labels.ts";

export interface Community {
  /** Viewer ids, ascending. */
  members: string[];
}

export interface CommunityLink {
  viewer_id: string;
  neighbour_id: string;
  weight: number;
}

export const communityConfig = {
  /** k-anonymity: a group of fewer viewers is never stored or shown (Sweeney 2002, k-anonymity). */
  fewestMembers: 5,
  /** Modularity's resolution: at 1 the usual modularity (Reichardt & Bornholdt 2006). */
  resolution: 1,
  labelWords: 3,
} as const;

// Both packages are CommonJS and declare their defaults as ES modules do.
const Graph = GraphModule as unknown as typeof GraphModule.default;
const louvain = louvainModule as unknown as typeof louvainModule.default;

/**
 * Groups of viewers who share more with each other than with the rest, by Louvain's method (Blondel, Guillaume, Lambiotte &
 * Lefebvre 2008, Fast unfolding of communities in large networks), the largest first. The same for the same links in any order.
 * Of the two directions of a link the stronger counts. Groups under `fewestMembers` are left out.
 */
export function findCommunities(links: readonly CommunityLink[]): Community[] {
  const edges = new Map<string, Map<string, number>>();
  for (const { viewer_id, neighbour_id, weight } of links) {
    if (!(weight > 0) || viewer_id === neighbour_id) continue;
    const [low, high] = viewer_id < neighbour_id ? [viewer_id, neighbour_id] : [neighbour_id, viewer_id];
    const row = edges.get(low) ?? new Map<string, number>();
    row.set(high, Math.max(weight, row.get(high) ?? 0));
    edges.set(low, row);
  }
  const graph = new Graph({ type: "undirected" });
  const viewers = new Set([...edges].flatMap(([low, row]) => [low, ...row.keys()]));
  if (viewers.size < communityConfig.fewestMembers) return [];
  for (const viewer of [...viewers].sort()) graph.addNode(viewer);
  for (const low of [...edges.keys()].sort())
    for (const [high, weight] of [...edges.get(low)!].sort(([a], [b]) => (a < b ? -1 : 1))) graph.addEdge(low, high, { weight });
  const groupOf = louvain(graph, { getEdgeWeight: "weight", resolution: communityConfig.resolution, rng: seededRandom("communities") });
  return [...Map.groupBy(Object.keys(groupOf).sort(), (viewer) => groupOf[viewer]!).values()]
    .filter((members) => members.length >= communityConfig.fewestMembers)
    .map((members) => ({ members }))
    .sort((a, b) => b.members.length - a.members.length || (a.members[0]! < b.members[0]! ? -1 : 1));
}

/**
 * Gives communities the ids of those before whose members they share most of, by Jaccard's index, best overlaps first (Greene,
 * Doyle & Cunningham 2010, Tracking the evolution of communities); under a fifth in common they are new.
 */
export function keepCommunityIds(before: ReadonlyMap<string, readonly string[]>, after: readonly Community[], newId: () => string): string[] {
  const pairs = after
    .flatMap(({ members }, index) => {
      const mine = new Set(members);
      return [...before].map(([id, theirs]) => {
        const common = theirs.filter((viewer) => mine.has(viewer)).length;
        return { index, id, overlap: common / (members.length + theirs.length - common) };
      });
    })
    .filter(({ overlap }) => overlap >= 0.2)
    .sort((a, b) => b.overlap - a.overlap || a.index - b.index || (a.id < b.id ? -1 : 1));
  const ids = new Map<number, string>();
  const given = new Set<string>();
  for (const { index, id } of pairs) {
    if (ids.has(index) || given.has(id)) continue;
    ids.set(index, id);
    given.add(id);
  }
  return after.map((_, index) => ids.get(index) ?? newId());
}

/**
 * Words that tell each community from the others: class-based TF-IDF over the words of the regions their members' puddles lie in,
 * weighted by the puddles' shares. `words`: per community, word to weight.
 */
export function labelCommunities(words: readonly ReadonlyMap<string, number>[]): string[] {
  return labelRegions(words, communityConfig.labelWords).map((chosen) => chosen.join(" · "));
}
