import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { encodeTaste } from "#shared/taste/codec.ts";
import type { Taste } from "#shared/taste/taste.ts";
import { MemoryGallery } from "./memory-gallery.ts";
import type { Row } from "./report.ts";

const goalBytes = 48 * 1_024;
const puddles = 16;
const suppressed = 4;
const held = 400;

/** Stored bytes of a viewer's taste, and what memory grows by for each taste that is held. */
export function measureTasteSize(): Row[] {
  const gallery = new MemoryGallery(512);
  gallery.growTo(1_000);
  const most = gallery.taste(64, "v", 32);
  const usual = gallery.taste(puddles, "v", suppressed);
  const bytes = storedBytes(usual);
  return [
    {
      what: "stored taste, 512 dimensions",
      figures: { kb: bytes / 1_024, most_kb: storedBytes(most) / 1_024 },
      goal: { says: "under 48 KB", met: bytes < goalBytes },
      note: `${puddles} puddles and ${suppressed} suppressed regions, state as JSON text and vectors; most: ${most.puddles.length} and ${most.suppressed.length}`,
    },
    {
      what: "memory per viewer",
      figures: { at_128_kb: heldBytes(new MemoryGallery(128)) / 1_024, at_512_kb: heldBytes(gallery) / 1_024 },
      note: `heap and buffers grown by holding ${held} tastes of ${puddles} puddles, after collection; a node holds up to 2,000`,
    },
  ];
}

function storedBytes(taste: Taste): number {
  const { state, vectors } = encodeTaste(taste);
  return Buffer.byteLength(JSON.stringify(state)) + vectors.byteLength;
}

function heldBytes(gallery: MemoryGallery): number {
  gallery.growTo(1_000);
  gallery.taste(puddles);
  const before = bytesAfterCollection();
  const tastes = Array.from({ length: held }, (_, n) => gallery.taste(puddles, `viewer ${n}`));
  const after = bytesAfterCollection();
  return (after - before) / tastes.length;
}

function bytesAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let pass = 0; pass < 3; pass++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
