import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { galleryEntries } from "#local/gallery/gallery.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { seededRandom } from "#shared/kernel/random.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { Mood } from "#shared/contract/image.ts";
import { measuredArt, measuredGallery, vectorOf } from "./image-cache.ts";
import type { Measured } from "./image-cache.ts";

export const dataSets = ["gallery", "art"] as const;
export type DataSet = (typeof dataSets)[number];

/** When simulated time begins for the viewers under test; the warm population lived before. */
export const startMs = Date.UTC(2027, 0, 11, 0, 0, 0);

export interface SimImage {
  /** Place in the catalogue. */
  index: number;
  id: string;
  style: string;
  tags: readonly string[];
  mood: Mood | null;
  creator: string;
  phash: string;
  quality: number;
  created_at: number;
  /** Liked more or less than its tastes alone would say, by everyone; 1 on average. Known to no policy. */
  appeal: number;
  /** Came after the warm population's time: nobody has seen it yet. */
  isNew: boolean;
}

/** Labelled images and their vectors. `vectors` is `[images × dim] float32`, unit rows, in memory that threads share. */
export interface Catalogue {
  data: DataSet;
  space: string;
  dim: number;
  images: SimImage[];
  vectors: Float32Array<SharedArrayBuffer>;
}

/** Share of the catalogue that is new to everyone. */
const newShare = 0.08;
const ageSpreadMs = 90 * dayMs;

export const artFolder = resolve("../shared/art");
const Labels = z.array(z.object({ file: z.string(), style: z.string(), scene: z.string(), tags: z.array(z.string()) }));

export const artIsThere = (): boolean => existsSync(join(artFolder, "labels.json"));

/** Reads, or on the first run draws and encodes, one set of images. */
export async function loadCatalogue(data: DataSet, cacheFolder: string, signal: AbortSignal): Promise<Catalogue> {
  if (data === "gallery") {
    const entries = galleryEntries();
    const known = await measuredGallery(cacheFolder, signal);
    return catalogueOf(data, entries.map(({ key, style, tags, mood, creator }) => ({ id: key, style, tags, mood, creator })), known);
  }
  const entries = Labels.parse(JSON.parse(await readFile(join(artFolder, "labels.json"), "utf8")));
  const known = await measuredArt(cacheFolder, artFolder, entries.map(({ file }) => file), signal);
  // The artist is the style, and the two images of one say nothing of a viewer's taste, so no cap by creator applies.
  return catalogueOf(data, entries.map(({ file, style, tags }) => ({ id: file, style, tags, mood: null, creator: "" })), known);
}

type Labelled = Pick<SimImage, "id" | "style" | "tags" | "mood" | "creator">;

function catalogueOf(data: DataSet, labelled: readonly Labelled[], known: ReadonlyMap<string, Measured>): Catalogue {
  const { space, dim } = nodeEncoder;
  const vectors = new Float32Array(new SharedArrayBuffer(labelled.length * dim * 4));
  const random = seededRandom(`the ages and appeal of ${data}`);
  const images = labelled.map((labels, index): SimImage => {
    const one = known.get(labels.id)!;
    vectors.set(vectorOf(one), index * dim);
    const isNew = random() < newShare;
    const ageMs = isNew ? random() * dayMs : dayMs + random() * ageSpreadMs;
    return { ...labels, index, phash: one.phash, quality: one.quality, created_at: startMs - Math.round(ageMs), appeal: 0.7 + 0.6 * random(), isNew };
  });
  return { data, space, dim, images, vectors };
}

export function rowOf({ vectors, dim }: Pick<Catalogue, "vectors" | "dim">, index: number): Vector {
  return vectors.subarray(index * dim, (index + 1) * dim);
}
