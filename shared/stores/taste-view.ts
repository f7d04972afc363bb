import type { z } from "zod";
import type { Image } from "#shared/contract/image.ts";
import { mostUnsafe } from "#shared/contract/safety.ts";
import type { DriftView, PuddleView, Settings, SuppressedView, TasteView } from "#shared/contract/taste.ts";
import { labelRegions } from "#shared/taste/region-labels.ts";
import { puddleWeight } from "#shared/taste/puddle.ts";
import { tasteShares } from "#shared/taste/shares.ts";
import { suppressionStrength } from "#shared/taste/suppression.ts";
import type { Puddle, Taste } from "#shared/taste/taste.ts";
import { sql, type Database, type Row } from "./database.ts";
import type { ImageStore } from "./image-store.ts";
import { placeOnMap, provisionalProjection } from "./map-projection.ts";
import type { Projection, RegionStore } from "./region-store.ts";
import type { VectorStore } from "./vector-store.ts";

export interface TasteViewParts {
  database: Database;
  images: Pick<ImageStore, "byIds">;
  vectors: Pick<VectorStore, "fetch">;
  regions: Pick<RegionStore, "all" | "projection">;
}

type Mark = TasteView["map"]["images"][number]["mark"];

/** Images on the map, and the events looked through for them. */
const mapImages = 150;
const eventsRead = 1_500;
const viewerTags = 8;

/** A viewer's taste as they see it. `stale` says that it is the last known one, while the node is away. */
export async function buildTasteView(
  { database, images, vectors, regions }: TasteViewParts,
  { taste, settings }: { taste: Taste; settings: Settings },
  { now, stale }: { now: number; stale: boolean },
): Promise<TasteView> {
  const [events, backdrop, stored] = await Promise.all([
    database.query(
      sql(
        `select event_id, kind, image_id, target from interactions
         where viewer_id = $1 order by viewer_seq desc limit $2`,
        taste.viewer_id, eventsRead,
      ),
    ),
    regions.all(taste.space),
    regions.projection(taste.space),
  ]);
  const marks = latestMarks(events, mapImages);
  const named = [
    ...taste.puddles.flatMap((puddle) => [puddle.medoid_image_id, ...puddle.recent.map((member) => member.image_id)]),
    ...taste.suppressed.map((region) => region.image_id),
  ];
  const [shown, places] = await Promise.all([
    images.byIds([...new Set([...named, ...marks.keys()])], mostUnsafe[settings.safety]),
    vectors.fetch(taste.space, [...marks.keys()]),
  ]);
  const imageOf = new Map(shown.map((image) => [image.id, image]));
  const dim = taste.user_vector?.length ?? taste.suppressed[0]?.centroid.length ?? places.values().next().value?.length ?? 0;
  const projection = stored ?? provisionalProjection(taste.space, dim);

  const puddles = puddleViews(taste, imageOf, projection, now);

  return {
    space: taste.space,
    offset: taste.offset,
    signals: taste.signals,
    stale,
    settings,
    user_vector: taste.user_vector && { ...placeOnMap(projection, taste.user_vector), tags: tagsOf(taste, imageOf, now) },
    puddles,
    suppressed: suppressedViews(taste, imageOf, projection, now),
    drift: driftView(taste, puddles, now),
    map: {
      images: [...marks].flatMap(([id, mark]) => {
        const image = imageOf.get(id);
        const vector = places.get(id);
        return image && vector ? [{ image, mark, ...placeOnMap(projection, vector) }] : [];
      }),
      backdrop: backdrop.map(({ label, size, x, y }) => ({ label, size, x, y })),
    },
  };
}

const liking = new Set(["like", "love", "save", "share"]);
const hiding = new Set(["hide", "less", "hate"]);

/** Each image's standing by the viewer's last word on it, newest first; what was taken back does not count. */
function latestMarks(newestFirst: readonly Row[], limit: number): Map<string, Mark> {
  const undone = new Set(newestFirst.filter((event) => event["kind"] === "undo").map((event) => event["target"]));
  const marks = new Map<string, Mark>();
  for (const event of newestFirst) {
    const id = event["image_id"] as string | null;
    if (id === null) continue;
    const kind = undone.has(event["event_id"]) ? "view" : (event["kind"] as string);
    const mark = liking.has(kind) ? "liked" : hiding.has(kind) ? "hidden" : "seen";
    if (!marks.has(id) ? marks.size < limit : marks.get(id) === "seen") marks.set(id, mark);
  }
  return marks;
}

function puddleViews(taste: Taste, imageOf: ReadonlyMap<string, Image>, projection: Projection, now: number): z.infer<typeof PuddleView>[] {
  const shares = new Map(tasteShares(taste, now).map(({ puddle_id, share }) => [puddle_id, share]));
  const labels = labelRegions(taste.puddles.map((puddle) => tagCounts(puddle, imageOf)), 2);
  return taste.puddles
    .map((puddle, i) => ({
      id: puddle.id,
      label: labels[i]!.join(" · "),
      share: shares.get(puddle.id) ?? 0,
      weight: puddleWeight(puddle, now),
      spread: puddle.spread,
      count: puddle.count,
      medoid: imageOf.get(puddle.medoid_image_id) ?? null,
      created_at: new Date(puddle.created_at).toISOString(),
      last_updated: new Date(puddle.last_updated).toISOString(),
      ...placeOnMap(projection, puddle.centroid),
    }))
    .sort((a, b) => b.share - a.share);
}

/** Only what still runs its course is told, and only of a puddle that is still there. */
function driftView({ drift }: Taste, puddles: readonly z.infer<typeof PuddleView>[], now: number): z.infer<typeof DriftView> | null {
  const puddle = puddles.find((one) => one.id === drift?.puddle_id);
  if (drift === null || puddle === undefined || now >= drift.until) return null;
  const says = drift.kind === "moved" ? `Your taste is moving: what you like around “${puddle.label}” lies elsewhere than it did` : `Your taste is moving toward “${puddle.label}”`;
  return { kind: drift.kind, puddle_id: puddle.id, since: new Date(drift.at).toISOString(), until: new Date(drift.until).toISOString(), says };
}

function suppressedViews(taste: Taste, imageOf: ReadonlyMap<string, Image>, projection: Projection, now: number): z.infer<typeof SuppressedView>[] {
  return taste.suppressed
    .map((region) => ({
      id: region.id,
      image: imageOf.get(region.image_id) ?? null,
      strength: suppressionStrength(region, now),
      radius: region.radius,
      last_updated: new Date(region.last_updated).toISOString(),
      ...placeOnMap(projection, region.centroid),
    }))
    .sort((a, b) => b.strength - a.strength);
}

/** What the puddle's recent images are called, each by the strength with which it was liked. */
function tagCounts(puddle: Puddle, imageOf: ReadonlyMap<string, Image>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { image_id, strength } of puddle.recent)
    for (const word of wordsOf(imageOf.get(image_id))) counts.set(word, (counts.get(word) ?? 0) + strength);
  return counts;
}

function wordsOf(image: Pick<Image, "style" | "tags"> | undefined): Set<string> {
  return new Set(image === undefined ? [] : [image.style, ...image.tags].filter((word) => word !== ""));
}

/** The words that weigh most in the viewer's taste as a whole; weights sum to one over all of the viewer's words. */
function tagsOf(taste: Taste, imageOf: ReadonlyMap<string, Image>, now: number): { tag: string; weight: number }[] {
  const weights = new Map<string, number>();
  for (const puddle of taste.puddles) {
    const counts = tagCounts(puddle, imageOf);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    for (const [tag, count] of counts) weights.set(tag, (weights.get(tag) ?? 0) + (puddleWeight(puddle, now) * count) / total);
  }
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights]
    .map(([tag, weight]) => ({ tag, weight: weight / all }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, viewerTags);
}
