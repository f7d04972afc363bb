import sharp from "sharp";
import { applyFinish } from "./finish.ts";
import type { Drawing } from "./style.ts";

// Several drawings are made at a time; threads within each would only get in the way of the others.
sharp.concurrency(1);

const view = (bytes: Buffer) => new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Drawings are made on a larger sheet than they are kept at: enough for a wall, and the first start waits for all of them. */
const scale = 0.82;
const svgDensity = 72 * scale;

interface Pixels {
  width: number;
  height: number;
  /** RGB, row by row. */
  values: Uint8ClampedArray;
}

/** Draws ground, SVG and finish, in that order. */
async function renderPixels({ width: sheetWidth, height: sheetHeight, ground, enlarge, svg, finish }: Drawing): Promise<Pixels> {
  const [width, height] = [Math.round(sheetWidth * scale), Math.round(sheetHeight * scale)];
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
    const over = sharp(Buffer.from(svg), { density: svgDensity }).resize(width, height, { fit: "fill" });
    if (pixels) layOver(pixels, view(await over.ensureAlpha().raw().toBuffer()));
    else pixels = view(await over.removeAlpha().raw().toBuffer());
  }
  if (!pixels) throw new Error("A drawing needs a ground or an SVG; this one has neither.");
  if (finish) applyFinish(pixels, width, height, finish);
  return { width, height, values: pixels };
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

/**
 * JPEG, since it is made in half and read in a third of the time WebP takes, and the first start waits for both; with its colours whole,
 * which flat drawings need. The service makes its own variants from it.
 */
export async function renderJpeg(drawing: Drawing): Promise<Buffer> {
  const { width, height, values } = await renderPixels(drawing);
  const source = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return sharp(source, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: "4:4:4" })
    .toBuffer();
}
