import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyse } from "../ingest/analyse.ts";
import { decodeImage } from "../ingest/decode.ts";
import { seerOf, type SeenVector } from "../ingest/see.ts";
import { asSharp, bytesOf, claimingPng, drawDiscs } from "../ingest/sample-images.ts";
import { builtinEncoder } from "../models/builtin-encoder.ts";
import { openClip } from "../models/clip/clip.ts";
import { writeClipFiles } from "../models/clip/shaped/clip-files.ts";
import { clipTiny } from "../models/clip/shaped/clip-shaped.ts";
import type { DecodedImage } from "../models/decoded-image.ts";
import { eyesEncoder } from "../models/eyes/eyes.ts";
import type { ImageEncoder } from "../models/image-encoder.ts";
import { openRegistry } from "../models/registry/registry.ts";
import { openVram, type Vram } from "../models/vram/vram.ts";
import { createEmbedder, type Embedder } from "./embedder.ts";

let dir: string;
let vram: Vram;
let clipImage: ImageEncoder;
let embedders: Record<"builtin" | "clip", Embedder>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "miraveja-embedder-"));
  await writeClipFiles(dir, "clip-tiny", clipTiny);
  vram = openVram({ device: { kind: "cpu", name: "processor", freeBytes: 8e9 }, log: () => undefined });
  const registry = await openRegistry({ dir, hub: { endpoint: "http://127.0.0.1:9", token: undefined } });
  clipImage = (await openClip({ model: "clip-tiny", registry, vram, log: () => undefined, threads: 1, providers: ["cpu"] })).image;
  embedders = { builtin: createEmbedder(builtinEncoder, { threads: 1 }), clip: createEmbedder(clipImage, { threads: 2 }) };
});
afterAll(async () => {
  await Promise.all(Object.values(embedders).map((embedder) => embedder.close()));
  await vram.close();
  await rm(dir, { recursive: true, force: true });
});

const furthest = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

/** Of eight colours, so that a palette of any container holds them exactly. */
function eightColours(seed: string, width: number, height: number): DecodedImage {
  const image = drawDiscs(seed, width, height);
  return { ...image, pixels: image.pixels.map((value) => (value < 128 ? 0 : 255)) };
}

/** One picture's pixels in every container that keeps them. */
const containers = (image: DecodedImage): Promise<[name: string, bytes: Uint8Array<ArrayBuffer>][]> =>
  Promise.all(
    Object.entries({
      "PNG": asSharp(image).png(),
      "interlaced PNG": asSharp(image).png({ progressive: true, compressionLevel: 1 }),
      "PNG with a palette": asSharp(image).png({ palette: true, effort: 1 }),
      "16-bit PNG": asSharp(image).toColourspace("rgb16").png(),
      "lossless WebP": asSharp(image).webp({ lossless: true }),
      "lossless AVIF": asSharp(image).avif({ lossless: true, effort: 0 }),
      "GIF": asSharp(image).gif({ dither: 0, effort: 1 }),
    }).map(async ([name, written]): Promise<[string, Uint8Array<ArrayBuffer>]> => [name, await bytesOf(written)]),
  );

/** The containers whose vector is further than 1e-4 from the first one's in any entry. */
const straying = (names: readonly string[], vectors: readonly Float32Array[]): string[] => names.filter((_, i) => !(furthest(vectors[i]!, vectors[0]!) < 1e-4));

describe.each(["builtin", "clip"] as const)("the embedder of the %s encoder", (name) => {
  const embed = (bytes: Uint8Array<ArrayBuffer>): Promise<Float32Array> => embedders[name].embed(bytes);

  it.each([[300, 300], [700, 420]])("gives the same pixels of %i × %i the same vector whatever the file's container", async (width, height) => {
    const files = await containers(eightColours("contained", width, height));
    const vectors = await Promise.all(files.map(([, bytes]) => embed(bytes)));
    expect(straying(files.map(([container]) => container), vectors)).toEqual([]);
  });

  it("gives a file the same vector alone and among others, each in its place", async () => {
    const files = await Promise.all(["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((seed) => bytesOf(asSharp(drawDiscs(seed, 240, 200)).webp())));
    const together = await Promise.all(files.map((bytes) => embed(bytes.slice())));
    for (const [i, bytes] of files.entries()) expect(furthest(await embed(bytes.slice()), together[i]!)).toBeLessThan(1e-4);
    expect(furthest(together[0]!, together[1]!)).toBeGreaterThan(1e-3);
  });

  it("refuses what is no image with its code, and goes on", async () => {
    const good = await bytesOf(asSharp(drawDiscs("good", 200)).png());
    const results = await Promise.allSettled([good.slice(), new TextEncoder().encode("no image"), claimingPng(30_000, 30_000), good.slice(0, 900), good.slice()].map(embed));
    expect(results.map((one) => (one.status === "fulfilled" ? "ok" : (one.reason as { code: string }).code))).toEqual([
      "ok", "image.not_an_image", "image.too_many_pixels", "image.corrupt", "ok",
    ]);
  });

  it("rejects with the signal's reason when aborted, and takes nothing beyond its bound", async () => {
    const gone = new Error("the client went away");
    const file = await bytesOf(asSharp(drawDiscs("aborted", 200)).png());
    await expect(embedders[name].embed(file.slice(), AbortSignal.abort(gone))).rejects.toBe(gone);
    const abort = new AbortController();
    const held = embedders[name].embed(file.slice(), abort.signal);
    abort.abort(gone);
    await expect(held).rejects.toBe(gone);
    const full = createEmbedder(builtinEncoder, { most: 0 });
    await expect(full.embed(file)).rejects.toMatchObject({ code: "busy" });
  });
});

describe("an embedded file", () => {
  it("has the vector that ingestion stores for it, to the bit", async () => {
    const jpeg = await bytesOf(asSharp(drawDiscs("ingested", 900, 700)).jpeg());
    expect(await embedders.builtin.embed(jpeg.slice())).toEqual(((await analyse(jpeg, [seerOf(builtinEncoder)])).views[0] as SeenVector).vector);
  });

  it("has the vector that the encoder gives its decoded pixels", async () => {
    const png = await bytesOf(asSharp(drawDiscs("decoded", 900, 700)).png());
    const { image } = await decodeImage(png);
    expect(furthest(await embedders.clip.embed(png.slice()), (await clipImage.encode([image]))[0]!)).toBeLessThan(1e-4);
  });
});

describe.each([builtinEncoder, eyesEncoder])("the encoder of $space", (encoder) => {
  it("gives the same pixels the same vector whatever the file's container, in batches of any size", async () => {
    const files = await containers(eightColours("contained", 320, 260));
    const decoded = await Promise.all(files.map(async ([, bytes]) => (await decodeImage(bytes)).image));
    const vectors = [...(await encoder.encode([decoded[0]!])), ...(await encoder.encode(decoded))];
    expect(straying(["PNG, alone", ...files.map(([container]) => container)], vectors)).toEqual([]);
  });
});
