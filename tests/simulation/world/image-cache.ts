import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createAnalyst } from "#gpu-node/ingest/analyst.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { drawEntry, galleryEntries } from "#local/gallery/gallery.ts";
import { progress } from "#local/say.ts";
import { inParallel } from "#local/upload/upload-image.ts";
import { base64Decode, base64Encode } from "#shared/kernel/base64.ts";

/** What the node measures in an image: all that a simulation needs of its pixels. */
export interface Measured {
  key: string;
  phash: string;
  quality: number;
  /** Base64 of `[dim] float32`, little-endian, unit. */
  vector: string;
}

/** An image not yet measured: its name and where its bytes come from. */
export interface Unmeasured {
  key: string;
  bytes: () => Promise<Buffer>;
}

const threads = 2;

/**
 * The images' measures by key, from `file` (JSON lines) where they are kept and from the node's own analysis otherwise. Each line
 * is written when it is known, so an interrupted run goes on where it stopped; a line torn by the interruption is measured again.
 */
export async function measured(file: string, images: readonly Unmeasured[], label: string, signal: AbortSignal): Promise<Map<string, Measured>> {
  const known = new Map<string, Measured>();
  for (const line of (await readFile(file, "utf8").catch(() => "")).split("\n")) {
    const one = readLine(line);
    if (one) known.set(one.key, one);
  }
  const missing = images.filter(({ key }) => !known.has(key));
  if (missing.length === 0) return known;

  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, [...known.values()].map((one) => `${JSON.stringify(one)}\n`).join(""));
  await using analyst = createAnalyst({ threads });
  const bar = progress(label, images.length, known.size);
  try {
    await inParallel(missing, threads + 1, async ({ key, bytes }) => {
      signal.throwIfAborted();
      const { phash, quality, seen } = await analyst.analyse(new Uint8Array(await bytes()), { signal });
      const { vector } = seen[0]!;
      const one = { key, phash, quality, vector: base64Encode(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)) };
      known.set(key, one);
      await appendFile(file, `${JSON.stringify(one)}\n`);
      bar.advance();
    });
  } finally {
    bar.stop();
  }
  return known;
}

export function vectorOf({ vector }: Measured): Float32Array {
  return new Float32Array(base64Decode(vector).buffer);
}

/** The gallery's images; the file's name changes with the encoder and with any line of the code that draws. */
export async function measuredGallery(folder: string, signal: AbortSignal): Promise<Map<string, Measured>> {
  const drawing = new URL("../../../local/gallery/", import.meta.url);
  const sources = (await readdir(drawing, { recursive: true })).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  const texts = await Promise.all(sources.map((name) => readFile(new URL(name, drawing))));
  const images = galleryEntries().map((entry) => ({ key: entry.key, bytes: () => drawEntry(entry) }));
  return measured(cacheFile(folder, "gallery", texts), images, "Drawing and encoding the gallery", signal);
}

/** The images of a folder of labelled art. */
export async function measuredArt(folder: string, artFolder: string, files: readonly string[], signal: AbortSignal): Promise<Map<string, Measured>> {
  const images = files.map((key) => ({ key, bytes: () => readFile(join(artFolder, key)) }));
  return measured(cacheFile(folder, "art", files), images, "Encoding the art", signal);
}

function cacheFile(folder: string, name: string, contents: readonly (string | Buffer)[]): string {
  const digest = createHash("sha256");
  for (const content of contents) digest.update(content).update("\0");
  return join(folder, nodeEncoder.space, `${name}-${digest.digest("hex").slice(0, 12)}.jsonl`);
}

function readLine(line: string): Measured | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as Measured);
  } catch {
    return undefined;
  }
}
