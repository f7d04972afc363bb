import { appendFile, readFile } from "node:fs/promises";
import { drawEntry, galleryEntries } from "./gallery/gallery.ts";
import { progress } from "./say.ts";
import { inParallel, uploadImage, type UploadTarget } from "./upload/upload-image.ts";

/**
 * Draws the project's own gallery and brings it in. `storedFile` notes what is in, so that a start after an interruption
 * draws only the rest; an image whose note was lost is drawn to the same bytes and is not stored again.
 */
export async function fillGallery(target: UploadTarget, storedFile: string, signal: AbortSignal): Promise<void> {
  const stored = new Set((await readFile(storedFile, "utf8").catch(() => "")).split("\n"));
  const entries = galleryEntries();
  const missing = entries.filter(({ key }) => !stored.has(key));
  const bar = progress("Drawing the gallery", entries.length, entries.length - missing.length);
  try {
    await inParallel(missing, 4, async (entry) => {
      signal.throwIfAborted();
      const { key, caption, style, tags, mood, creator } = entry;
      const bytes = new Uint8Array(await drawEntry(entry));
      const result = await uploadImage(target, bytes, "image/jpeg", { caption, style, tags, mood, creator }, signal);
      if (result.outcome === "refused") throw new Error(`gallery image ${key}: ${result.why}`);
      await appendFile(storedFile, `${key}\n`);
      bar.advance();
    });
  } finally {
    bar.stop();
  }
}
