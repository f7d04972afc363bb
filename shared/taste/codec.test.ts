import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import { decodeTaste, encodeTaste } from "./codec.ts";
import type { TasteState } from "./codec.ts";
import { foldLog } from "./fold.ts";
import { anyLog, testSpace, testStart, testVector } from "#tests/simulation/simulated-log.ts";
import { tasteConfig } from "./taste-config.ts";
import { emptyTaste } from "./taste.ts";
import type { Taste } from "./taste.ts";

describe("a stored taste", () => {
  it("comes back exactly, through JSON and bytes", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const taste = foldLog("v", testSpace.space, log, testVector, testSpace);
        const { state, vectors } = encodeTaste(taste);
        const stored = { state: JSON.parse(JSON.stringify(state)) as TasteState, vectors: Uint8Array.from(vectors) };
        expect(decodeTaste(stored)).toEqual(taste);
      }),
    );
  });

  it("comes back from bytes that start at an odd place of a larger buffer", () => {
    const taste = { ...emptyTaste("v", "s"), user_vector: unit([1, 2, 3]) };
    const { state, vectors } = encodeTaste(taste);
    const larger = new Uint8Array(vectors.length + 1);
    larger.set(vectors, 1);
    expect(decodeTaste({ state, vectors: larger.subarray(1) })).toEqual(taste);
  });

  it("takes under 48 KB with 16 full puddles at 512 dimensions", () => {
    const random = seededRandom(1);
    const uuid = () => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", () => Math.floor(random() * 16).toString(16));
    const vector = () => unit(Array.from({ length: 512 }, () => drawNormal(random)));
    const recent = () => Array.from({ length: tasteConfig.recentMembers }, (_, i) => ({ image_id: uuid(), at: testStart + i * 977, strength: 0.2773 }));
    const taste: Taste = {
      ...emptyTaste(uuid(), "clip-vit-b32-openai-1"), offset: 12_345, signals: 2_345, updated_at: testStart, user_vector: vector(),
      puddles: Array.from({ length: 16 }, (_, i) => ({
        id: `p${10_000 + i}`, centroid: vector(), medoid_image_id: uuid(), weight: 10 * random(), spread: random(), count: 120,
        created_at: testStart, last_updated: testStart + i, recent: recent(),
      })),
      suppressed: [{ id: "s12345", image_id: uuid(), centroid: vector(), spread: random(), radius: random(), strength: random(), last_updated: testStart }],
    };
    const { state, vectors } = encodeTaste(taste);
    expect(Buffer.byteLength(JSON.stringify(state)) + vectors.byteLength).toBeLessThan(48 * 1024);
  });

  it("is refused when its parts do not belong together or its version is unknown", () => {
    const { state, vectors } = encodeTaste({ ...emptyTaste("v", "s"), user_vector: unit([1, 2, 3]) });
    expect(() => decodeTaste({ state, vectors: vectors.subarray(4) })).toThrow(/8 bytes of vectors where 1 rows of 3/);
    expect(() => decodeTaste({ state: { ...state, version: 2 } as unknown as TasteState, vectors })).toThrow(/version 2/);
  });
});
