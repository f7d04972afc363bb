import { dayMs, minuteMs } from "#shared/kernel/clock.ts";
import { cosineDistance, type Vector } from "#shared/kernel/vector.ts";
import { standardise, type SpaceCalibration } from "../calibration.ts";

/** A viewer's positive interaction with an image of a region; `at` milliseconds since the epoch. */
export interface Visit {
  region_id: string;
  image_id: string;
  at: number;
}

/** From region → to region → decayed count. */
export type TransitionCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const transitionConfig = {
  /** A longer pause between two positive interactions ends the session. */
  sessionGapMs: 30 * minuteMs,
  halfLifeMs: 60 * dayMs,
  /** A move that fewer viewers than this have made is nobody's business but theirs. */
  fewestViewers: 2,
  /** Weight of each region before the latest when several are known, by how long ago they were visited. */
  recency: 0.5,
} as const;

/**
 * One viewer's moves between consecutive visits of a session, from oldest to newest, each counting less with age. Staying in a
 * region is a move to itself; a second signal about the same image is no move at all.
 */
export function countTransitions(visits: readonly Visit[], asOf: number): TransitionCounts {
  const counts = new Map<string, Map<string, number>>();
  for (let i = 1; i < visits.length; i++) {
    const [before, after] = [visits[i - 1]!, visits[i]!];
    const gap = after.at - before.at;
    if (gap >= transitionConfig.sessionGapMs || gap < 0 || before.image_id === after.image_id) continue;
    add(counts, before.region_id, after.region_id, 2 ** (-Math.max(0, asOf - after.at) / transitionConfig.halfLifeMs));
  }
  return counts;
}

/** The moves of many viewers together, and from how many of them each comes; those of fewer than `fewestViewers` are left out. */
export function sumTransitions(viewers: Iterable<TransitionCounts>, fewestViewers: number = transitionConfig.fewestViewers): { counts: TransitionCounts; makers: TransitionCounts } {
  const sums = new Map<string, Map<string, number>>();
  const makers = new Map<string, Map<string, number>>();
  for (const counts of viewers)
    for (const [from, row] of counts)
      for (const [to, count] of row) {
        add(sums, from, to, count);
        add(makers, from, to, 1);
      }
  for (const [from, row] of sums) {
    for (const to of row.keys()) if (makers.get(from)!.get(to)! < fewestViewers) row.delete(to);
    if (row.size === 0) sums.delete(from);
  }
  return { counts: sums, makers };
}

function add(counts: Map<string, Map<string, number>>, from: string, to: string, count: number): void {
  const row = counts.get(from) ?? new Map<string, number>();
  row.set(to, (row.get(to) ?? 0) + count);
  counts.set(from, row);
}

export interface TransitionLevels {
  viewer?: TransitionCounts | undefined;
  community?: TransitionCounts | undefined;
  everyone?: TransitionCounts | undefined;
}

/**
 * P(next region | from), backing off viewer → community → everyone → the region graph: each level takes the one below it as the mean of a
 * Dirichlet prior (MacKay & Peto 1995, A hierarchical Dirichlet language model) of the mass that Witten & Bell (1991, The
 * zero-frequency problem, method C) give to what is new, the number T of different moves seen from here:
 * `P(j|i) = (c_ij + T·P_below(j|i)) / (c_i + T)`. Sums to one over `graph`'s regions; moves to others count for nothing.
 */
export function nextRegions(from: string, { viewer, community, everyone }: TransitionLevels, graph: ReadonlyMap<string, number>): Map<string, number> {
  let below = new Map(graph);
  for (const level of [everyone, community, viewer]) {
    const row = [...(level?.get(from) ?? [])].filter(([to, count]) => graph.has(to) && count > 0);
    if (row.length === 0) continue;
    const seen = row.reduce((sum, [, count]) => sum + count, 0);
    const smoothed = new Map([...below].map(([to, p]) => [to, (row.length * p) / (seen + row.length)]));
    for (const [to, count] of row) smoothed.set(to, smoothed.get(to)! + count / (seen + row.length));
    below = smoothed;
  }
  return below;
}

/** P(next | the latest regions, the latest first): each region's own, weighted by `recency` per step back. */
export function nextAfter(recent: readonly string[], levels: TransitionLevels, graphOf: (from: string) => ReadonlyMap<string, number> | undefined): Map<string, number> {
  const mixed = new Map<string, number>();
  let total = 0;
  recent.forEach((from, back) => {
    const graph = graphOf(from);
    if (graph === undefined || graph.size === 0) return;
    const weight = transitionConfig.recency ** back;
    total += weight;
    for (const [to, p] of nextRegions(from, levels, graph)) mixed.set(to, (mixed.get(to) ?? 0) + weight * p);
  });
  for (const [to, p] of mixed) mixed.set(to, p / total);
  return mixed;
}

/** The region graph: from each region to every one, itself included, `∝ exp(−z)` of their standardised distance z. */
export function regionGraph(regions: readonly { id: string; centroid: Vector }[], calibration: SpaceCalibration): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    regions.map((from) => {
      const odds = regions.map((to) => Math.exp(-standardise(cosineDistance(from.centroid, to.centroid), calibration)));
      const total = odds.reduce((sum, p) => sum + p, 0);
      return [from.id, new Map(regions.map((to, i) => [to.id, odds[i]! / total]))];
    }),
  );
}
