import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import type { Sharp } from "sharp";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import type { DecodedImage } from "#gpu-node/models/decoded-image.ts";

/** Pictures for tests: a seeded sky of soft coloured discs with grain, so that every measure has something to see. */
export function drawDiscs(seed: string, width = 320, height = width): DecodedImage {
  const random = seededRandom(seed);
  const discs = Array.from({ length: 12 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (0.05 + 0.2 * random()) * Math.min(width, height),
    colour: [random() * 255, random() * 255, random() * 255] as const,
  }));
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const top = discs.findLast((disc) => Math.hypot(disc.x - x, disc.y - y) < disc.radius);
      const grain = 4 * drawNormal(random);
      const colour = top?.colour ?? [90, 120, 60 + (150 * y) / height];
      for (let c = 0; c < 3; c++) pixels[i + c] = Math.min(255, Math.max(0, colour[c]! + grain));
    }
  }
  return { width, height, pixels };
}

export const asSharp = ({ width, height, pixels }: DecodedImage): Sharp => sharp(pixels, { raw: { width, height, channels: 3 } });

/** An unpacked array over its own memory, as a request body gives it. */
export const bytesOf = async (image: Sharp): Promise<Uint8Array<ArrayBuffer>> => Uint8Array.from(await image.toBuffer());

/** A PNG of 8-bit RGB whose header claims `width × height`, with hardly any data behind it. */
export function claimingPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    out.set(body, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Uint8Array.from(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(64))), chunk("IEND", Buffer.alloc(0))]),
  );
}
