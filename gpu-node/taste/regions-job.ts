import { setImmediate as nextTurn } from "node:timers/promises";
import { hashText, seededRandom, shuffled, type Random } from "#shared/kernel/random.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { cosineDistance, type Vector } from "#shared/kernel/vector.ts";
import { sql, type Database } from "#shared/stores/database.ts";
import type { ImageFacts, ImageStore } from "#shared/stores/image-store.ts";
import { placeOnMap, projectionOf } from "#shared/stores/map-projection.ts";
import type { DrawnRegion, Projection, RegionStore } from "#shared/stores/region-store.ts";
import { readableTasteOf } from "#shared/stores/taste-store.ts";
import { distanceAt, type SpaceCalibration } from "#shared/taste/calibration.ts";
import { endOfDay } from "#shared/taste/collective/as-of.ts";
import { puddleWeight } from "#shared/taste/puddle.ts";
import { assignRegion, clusterRegionsInSteps, keepRegionIds, type Region, type RegionPoint, type Regions } from "#shared/taste/regions.ts";
import { tasteConfig } from "#shared/taste/taste-config.ts";
import type { ImageMemory } from "./image-memory.ts";
import { nameRegions } from "./region-names.ts";
import { inStretches } from "./in-stretches.ts";

export interface RegionsJobParts {
  database: Database;
  images: Pick<ImageStore, "idsAfter">;
  memory: ImageMemory;
  regions: RegionStore;
  calibration: SpaceCalibration;
  clock: Clock;
}

/** Images that are clustered; the rest are given to the region they lie nearest to. */
const sampled = 20_000;
/** Vectors the map's axes are taken from: enough for two axes, and short enough not to hold the node up. */
const mapSample = 1_000;
const viewersRead = 500;
/** Weight of all puddles together against that of all images. */
const puddleShare = 0.5;
const topImages = 12;
const readBatch = 1_000;
/** Fewer images than this make no regions. */
export const fewestImages = 24;

export function regionCount(images: number): number {
  return Math.min(64, Math.max(8, Math.round(1.2 * Math.sqrt(images))));
}

/**
 * Draws the regions of the space anew from its images and its viewers' puddles, and stores them with the map. It works in
 * short stretches and lets others run in between; nothing is kept of a run that broke off. What is drawn depends on the database and
 * the day alone: the dice are seeded, and everything is taken in the order of ids. Regions keep the ids of those they continue.
 */
export async function drawRegions(parts: RegionsJobParts, signal?: AbortSignal): Promise<{ regions: number; images: number }> {
  const { memory, regions: store, calibration } = parts;
  const { space } = calibration;
  const random = seededRandom(`regions of ${space}`);
  const known = await readImages(parts, random);
  if (known.images.length < fewestImages) return { regions: 0, images: known.images.length };

  const points = [...known.images.map(imagePoint), ...(await puddlePoints(parts, known.images.length))];
  const drawn = await inStretches(clusterRegionsInSteps(points, regionCount(known.images.length), random));
  signal?.throwIfAborted();
  const before = await store.all(space);
  const taken = new Set(before.map(({ id }) => id));
  const named = await nameRegions(space, drawn.regions, taggedShares(known.images, drawn));
  const regions = keepRegionIds(before, named, distanceAt(tasteConfig.spawnZ, calibration), (index) => newId(drawn.regions[index]!, taken));

  const regionOfImage = new Map(known.images.map(({ facts }, i) => [facts.id, regions[drawn.assignment[i]!]!.id]));
  await assignRest(parts, known.rest, regions, regionOfImage);
  const builtFrom = before.reduce((sum, region) => sum + region.size, 0);
  const keptMap = regionOfImage.size < 2 * builtFrom ? await store.projection(space) : undefined;
  const projection = keptMap ?? projectionOf(known.images.slice(0, mapSample).map((image) => image.vector));
  await store.replace(space, describeRegions(regions, known.images, drawn, regionOfImage, projection), regionOfImage, projection);
  memory.forgetFacts();
  return { regions: regions.length, images: regionOfImage.size };
}

interface KnownImage {
  facts: ImageFacts;
  vector: Vector;
}

/** A random sample of the images with their vectors, and the ids of all others. */
async function readImages({ images, memory }: RegionsJobParts, random: Random): Promise<{ images: KnownImage[]; rest: string[] }> {
  const ids: string[] = [];
  for (let seq = 0; ; ) {
    const batch = await images.idsAfter(seq, readBatch);
    ids.push(...batch.map(({ id }) => id));
    if (batch.length < readBatch) break;
    seq = batch.at(-1)!.seq;
  }
  const order = shuffled(ids.sort(), random);
  const found: KnownImage[] = [];
  for (let from = 0; from < Math.min(order.length, sampled); from += readBatch) {
    const stretch = order.slice(from, Math.min(from + readBatch, sampled));
    const [facts, vectors] = await Promise.all([memory.facts(stretch), memory.vectors(stretch)]);
    for (const id of stretch) if (facts.has(id) && vectors.has(id)) found.push({ facts: facts.get(id)!, vector: vectors.get(id)! });
  }
  return { images: found, rest: order.slice(sampled) };
}

function imagePoint({ facts, vector }: KnownImage): RegionPoint {
  return { vector, weight: 1, tags: [facts.style, ...facts.tags].filter((tag) => tag !== "") };
}

/** Of each region's images, how many have a style or tags; the puddles, which come after the images, are not asked. */
function taggedShares(images: readonly KnownImage[], { regions, assignment }: Regions): number[] {
  const counts = regions.map(() => ({ all: 0, tagged: 0 }));
  images.forEach(({ facts }, i) => {
    const count = counts[assignment[i]!]!;
    count.all++;
    if (facts.style !== "" || facts.tags.length > 0) count.tagged++;
  });
  return counts.map(({ all, tagged }) => (all === 0 ? 0 : tagged / all));
}

/** The puddles of the viewers who were here last. */
async function puddlePoints({ database, calibration, clock }: RegionsJobParts, imageCount: number): Promise<RegionPoint[]> {
  const rows = await database.query(
    sql(
      `select state, encode(vectors, 'base64') as vectors from tastes where space = $1
       order by (state ->> 'updated_at')::float8 desc, viewer_id limit $2`,
      calibration.space, viewersRead,
    ),
  );
  const asOf = endOfDay(clock());
  const puddles = rows
    .flatMap((row) => readableTasteOf(row) ?? [])
    .sort((a, b) => (a.viewer_id < b.viewer_id ? -1 : 1))
    .flatMap((taste) => taste.puddles.map((puddle) => ({ centroid: puddle.centroid, weight: puddleWeight(puddle, asOf) })));
  const total = puddles.reduce((sum, puddle) => sum + puddle.weight, 0);
  const scale = total > 0 ? Math.min(1, (puddleShare * imageCount) / total) : 0;
  return puddles.map((puddle) => ({ vector: puddle.centroid, weight: scale * puddle.weight, tags: [] }));
}

/** Named after where it lies, so that the same region drawn elsewhere has the same name. */
function newId({ centroid }: Region, taken: Set<string>): string {
  const name = `r${hashText(centroid.join(" ")).toString(36)}`;
  let id = name;
  for (let next = 2; taken.has(id); next++) id = `${name}-${next}`;
  taken.add(id);
  return id;
}

async function assignRest({ memory }: RegionsJobParts, rest: readonly string[], regions: readonly Region[], regionOfImage: Map<string, string>): Promise<void> {
  for (let from = 0; from < rest.length; from += readBatch) {
    for (const [id, vector] of await memory.vectors(rest.slice(from, from + readBatch))) {
      const nearest = assignRegion(vector, regions);
      if (nearest) regionOfImage.set(id, nearest.region.id);
    }
    await nextTurn();
  }
}

function describeRegions(
  regions: readonly Region[],
  images: readonly KnownImage[],
  { assignment }: Regions,
  regionOfImage: ReadonlyMap<string, string>,
  projection: Projection,
): DrawnRegion[] {
  const sizes = new Map<string, number>();
  for (const id of regionOfImage.values()) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return regions.flatMap((region, r) => {
    const size = sizes.get(region.id) ?? 0;
    // A region of puddles alone holds nothing to show.
    if (size === 0) return [];
    const top = images
      .filter((_, i) => assignment[i] === r)
      .map(({ facts, vector }) => ({ id: facts.id, merit: 0.2 * facts.quality - cosineDistance(region.centroid, vector) }))
      .sort((a, b) => b.merit - a.merit || (a.id < b.id ? -1 : 1))
      .slice(0, topImages);
    return [
      {
        id: region.id, label: region.labels.slice(0, 2).join(" · "), size, centroid: region.centroid,
        ...placeOnMap(projection, region.centroid), top_image_ids: top.map(({ id }) => id),
      },
    ];
  });
}
