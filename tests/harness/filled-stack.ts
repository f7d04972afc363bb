import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawEntry, galleryEntries, type GalleryEntry } from "#local/gallery/gallery.ts";
import { startStack, type Stack, type StackOptions } from "#local/stack/stack.ts";
import { inParallel, uploadImage } from "#local/upload/upload-image.ts";

export interface FilledStack extends Stack {
  entries: GalleryEntry[];
  /** Stops it and forgets its data. */
  remove(): Promise<void>;
}

/**
 * A whole stack of its own in a new folder, with the first `images` of the gallery in it (which mixes styles evenly).
 * A port of the machine's choosing, so that several can run side by side.
 */
export async function startFilledStack(images: number, options: Partial<StackOptions> = {}): Promise<FilledStack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "miraveja-test-")));
  const stack = await startStack({ port: 0, ...options, dataDir });
  const entries = galleryEntries().slice(0, images);
  const token = await stack.token(["operator"]);
  await inParallel(entries, 4, async (entry) => {
    const { caption, style, tags, mood, creator } = entry;
    const result = await uploadImage({ url: stack.url, token }, new Uint8Array(await drawEntry(entry)), "image/jpeg", { caption, style, tags, mood, creator });
    if (result.outcome === "refused") throw new Error(`${entry.key}: ${result.why}`);
  });
  return {
    ...stack,
    entries,
    remove: async () => {
      await stack.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
