import sharp from "sharp";
import { applyFinish } from "./finish.ts";
import type { Drawing } from "./style.ts";

const view = (bytes: Buffer) => new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Draws ground, SVG and finish, in that order. RGB, row by row. */
async function renderPixels({ width, height, ground, enlarge, svg, finish }: Drawing): Promise<Uint8ClampedArray> {
  let pixels: Uint8ClampedArray | undefined;
  if (ground) {
    const source = Buffer.from(ground.pixels.buffer, ground.pixels.byteOffset, ground.pixels.byteLength);
    const stretched = sharp(source, { raw: { width: ground.width, height: ground.height, channels: 3 } });
    if (ground.width !== width || ground.height !== height) {
      stretched.resize(width, height, { kernel: enlarge === "blocks" ? "nearest" : "cubic", fit: "fill" });
    }
    pixels = view(await stretched.raw().toBuffer());
  }
  if (svg) {
    const over = sharp(Buffer.from(svg));
    if (pixels) layOver(pixels, view(await over.ensureAlpha().raw().toBuffer()));
    else pixels = view(await over.removeAlpha().raw().toBuffer());
  }
  if (!pixels) throw new Error("A drawing needs a ground or an SVG; this one has neither.");
  if (finish) applyFinish(pixels, width, height, finish);
  return pixels;
}

function layOver(pixels: Uint8ClampedArray, over: Uint8ClampedArray): void {
  for (let i = 0, j = 0; j < over.length; i += 3, j += 4) {
    const alpha = over[j + 3]! / 255;
    if (alpha === 0) continue;
    pixels[i] = pixels[i]! * (1 - alpha) + over[j]! * alpha;
    pixels[i + 1] = pixels[i + 1]! * (1 - alpha) + over[j + 1]! * alpha;
    pixels[i + 2] = pixels[i + 2]! * (1 - alpha) + over[j + 2]! * alpha;
  }
}

/** Quality and effort are set for many small files quickly; the service makes its own variants from these. */
export async function renderWebp(drawing: Drawing): Promise<Buffer> {
  const pixels = await renderPixels(drawing);
  const source = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return sharp(source, { raw: { width: drawing.width, height: drawing.height, channels: 3 } })
    .webp({ quality: 88, effort: 1 })
    .toBuffer();
}
