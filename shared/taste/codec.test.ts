import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import { decodeTaste, encodeTaste } from "./codec.ts";
import type { TasteState } from "./codec.ts";
import { foldLog } from "./fold.ts";
import type { TasteEvent } from "./signal.ts";
import { anyLog, testSpace, testStart, testVector } from "#tests/simulation/simulated-log.ts";
import { tasteConfig } from "./taste-config.ts";
import { emptyTaste } from "./taste.ts";

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

  it("takes under 48 KB with 16 full puddles at 512 dimensions and a few suppressed regions", () => {
    const random = seededRandom(1);
    const dim = 512;
    const uuid = () => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", () => Math.floor(random() * 16).toString(16));
    const direction = () => Array.from({ length: dim }, () => drawNormal(random));
    const centres = Array.from({ length: 20 }, direction);
    const vectors = new Map<string, Vector>();
    const log = Array.from({ length: 600 }, (_, i): TasteEvent => {
      const style = i % 20;
      const image_id = uuid();
      vectors.set(image_id, unit(centres[style]!.map((x) => x + 0.6 * drawNormal(random))));
      const said = style >= 16 ? { kind: "hide" as const } : i % 3 === 0 ? { kind: "dwell" as const, value: 3_000 + 15_000 * random() } : { kind: "like" as const };
      return { viewer_seq: i + 1, event_id: uuid(), image_id, at: testStart + i * 61_007, ...said };
    });
    const space = { space: "clip-vit-b32-openai-1", dim, distance: { mean: 1, sd: 0.1 } };
    const taste = foldLog(uuid(), space.space, log, (id) => vectors.get(id), space);
    expect(taste.puddles.map((puddle) => puddle.recent.length)).toEqual(Array.from({ length: 16 }, () => tasteConfig.recentMembers));
    expect(taste.suppressed.length).toBeGreaterThanOrEqual(4);
    const { state, vectors: bytes } = encodeTaste(taste);
    expect(Buffer.byteLength(JSON.stringify(state)) + bytes.byteLength).toBeLessThan(48 * 1024);
    expect(decodeTaste({ state, vectors: bytes })).toEqual(taste);
  });

  it("gives ids of any form back as they were", () => {
    const ids = fc.oneof(fc.uuid(), fc.string(), fc.uuid().map((id) => id.toUpperCase()));
    fc.assert(
      fc.property(fc.array(ids, { minLength: 1, maxLength: 5 }), (images) => {
        const log = images.map((image_id, i): TasteEvent => ({ viewer_seq: i + 1, event_id: `e${i}`, kind: "like", image_id, at: testStart }));
        const taste = foldLog("v", testSpace.space, log, () => testVector("0-0"), testSpace);
        expect(decodeTaste(encodeTaste(taste))).toEqual(taste);
      }),
    );
  });

  it("is refused when its parts do not belong together or its version is unknown", () => {
    const { state, vectors } = encodeTaste({ ...emptyTaste("v", "s"), user_vector: unit([1, 2, 3]) });
    expect(() => decodeTaste({ state, vectors: vectors.subarray(4) })).toThrow(/8 bytes of vectors where 12 belong/);
    expect(() => decodeTaste({ state: { ...state, version: 1 } as unknown as TasteState, vectors })).toThrow(/version 1; this build reads version 2/);
  });
});
