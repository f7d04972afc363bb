import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawDiscs } from "#gpu-node/ingest/sample-images.ts";
import type { LogEvent } from "../../runtime/log.ts";
import type { DecodedImage } from "../decoded-image.ts";
import { openRegistry } from "../registry/registry.ts";
import { openVram, type Vram } from "../vram/vram.ts";
import { openClip, type Clip } from "./clip.ts";
import { writeClipFiles } from "./shaped/clip-files.ts";
import { clipTiny } from "./shaped/clip-shaped.ts";

const events: LogEvent[] = [];
const log = (event: LogEvent): void => void events.push(event);
const hub = { endpoint: "http://127.0.0.1:9", token: undefined };
let dir: string;
let vram: Vram;
let clip: Clip;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "miraveja-clip-"));
  await writeClipFiles(dir, "clip-tiny", clipTiny);
  vram = openVram({ device: { kind: "cpu", name: "processor", freeBytes: 8e9 }, log });
  clip = await openClip({ model: "clip-tiny", registry: await openRegistry({ dir, hub }), vram, log, threads: 1, providers: ["cpu"] });
});
afterAll(async () => {
  await vram.close();
  await rm(dir, { recursive: true, force: true });
});

const furthest = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const pictures = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map((seed) => drawDiscs(seed, 200 + 8 * seed.charCodeAt(0) - 700));

describe("a network of CLIP's shape", () => {
  it("gives vectors of its dimension and of length one, blank, tiny and elongated pictures included", async () => {
    const blank = (width: number, height: number): DecodedImage => ({ width, height, pixels: new Uint8Array(width * height * 3).fill(9) });
    for (const vector of await clip.image.encode([blank(224, 224), blank(16, 16), drawDiscs("wide", 640, 16), drawDiscs("tall", 16, 640)])) {
      expect(vector.length).toBe(clipTiny.dim);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    }
  });

  it("gives a picture the same vector alone, in a batch of any size and beside any neighbours, in the order asked", async () => {
    const together = await clip.image.encode(pictures);
    for (const [i, picture] of pictures.entries()) expect(furthest((await clip.image.encode([picture]))[0]!, together[i]!)).toBeLessThan(1e-4);
    const backwards = await clip.image.encode(pictures.toReversed());
    for (const [i, vector] of backwards.toReversed().entries()) expect(furthest(vector, together[i]!)).toBeLessThan(1e-4);
    expect(furthest(together[0]!, together[1]!)).toBeGreaterThan(1e-2);
  });

  it("gives a text the same vector alone and beside longer ones, whatever its capitals and spaces, and none to an empty one", async () => {
    const texts = ["the cat", "a photo of the dog and the cat and the dog", "x", "", "  The   CAT "];
    const together = await clip.text.encode(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await clip.text.encode([text]);
      if (alone === undefined) expect(together[i]).toBeUndefined();
      else expect(furthest(alone, together[i]!)).toBeLessThan(1e-4);
    }
    expect(together[3]).toBeUndefined();
    expect(furthest(together[0]!, together[4]!)).toBe(0);
    expect(furthest(together[0]!, together[1]!)).toBeGreaterThan(1e-2);
  });

  it("takes a text of any length", async () => {
    const [long] = await clip.text.encode(["the dog and the cat ".repeat(200)]);
    expect(Math.hypot(...long!)).toBeCloseTo(1, 5);
  });

  it("takes more pictures than may wait at once", async () => {
    const small = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#80a0c0" } }).raw().toBuffer();
    const one = { width: 32, height: 32, pixels: new Uint8Array(small) };
    const vectors = await clip.image.encode(new Array<DecodedImage>(600).fill(one));
    expect(vectors).toHaveLength(600);
  });

  it("refuses a picture that was not made fit, and goes on with its neighbours", async () => {
    const fit = new Uint8Array(3 * 224 * 224).fill(80);
    const results = await Promise.allSettled([fit, new Uint8Array(3), fit].map((picture) => clip.image.encodeFitted(picture)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("is on the books of the memory, and the log says once what each tower computes with", async () => {
    await clip.text.encode(["the cat"]);
    expect(vram.view().holdings.map(({ name, role, state }) => [name, role, state])).toEqual([
      ["clip-tiny/image", "image-encoder", "loaded"],
      ["clip-tiny/text", "text-encoder", "loaded"],
    ]);
    const opened = events.filter(({ event }) => event === "onnx.opened");
    expect(opened).toMatchObject([{ model: "clip-tiny/image", provider: "cpu", threads: 1 }, { model: "clip-tiny/text", provider: "cpu" }]);
  });

  it("is told apart from another network by its space", async () => {
    const other = await mkdtemp(join(tmpdir(), "miraveja-clip-"));
    await writeClipFiles(other, "clip-tiny", clipTiny, "another seed");
    await using memory = new AsyncDisposableStack();
    memory.defer(() => rm(other, { recursive: true, force: true }));
    const books = openVram({ device: { kind: "cpu", name: "processor", freeBytes: 8e9 }, log });
    memory.defer(() => books.close());
    const another = await openClip({ model: "clip-tiny", registry: await openRegistry({ dir: other, hub }), vram: books, log, providers: ["cpu"] });
    expect(another.image.space).not.toBe(clip.image.space);
    expect(clip.text.space).toBe(clip.image.space);
  });
});
