import { randomUUID } from "node:crypto";
import { openVram } from "#gpu-node/models/vram/vram.ts";
import type { ServiceParts } from "#gpu-node/services.ts";
import type { InteractionKind } from "#shared/contract/interaction.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit, type Vector } from "#shared/kernel/vector.ts";
import type { Database } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { interactionLog, type NewEvent } from "#shared/stores/interaction-log.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { digestOfViewer } from "#shared/stores/viewer-digest.ts";
import { calibrate, type SpaceCalibration } from "#shared/taste/calibration.ts";
import { harmless } from "../harness/harmless.ts";

/** Nothing is loaded here, and no models are known. */
export const noModels: Pick<ServiceParts, "models" | "vram"> = {
  models: { dir: "", list: () => Promise.resolve([]), locate: () => Promise.reject(new Error("unused")), pull: () => Promise.reject(new Error("unused")) },
  vram: openVram({ device: { kind: "cpu", name: "test", freeBytes: 0 }, log: () => undefined }),
};

export interface MadeImage {
  id: string;
  style: string;
  vector: Vector;
}

export interface World {
  images: MadeImage[];
  byStyle: Map<string, MadeImage[]>;
  calibration: SpaceCalibration;
}

/**
 * A gallery of made-up styles: images of one style lie together, in a space of its own. Written to the stores as the edge
 * and the node would.
 */
export async function makeWorld(database: Database, { space = "test-world", styles = 12, perStyle = 30, dim = 32, creators = 60, ids = [] as readonly string[] } = {}): Promise<World> {
  const random = seededRandom(space);
  const direction = (): Vector => unit(Float32Array.from({ length: dim }, () => drawNormal(random)));
  const images: MadeImage[] = [];
  for (let s = 0; s < styles; s++) {
    const centre = direction();
    for (let i = 0; i < perStyle; i++) {
      const vector = unit(Float32Array.from(centre, (value) => value + (0.45 * drawNormal(random)) / Math.sqrt(dim)));
      images.push({ id: ids[images.length] ?? randomUUID(), style: `style-${s}`, vector });
    }
  }
  const store = imageStore(database);
  await pgvectorStore(database).upsert(space, images.map(({ id, vector }) => ({ image_id: id, vector })));
  for (const [i, { id, style }] of images.entries())
    await store.insert({
      id, width: 800, height: 600, caption: "", style, tags: [style], mood: null, creator: `creator-${i % creators}`,
      thumbhash: "AAAA", colour: "#808080", quality: 0.3 + 0.6 * random(), media_type: "image/webp", ...harmless,
      phash: Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join(""),
    });
  const byStyle = Map.groupBy(images, (image) => image.style);
  return { images, byStyle, calibration: calibrate(space, images.map((image) => image.vector), random) };
}

export function event(kind: NewEvent["kind"], more: Partial<NewEvent> = {}): NewEvent {
  return { event_id: randomUUID(), kind, image_id: null, value: null, target: null, page_id: null, slot: null, at: Date.now(), ...more };
}

/** Appends as the edge does; the viewer's place in their log afterwards. */
export async function append(database: Database, viewerId: string, events: NewEvent[]): Promise<number> {
  return (await interactionLog(database).append(viewerId, events, await digestOfViewer(viewerId))).offset;
}

export function on(kind: InteractionKind, images: readonly MadeImage[], at = Date.now()): NewEvent[] {
  return images.map((image, i) => event(kind, { image_id: image.id, at: at + i * 1_000 }));
}
