import { createHash } from "node:crypto";
import { decodeImage } from "#gpu-node/ingest/decode.ts";
import { drawVariants } from "#gpu-node/ingest/variants.ts";
import { eyesEncoder, eyesText } from "#gpu-node/models/eyes/eyes.ts";
import { drawEntry, type GalleryEntry } from "#local/gallery/gallery.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { Database } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import type { SearchParts } from "#edge/search/search-images.ts";
import { harmless } from "./harmless.ts";

export interface SeenImage {
  id: string;
  entry: GalleryEntry;
  vector: Vector;
}

export type Labels = Pick<GalleryEntry, "caption" | "style" | "tags" | "mood" | "creator">;

/** Draws the entries and stores them, called what `labelled` says, as the edge and the node would, seen by the dual encoder that ships with the project. */
export async function seenGallery(database: Database, entries: readonly GalleryEntry[], labelled: (entry: GalleryEntry) => Labels = (entry) => entry): Promise<SeenImage[]> {
  const seen: SeenImage[] = [];
  for (const entry of entries) {
    const bytes = new Uint8Array(await drawEntry(entry));
    const { width, height, image } = await decodeImage(bytes);
    const [vector] = await eyesEncoder.encode([(await drawVariants(image)).smallest]);
    const id = uuidOfDigest(createHash("sha256").update(bytes).digest());
    const { caption, style, tags, mood, creator } = labelled(entry);
    await imageStore(database).insert({
      id, width, height, caption, style, tags, mood, creator, thumbhash: "AAAA", phash: "0".repeat(16), colour: "#808080", quality: 0.5, media_type: "image/webp", ...harmless,
    });
    seen.push({ id, entry, vector: vector! });
  }
  await pgvectorStore(database).upsert(eyesEncoder.space, seen.map(({ id, vector }) => ({ image_id: id, vector })));
  return seen;
}

/** What `textVectors` gives with the encoder's own text tower behind the node. */
export const readByEyes: SearchParts["textVectors"] = async (_space, text) => {
  const [vector] = await eyesText.encode([text]);
  return vector === undefined ? "unread" : { vector, farthest: eyesText.calibration.mean - 1.5 * eyesText.calibration.sd };
};
