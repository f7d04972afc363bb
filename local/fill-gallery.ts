import { drawEntry, galleryEntries } from "./gallery/gallery.ts";
import { progress } from "./say.ts";
import { inParallel, uploadImage, type UploadTarget } from "./upload/upload-image.ts";

/** Draws the project's own gallery and brings it in. Images drawn before are the same bytes and are not stored again. */
export async function fillGallery(target: UploadTarget, signal: AbortSignal): Promise<number> {
  const entries = galleryEntries();
  const bar = progress("Drawing the gallery", entries.length);
  try {
    await inParallel(entries, 4, async (entry) => {
      signal.throwIfAborted();
      const { caption, style, tags, mood, creator } = entry;
      const drawn = await drawEntry(entry);
      const result = await uploadImage(target, new Uint8Array(drawn), "image/webp", { caption, style, tags, mood, creator });
      if (result.outcome === "refused") throw new Error(`gallery image ${entry.key}: ${result.why}`);
      bar.advance();
    });
  } finally {
    bar.stop();
  }
  return entries.length;
}
