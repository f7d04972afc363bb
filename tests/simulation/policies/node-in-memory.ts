import { regionCount } from "#gpu-node/taste/regions-job.ts";
import { freshKept, popularKept } from "#gpu-node/taste/gallery-now.ts";
import type { PageInputParts } from "#gpu-node/taste/page-input.ts";
import type { RegionsNow } from "#gpu-node/taste/region-memory.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom, shuffled } from "#shared/kernel/random.ts";
import { clusterRegions } from "#shared/taste/regions.ts";
import type { InteractionKind } from "#shared/taste/signal.ts";
import type { ImageFacts } from "#shared/stores/image-store.ts";
import { rowOf, startMs } from "../world/catalogue.ts";
import type { World } from "../world/world.ts";
import { collectiveOf } from "./collective-in-memory.ts";
import type { Collective } from "./collective-in-memory.ts";
import { nearestUnseen } from "./nearest.ts";

/** Strength of each kind of event when popularity is counted, as the image store's query has it. */
const popularity: Partial<Record<InteractionKind, number>> = { love: 1.5, save: 1.2, share: 1.2, like: 1, dwell: 0.2, open: 0.2 };

/** The node's stores and memories over a world. */
export interface NodeInMemory {
  parts: Omit<PageInputParts, "collective">;
  regionsNow: RegionsNow;
  collective: Collective;
  /** By image id, its place in the catalogue. */
  indexOf: ReadonlyMap<string, number>;
}

const made = new WeakMap<World, NodeInMemory>();

/** What the node's stores would answer, from the world in memory; worked out once a world. */
export function nodeInMemory(world: World): NodeInMemory {
  const node = made.get(world) ?? makeNode(world);
  made.set(world, node);
  return node;
}

function makeNode(world: World): NodeInMemory {
  const { catalogue, seed } = world;
  const { images } = catalogue;
  const random = seededRandom(`regions ${seed}`);
  const points = images.map(({ index, style, tags }) => ({ vector: rowOf(catalogue, index), weight: 1, tags: [style, ...tags] }));
  const { regions, assignment } = clusterRegions(points, regionCount(images.length), random);
  const regionOf = Array.from(assignment, (r) => regions[r]!.id);
  const members = new Map(regions.map(({ id }) => [id, shuffled(images.filter(({ index }) => regionOf[index] === id).map((image) => image.id), random)]));
  const indexOf = new Map(images.map(({ id, index }) => [id, index]));
  const facts = new Map(images.map((image): [string, ImageFacts] => [image.id, {
    id: image.id, creator: image.creator, style: image.style, tags: [...image.tags], mood: image.mood, phash: image.phash,
    quality: image.quality, created_at: image.created_at, unsafe: 0, duplicate_of: null, region_id: regionOf[image.index]!,
  }]));
  const newest = images.toSorted((a, b) => b.created_at - a.created_at).map(({ id }) => id);
  const popular = popularThisWeek(world);
  const parts: NodeInMemory["parts"] = {
    calibration: world.calibration,
    images: { newestBut: (exclude, limit) => {
      const barred = new Set(exclude);
      return Promise.resolve(newest.filter((id) => !barred.has(id)).slice(0, limit));
    } },
    memory: {
      facts: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, facts.get(id)!]))),
      vectors: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, rowOf(catalogue, indexOf.get(id)!)]))),
      forgetFacts: () => undefined, forget: () => undefined,
      held: { vectors: images.length, facts: images.length },
    },
    vectors: {
      search: (_space, queries, { limit, exclude }) => {
        const barred = new Set(exclude);
        return Promise.resolve(queries.map((query) =>
          nearestUnseen(catalogue, query, limit, (index) => barred.has(images[index]!.id)).map((index) => ({ image_id: images[index]!.id, distance: 0 })),
        ));
      },
    },
    gallery: {
      fresh: () => Promise.resolve(newest.slice(0, freshKept)),
      popular: () => Promise.resolve(popular),
      inMood: () => Promise.resolve([]),
    },
  };
  const labelOf = new Map(regions.map(({ id, labels }) => [id, labels.slice(0, 2).join(" · ")]));
  const regionsNow = { regions: regions.map((region) => ({ ...region, label: labelOf.get(region.id)!, x: 0, y: 0, top_image_ids: [], activity: 1, drying: false, offered: 0, welcomed: 0 })), members, labelOf, replacedAt: startMs };
  return { parts, regionsNow, indexOf, collective: collectiveOf(world, regions, regionOf) };
}

/** Of one viewer on one image the strongest event counts, over the last seven days before the start. */
function popularThisWeek({ warm, catalogue: { images } }: World): ReadonlyMap<string, number> {
  const score = new Float64Array(images.length);
  for (const { slots } of warm)
    for (const { image, at, reaction } of slots)
      if (at >= startMs - 7 * dayMs) score[image]! += Math.max(0, ...reaction.map(({ kind }) => popularity[kind] ?? 0));
  const ranked = [...score.keys()].sort((a, b) => score[b]! - score[a]! || images[b]!.quality - images[a]!.quality).slice(0, popularKept);
  const most = Math.max(1, score[ranked[0]!]!);
  return new Map(ranked.map((index) => [images[index]!.id, score[index]! / most]));
}
