import { hashText } from "#shared/kernel/random.ts";
import { dot, type Vector } from "#shared/kernel/vector.ts";
import { distanceAt, type SpaceCalibration } from "../calibration.ts";
import { centroidCalibration } from "../centroid.ts";

/** A puddle as linking sees it; `share` is its part of the viewer's taste, 0 to 1. */
export interface LinkedPuddle {
  centroid: Vector;
  spread: number;
  share: number;
}

export interface LinkedViewer {
  viewer_id: string;
  puddles: readonly LinkedPuddle[];
}

export interface ViewerLink {
  viewer_id: string;
  neighbour_id: string;
  /** 0 nothing in common, 1 the same taste. */
  weight: number;
  /** What they have in common by region, the largest part first; the parts add up to the weight. */
  shared: { region_id: string; weight: number }[];
}

export interface LinkOptions {
  calibration: SpaceCalibration;
  regions: readonly { id: string; centroid: Vector }[];
  /** Links kept per viewer. */
  keep?: number;
  /** Only these viewers' links are worked out, to all others; everybody's when not given. */
  only?: ReadonlySet<string>;
}

export const neighbourConfig = {
  /** Puddles whose centroids lie nearer than this (standardised) are shared. */
  sharedZ: -1.8,
  keep: 50,
  /** Regions whose puddles each puddle is compared with. */
  regionsEach: 2,
  /** Puddles compared with one another; a fuller region is cut into groups of this size, the same viewers together. */
  group: 150,
  /** Puddles with less than this share say nothing of a viewer. */
  fewestShare: 0.02,
  /** Links weaker than this are chance. */
  fewestWeight: 0.05,
} as const;

interface Placed {
  viewer: number;
  puddle: number;
}

/**
 * Links viewers who share puddles. Two puddles at distance d under ε are shared with closeness `1 − d/ε`, nearest pairs first, each giving of
 * its share what is left of it: a histogram intersection (Swain & Ballard 1991, Color indexing) whose bins are puddles, so the weight is
 * symmetric and within 0 and 1. Puddles are compared only within their nearest regions and there in groups of bounded size, so
 * the cost grows with the number of viewers, not with its square.
 */
export function linkViewers(viewers: readonly LinkedViewer[], { calibration, regions, keep = neighbourConfig.keep, only }: LinkOptions): ViewerLink[] {
  const known = viewers.toSorted((a, b) => (a.viewer_id < b.viewer_id ? -1 : 1));
  const groups = groupByRegion(known, regions);
  const groupsOf = known.map((viewer) => viewer.puddles.map((): number[] => []));
  groups.forEach(({ members }, g) => members.forEach(({ viewer, puddle }) => groupsOf[viewer]![puddle]!.push(g)));
  // Spread only ever brings puddles' limit nearer where random images are no farther than unrelated.
  const farthest = calibration.distance.mean <= 1 ? distanceAt(neighbourConfig.sharedZ, calibration) : Infinity;
  return known.flatMap((viewer, v) => {
    if (only?.has(viewer.viewer_id) === false) return [];
    const met = new Map<number, { pairs: Pair[]; most: number }>();
    viewer.puddles.forEach((puddle, p) => {
      const [first] = groupsOf[v]![p]!;
      for (const g of groupsOf[v]![p]!) {
        const { members, rows, region } = groups[g]!;
        for (let m = 0; m < members.length; m++) {
          const distance = 1 - dotRow(puddle.centroid, rows, m);
          if (distance >= farthest) continue;
          const other = members[m]!;
          // Who is in both groups of a puddle was met in the first.
          if (other.viewer === v || (g !== first && groupsOf[other.viewer]![other.puddle]!.includes(first!))) continue;
          const theirs = known[other.viewer]!.puddles[other.puddle]!;
          const limit = sharedWithin(puddle, theirs, calibration);
          if (distance >= limit) continue;
          const closeness = 1 - Math.max(0, distance) / limit;
          const shared = met.get(other.viewer) ?? { pairs: [], most: 0 };
          shared.pairs.push({ mine: p, theirs: other.puddle, closeness, region });
          shared.most += closeness * Math.min(puddle.share, theirs.share);
          met.set(other.viewer, shared);
        }
      }
    });
    return strongest(viewer, known, met, keep);
  });
}

/** The `keep` strongest links. A link is worth no more than all its pairs together, so the others need not be worked out. */
function strongest(viewer: LinkedViewer, known: readonly LinkedViewer[], met: ReadonlyMap<number, { pairs: Pair[]; most: number }>, keep: number): ViewerLink[] {
  const links: ViewerLink[] = [];
  const weights: number[] = [];
  for (const [other, { pairs, most }] of [...met].sort(([a, x], [b, y]) => y.most - x.most || a - b)) {
    // A hair more, since the sums are rounded.
    if (most + 1e-9 < Math.max(neighbourConfig.fewestWeight, weights[keep - 1] ?? 0)) break;
    const found = link(viewer, known[other]!, pairs);
    if (found.weight < neighbourConfig.fewestWeight) continue;
    links.push(found);
    weights.splice(placeOf(weights, found.weight), 0, found.weight);
    weights.length = Math.min(weights.length, keep);
  }
  return links.sort((a, b) => b.weight - a.weight || (a.neighbour_id < b.neighbour_id ? -1 : 1)).slice(0, keep);
}

/** Where a weight belongs in a list that falls. */
function placeOf(weights: readonly number[], weight: number): number {
  const place = weights.findIndex((one) => one < weight);
  return place < 0 ? weights.length : place;
}

interface Pair {
  mine: number;
  theirs: number;
  closeness: number;
  region: string;
}

function link(viewer: LinkedViewer, other: LinkedViewer, pairs: readonly Pair[]): ViewerLink {
  const [mineLeft, theirsLeft] = [viewer.puddles.map((p) => p.share), other.puddles.map((p) => p.share)];
  const byRegion = new Map<string, number>();
  let weight = 0;
  // Of pairs equally close, the order must not depend on which viewer asks.
  const first = viewer.viewer_id < other.viewer_id;
  const order = ({ mine, theirs }: Pair) => (first ? mine * 64 + theirs : theirs * 64 + mine);
  for (const { mine, theirs, closeness, region } of pairs.toSorted((a, b) => b.closeness - a.closeness || order(a) - order(b))) {
    const given = Math.min(mineLeft[mine]!, theirsLeft[theirs]!);
    if (given <= 0) continue;
    mineLeft[mine]! -= given;
    theirsLeft[theirs]! -= given;
    weight += given * closeness;
    byRegion.set(region, (byRegion.get(region) ?? 0) + given * closeness);
  }
  const shared = [...byRegion].map(([region_id, part]) => ({ region_id, weight: part })).sort((a, b) => b.weight - a.weight);
  return { viewer_id: viewer.viewer_id, neighbour_id: other.viewer_id, weight, shared };
}

/** The distance between two centroids under which they are one taste; spreads widen it as they do for merging. */
function sharedWithin(a: LinkedPuddle, b: LinkedPuddle, calibration: SpaceCalibration): number {
  const [low, high] = a.spread <= b.spread ? [a.spread, b.spread] : [b.spread, a.spread];
  return distanceAt(neighbourConfig.sharedZ, centroidCalibration(centroidCalibration(calibration, low), high));
}

interface Group {
  region: string;
  members: Placed[];
  /** `[members × dim]` their centroids, one after another as they are compared. */
  rows: Float32Array;
}

/** The product of a centroid with a row, in four sums, as one would wait for itself at every step. */
function dotRow(a: Vector, rows: Float32Array, row: number): number {
  const dim = a.length;
  const at = row * dim;
  let p = 0, q = 0, r = 0, s = 0;
  let d = 0;
  for (; d + 3 < dim; d += 4) {
    p += a[d]! * rows[at + d]!;
    q += a[d + 1]! * rows[at + d + 1]!;
    r += a[d + 2]! * rows[at + d + 2]!;
    s += a[d + 3]! * rows[at + d + 3]!;
  }
  for (; d < dim; d++) p += a[d]! * rows[at + d]!;
  return p + q + (r + s);
}

function groupByRegion(viewers: readonly LinkedViewer[], regions: LinkOptions["regions"]): Group[] {
  const byRegion = regions.map((): Placed[] => []);
  viewers.forEach(({ puddles }, viewer) =>
    puddles.forEach(({ centroid, share }, puddle) => {
      if (share >= neighbourConfig.fewestShare) for (const r of nearest(centroid, regions)) byRegion[r]!.push({ viewer, puddle });
    }));
  const hash = viewers.map(({ viewer_id }) => hashText(viewer_id));
  return byRegion.flatMap((members, r) => {
    members.sort((a, b) => hash[a.viewer]! - hash[b.viewer]! || a.viewer - b.viewer || a.puddle - b.puddle);
    const groups = Math.ceil(members.length / neighbourConfig.group);
    const size = Math.ceil(members.length / groups);
    return Array.from({ length: groups }, (_, g): Group => {
      const own = members.slice(g * size, (g + 1) * size);
      const dim = regions[r]!.centroid.length;
      const rows = new Float32Array(own.length * dim);
      own.forEach(({ viewer, puddle }, m) => rows.set(viewers[viewer]!.puddles[puddle]!.centroid, m * dim));
      return { region: regions[r]!.id, members: own, rows };
    });
  });
}

function nearest(centroid: Vector, regions: LinkOptions["regions"]): number[] {
  return regions
    .map((region, r) => ({ r, similarity: dot(region.centroid, centroid) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, neighbourConfig.regionsEach)
    .map(({ r }) => r);
}
