import { readFile } from "node:fs/promises";
import { imagesIn, mediaTypeOf } from "#local/upload/image-folder.ts";
import { inParallel, uploadImage } from "#local/upload/upload-image.ts";
import type { Row } from "./report.ts";
import type { World } from "./world.ts";

const goalPerSecond = 15;
const width = 6;

/** The images of a folder, uploaded through the edge as `npm run ingest` does. */
export async function measureIngesting({ stack }: World, folder: string, atMost: number): Promise<Row> {
  const images = (await imagesIn(folder)).slice(0, atMost);
  if (images.length === 0) throw new Error(`--ingest ${folder}: holds no JPEG, PNG, WebP, GIF or AVIF`);
  const target = { url: stack.url, token: await stack.token(["operator"]) };
  const counts = { stored: 0, already_there: 0, held: 0, refused: 0 };
  const began = performance.now();
  await inParallel(images, width, async ({ name, path, labels }) => {
    const { outcome } = await uploadImage(target, new Uint8Array(await readFile(path)), mediaTypeOf(name)!, labels);
    counts[outcome]++;
  });
  const rate = (1000 * (counts.stored + counts.held)) / (performance.now() - began);
  return {
    what: "ingesting",
    figures: { images_per_s: rate, ...counts },
    goal: { says: `over ${goalPerSecond} images a second`, met: rate > goalPerSecond },
  };
}
