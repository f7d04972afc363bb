import type { CollectiveMemory, Reception } from "#gpu-node/collective/collective-memory.ts";
import type { Region } from "#shared/taste/regions.ts";
import { findBridges } from "#shared/taste/collective/bridges.ts";
import { findCommunities } from "#shared/taste/collective/communities.ts";
import { linkViewers } from "#shared/taste/collective/neighbours.ts";
import type { LinkedViewer, ViewerLink } from "#shared/taste/collective/neighbours.ts";
import { fitTogether, togetherScores } from "#shared/taste/collective/together.ts";
import type { SpokenFor, TogetherLinks } from "#shared/taste/collective/together.ts";
import { countTransitions, nextAfter, regionGraph, sumTransitions } from "#shared/taste/collective/transitions.ts";
import type { TransitionCounts, Visit } from "#shared/taste/collective/transitions.ts";
import { applyEvents } from "#shared/taste/fold.ts";
import { tasteShares } from "#shared/taste/shares.ts";
import { signalStrength } from "#shared/taste/signal.ts";
import type { TasteEvent } from "#shared/taste/signal.ts";
import { emptyTaste } from "#shared/taste/taste.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { isLike } from "../viewer-model.ts";
import { rowOf, startMs } from "../world/catalogue.ts";
import type { LoggedSlot } from "../world/warm-log.ts";
import type { World } from "../world/world.ts";

/** What is known of a viewer under test when the night's jobs run. */
export interface Tonight {
  viewer: string;
  taste: Taste;
  history: readonly LoggedSlot[];
  now: number;
}

/** What a memory may be made deaf to, to measure its worth. */
export type Unheard = "together" | "transition" | "neighbour" | "bridge";

/** What viewers tell about each other, drawn from the warm population by the project's own functions, once for a world. */
export interface Collective {
  /** A memory for one viewer under test; `night` runs the nightly jobs for them. */
  memoryFor(viewer: string, unheard?: Unheard): { memory: CollectiveMemory; night: (tonight: Tonight) => void };
}

const neighbourImagesKept = 120;
const bridgeImagesKept = 60;
const fewestBackers = 2;

export function collectiveOf(world: World, regions: readonly Region[], regionOf: readonly string[]): Collective {
  const { catalogue: { images }, warm, calibration } = world;
  const idOf = (index: number) => images[index]!.id;
  const links: TogetherLinks = world.links ?? linksOfWarm(world);
  const exposures = new Map<string, Reception>();
  for (let i = 0; i < images.length; i++) if (world.shown[i]! > 0) exposures.set(idOf(i), { offered: world.shown[i]!, welcomed: world.likes[i]! });

  const visits = new Map(warm.map(({ viewer, slots }) => [viewer.id, visitsOf(slots, idOf, regionOf)]));
  const everyone = sumTransitions([...visits.values()].map((own) => countTransitions(own, startMs))).counts;
  const graph = regionGraph(regions, calibration);

  const people = warm.map(({ viewer, slots }) => linkedViewer(viewer.id, tasteOf(world, viewer.id, slots), startMs));
  const options = { calibration, regions };
  const communities = findCommunities(linkViewers(people, options));
  const communityOf = new Map(communities.flatMap(({ members }, c) => members.map((member) => [member, `c${c}`] as const)));
  const moves = new Map<string, TransitionCounts>(communities.map(({ members }, c) => [`c${c}`, sumTransitions(members.map((member) => countTransitions(visits.get(member)!, startMs))).counts]));
  const likedBy = new Map(warm.map(({ viewer, slots }) => [viewer.id, likedIn(slots).map(idOf)]));
  const bridges = findBridges(likersByCommunity(likedBy, communityOf), new Map(communities.map(({ members }, c) => [`c${c}`, members.length])));

  return {
    memoryFor(viewer, unheard) {
      let own: TransitionCounts = new Map();
      let community: string | undefined;
      let neighbours: string[] = [];
      let bridging: string[] = [];
      return {
        memory: {
          togetherFor: (judged, limit = 100) => Promise.resolve(unheard === "together" ? new Map<string, SpokenFor>() : togetherScores(links, judged, limit)),
          neighbourImages: () => Promise.resolve(unheard === "neighbour" ? [] : neighbours),
          bridgeImages: () => Promise.resolve(unheard === "bridge" ? [] : bridging),
          transitionsFor: (_viewer, recent) => Promise.resolve(unheard === "transition" ? new Map<string, number>() : nextAfter(recent, { viewer: own, community: moves.get(community ?? ""), everyone }, (from) => graph.get(from))),
          blendPrior: () => Promise.resolve(undefined),
          exposures: (ids) => Promise.resolve(new Map([...ids].flatMap((id) => (exposures.has(id) ? [[id, exposures.get(id)!] as const] : [])))),
          forget: () => undefined,
        },
        night({ taste, history, now }) {
          own = countTransitions(visitsOf(history, idOf, regionOf), now);
          const mine = linkViewers([linkedViewer(viewer, taste, now), ...people], { ...options, only: new Set([viewer]) });
          community = strongestCommunity(mine, communityOf);
          neighbours = backedImages(mine, likedBy).slice(0, neighbourImagesKept);
          bridging = bridges.filter(({ community_ids }) => community !== undefined && community_ids.includes(community)).slice(0, bridgeImagesKept).map(({ image_id }) => image_id);
        },
      };
    },
  };
}

/** Links by who likes what among the warm population. */
export function linksOfWarm({ warm, catalogue: { images } }: Pick<World, "warm" | "catalogue">): TogetherLinks {
  const likes = warm.flatMap(({ viewer, slots }) =>
    slots.flatMap(({ image, at, reaction }) => reaction.filter(({ kind }) => isLike(kind)).map((one) => ({ viewer_id: viewer.id, image_id: images[image]!.id, strength: signalStrength(one), at }))),
  );
  return fitTogether(likes, { asOf: startMs });
}

/** A warm viewer's taste at the start, folded from their whole log. */
function tasteOf(world: World, viewer: string, slots: readonly LoggedSlot[]): Taste {
  const { catalogue, calibration } = world;
  const indexOf = new Map(slots.map(({ image }) => [catalogue.images[image]!.id, image]));
  let viewer_seq = 0;
  const events = slots.flatMap(({ image, at, reaction }) => reaction.map((one): TasteEvent => {
    viewer_seq++;
    return { viewer_seq, event_id: `${viewer}-${viewer_seq}`, image_id: catalogue.images[image]!.id, at, ...one };
  }));
  return applyEvents(emptyTaste(viewer, calibration.space), events, (id) => rowOf(catalogue, indexOf.get(id)!), calibration);
}

function linkedViewer(viewer_id: string, taste: Taste, now: number): LinkedViewer {
  const shares = new Map(tasteShares(taste, now).map(({ puddle_id, share }) => [puddle_id, share]));
  return { viewer_id, puddles: taste.puddles.map(({ id, centroid, spread }) => ({ centroid, spread, share: shares.get(id)! })) };
}

function visitsOf(slots: readonly LoggedSlot[], idOf: (index: number) => string, regionOf: readonly string[]): Visit[] {
  return slots.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind))).map(({ image, at }) => ({ region_id: regionOf[image]!, image_id: idOf(image), at }));
}

function likedIn(slots: readonly LoggedSlot[]): number[] {
  return slots.filter(({ reaction }) => reaction.some(({ kind }) => isLike(kind))).map(({ image }) => image);
}

function likersByCommunity(likedBy: ReadonlyMap<string, readonly string[]>, communityOf: ReadonlyMap<string, string>): Map<string, Map<string, number>> {
  const likers = new Map<string, Map<string, number>>();
  for (const [viewer, liked] of likedBy) {
    const community = communityOf.get(viewer);
    if (community === undefined) continue;
    for (const image of liked) {
      const counts = likers.get(image) ?? new Map<string, number>();
      likers.set(image, counts.set(community, (counts.get(community) ?? 0) + 1));
    }
  }
  return likers;
}

function strongestCommunity(links: readonly ViewerLink[], communityOf: ReadonlyMap<string, string>): string | undefined {
  const weights = new Map<string, number>();
  for (const { neighbour_id, weight } of links) {
    const community = communityOf.get(neighbour_id);
    if (community !== undefined) weights.set(community, (weights.get(community) ?? 0) + weight);
  }
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Images that at least two neighbours liked, by the neighbours' weights. */
function backedImages(links: readonly ViewerLink[], likedBy: ReadonlyMap<string, readonly string[]>): string[] {
  const backing = new Map<string, { weight: number; backers: number }>();
  for (const { neighbour_id, weight } of links)
    for (const image of likedBy.get(neighbour_id) ?? []) {
      const so = backing.get(image) ?? { weight: 0, backers: 0 };
      backing.set(image, { weight: so.weight + weight, backers: so.backers + 1 });
    }
  return [...backing].filter(([, { backers }]) => backers >= fewestBackers).sort((a, b) => b[1].weight - a[1].weight || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
}
