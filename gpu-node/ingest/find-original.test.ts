import { describe, expect, it } from "vitest";
import type { ImageFacts } from "#shared/stores/image-store.ts";
import { copyLimits, findOriginal } from "./find-original.ts";

const calibration = { space: "test", dim: 2, distance: { mean: 0.7, sd: 0.1 } };
const near = 0.9 * copyLimits.distance * calibration.distance.mean;
const far = 1.1 * copyLimits.distance * calibration.distance.mean;
const hash = "0123456789abcdef";
/** Differs from `hash` in so many bits. */
const off = (bits: number): string => (BigInt(`0x${hash}`) ^ ((1n << BigInt(bits)) - 1n)).toString(16).padStart(16, "0");

type Stored = Pick<ImageFacts, "id" | "phash" | "created_at" | "duplicate_of"> & { distance: number };

async function originalAmong(...stored: Stored[]): Promise<string | null> {
  return findOriginal(
    {
      calibration,
      vectors: { search: (_space, _queries, { exclude = [] }) => Promise.resolve([stored.filter(({ id }) => !exclude.includes(id)).map(({ id, distance }) => ({ image_id: id, distance }))]) },
      memory: { facts: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, stored.find((one) => one.id === id) as unknown as ImageFacts]))) },
    },
    { id: "new", phash: hash, vector: Float32Array.of(1, 0) },
  );
}
const one = (more: Partial<Stored> = {}): Stored => ({ id: "old", phash: off(copyLimits.bits), distance: near, created_at: 5, duplicate_of: null, ...more });

describe("the original of an image", () => {
  it("is the stored one whose hash and vector are both all but the same", async () => {
    expect(await originalAmong(one())).toBe("old");
    expect(await originalAmong(one({ phash: off(copyLimits.bits + 1) }))).toBeNull();
    expect(await originalAmong(one({ distance: far }))).toBeNull();
    expect(await originalAmong()).toBeNull();
  });

  it("is the first stored of several, and never a copy itself", async () => {
    expect(await originalAmong(one({ id: "later", created_at: 9 }), one({ id: "first", created_at: 1 }))).toBe("first");
    expect(await originalAmong(one({ duplicate_of: "root" }))).toBe("root");
  });

  it("is not the image itself, stored a second time", async () => {
    expect(await originalAmong(one({ id: "new", distance: 0, phash: hash }))).toBeNull();
  });
});
