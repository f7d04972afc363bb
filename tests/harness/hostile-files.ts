import { crc32, deflateRawSync, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import type { FailureCode } from "#shared/contract/failures.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";

export interface HostileFile {
  name: string;
  /** What becomes of it: it is taken as an image of this size, or refused. */
  expected: { width: number; height: number } | FailureCode;
  bytes(): Promise<Uint8Array> | Uint8Array;
}

/** A picture no other call makes: soft blotches with grain. */
function drawn(seed: string, width = 240, height = 180): Sharp {
  const random = seededRandom(`hostile ${seed}`);
  const blotches = Uint8Array.from({ length: 8 * 6 * 3 }, () => 128 + 60 * drawNormal(random));
  return sharp(blotches, { raw: { width: 8, height: 6, channels: 3 } }).resize(width, height, { kernel: "cubic", fit: "fill" });
}

const whole = { width: 240, height: 180 };
const formats = ["jpeg", "png", "webp", "gif", "avif"] as const;
const extension = { jpeg: "jpg", png: "png", webp: "webp", gif: "gif", avif: "avif" } as const;

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** An eight-bit RGB PNG of zeros, packed to a thousandth of their size: all it promises, or the first 64 MiB of it. */
function paddedPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const data = deflateSync(Buffer.alloc(Math.min(64 * 1024 * 1024, height * (1 + 3 * width))), { level: 9 });
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), pngChunk("IHDR", header), pngChunk("IDAT", data), pngChunk("IEND", Buffer.alloc(0))]);
}

/** A text chunk that unpacks to far more than the picture itself. */
async function pngWithLongText(bytes: number): Promise<Buffer> {
  const png = await drawn("long text").png().toBuffer();
  const text = Buffer.concat([Buffer.from("Comment\0\0", "latin1"), deflateSync(Buffer.alloc(bytes, "a"), { level: 9 })]);
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, end), pngChunk("zTXt", text), png.subarray(end)]);
}

/** A ZIP archive of one file, as archives are found: by what stands at their end. */
function zip(name: string, content: string): Buffer {
  const [data, packed] = [Buffer.from(content), deflateRawSync(Buffer.from(content))];
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), common, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const script = "<html><script>alert(document.cookie)</script></html>";

/** Frames of noise, one above the other as sharp takes them. */
function animation(frames: number): Sharp {
  const random = seededRandom("frames");
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 * frames }, () => 256 * random());
  return sharp(pixels, { raw: { width: 64, height: 64 * frames, channels: 3, pageHeight: 64 } });
}

const linkingSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200">' +
  '<!DOCTYPE svg [<!ENTITY passwd SYSTEM "file:///etc/passwd">]><image xlink:href="http://127.0.0.1:1/steal" width="200" height="200"/><text>&passwd;</text></svg>';

/** Files that are built to hurt whoever opens them, or that are merely odd. Every one is made here, byte by byte or by sharp. */
export const hostileFiles: readonly HostileFile[] = [
  ...formats.map((format): HostileFile => ({
    name: `cut-short.${extension[format]}`, expected: "image.corrupt",
    bytes: async () => {
      const file = await drawn(`cut ${format}`).toFormat(format).toBuffer();
      return file.subarray(0, Math.floor(0.6 * file.length));
    },
  })),
  ...formats.map((format): HostileFile => ({
    name: `only-a-header.${extension[format]}`, expected: "image.corrupt",
    bytes: async () => (await drawn(`header ${format}`).toFormat(format).toBuffer()).subarray(0, 40),
  })),
  { name: "gif-that-is-a-page.gif", expected: whole, bytes: async () => Buffer.concat([await drawn("gif page").gif().toBuffer(), Buffer.from(script)]) },
  { name: "page-that-says-gif.gif", expected: "image.corrupt", bytes: () => Buffer.from(`GIF89a/*${script}*/=1;`) },
  { name: "jpeg-that-is-an-archive.jpg", expected: whole, bytes: async () => Buffer.concat([await drawn("archive").jpeg().toBuffer(), zip("run.sh", "#!/bin/sh\nexit 1\n")]) },
  { name: "png-with-a-script-behind.png", expected: whole, bytes: async () => Buffer.concat([await drawn("behind").png().toBuffer(), Buffer.from(script)]) },
  {
    name: "jpeg-with-a-script-in-its-comment.jpg", expected: whole,
    bytes: async () => {
      const jpeg = await drawn("comment").jpeg().toBuffer();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(script.length + 2);
      return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, Buffer.from(script), jpeg.subarray(2)]);
    },
  },
  { name: "archive.png", expected: "image.not_an_image", bytes: () => zip("picture.png", "no picture") },
  // 900 megapixels by its header, and 22 that are all there.
  { name: "bomb.png", expected: "image.too_many_pixels", bytes: () => paddedPng(30_000, 30_000) },
  { name: "heavy.png", expected: { width: 6_400, height: 3_400 }, bytes: () => paddedPng(6_400, 3_400) },
  { name: "long-text.png", expected: whole, bytes: () => pngWithLongText(64 * 1024 * 1024) },
  { name: "print-colours.jpg", expected: whole, bytes: () => drawn("cmyk").toColourspace("cmyk").jpeg().toBuffer() },
  { name: "sixteen-bits.png", expected: whole, bytes: () => drawn("16 bit").toColourspace("rgb16").png().toBuffer() },
  { name: "moving.webp", expected: { width: 64, height: 64 }, bytes: () => animation(12).webp({ delay: Array.from({ length: 12 }, () => 50), loop: 0 }).toBuffer() },
  { name: "moving.gif", expected: { width: 64, height: 64 }, bytes: () => animation(7).gif({ delay: Array.from({ length: 7 }, () => 50), loop: 0 }).toBuffer() },
  { name: "one-pixel.png", expected: "image.too_small", bytes: () => sharp({ create: { width: 1, height: 1, channels: 3, background: "#fff" } }).png().toBuffer() },
  { name: "a-line.png", expected: "image.too_small", bytes: () => sharp({ create: { width: 20_000, height: 1, channels: 3, background: "#fff" } }).png().toBuffer() },
  { name: "a-long-strip.png", expected: "image.too_large", bytes: () => sharp({ create: { width: 20_000, height: 20, channels: 3, background: "#fff" } }).png().toBuffer() },
  { name: "links-elsewhere.svg", expected: "image.not_an_image", bytes: () => Buffer.from(linkingSvg) },
  { name: "links-elsewhere.png", expected: "image.not_an_image", bytes: () => Buffer.from(linkingSvg) },
  { name: "nothing.jpg", expected: "image.empty", bytes: () => new Uint8Array() },
  { name: "a-png-called.jpg", expected: whole, bytes: () => drawn("called jpg").png().toBuffer() },
  { name: "a-tiff-called.png", expected: "image.not_an_image", bytes: () => drawn("tiff").tiff().toBuffer() },
  { name: "a-program.webp", expected: "image.not_an_image", bytes: () => Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(4_000)]) },
];
