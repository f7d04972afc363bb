import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance, unit, type Vector } from "#shared/kernel/vector.ts";
import { anyLog, bits, testLog, testSpace, testVector } from "#tests/simulation/simulated-log.ts";
import type { SpaceCalibration } from "./calibration.ts";
import { decodeTaste, encodeTaste } from "./codec.ts";
import { applyEvents, foldLog, imagesNeeded, needsHistory, needsRebuild } from "./fold.ts";
import { describeMove, imagesMoved } from "./move.ts";
import { signalStrength, type TasteEvent } from "./signal.ts";
import { emptyTaste, type Taste } from "./taste.ts";

/** Another space of the same images, of fewer dimensions and another geometry. */
const there: SpaceCalibration = { space: "test-2", dim: 16, distance: { mean: 1, sd: 0.25 } };
const vectors = new Map<string, Vector>();
const random = seededRandom("another space");
for (let style = 0; style < 5; style++) {
  const centre = Array.from({ length: there.dim }, () => drawNormal(random));
  for (let n = 0; n < 8; n++) vectors.set(`${style}-${n}`, unit(centre.map((x) => x + 0.3 * drawNormal(random))));
}
const vectorThere = (id: string) => vectors.get(id);

const foldHere = (log: readonly TasteEvent[]) => foldLog("v", testSpace.space, log, testVector, testSpace);
const foldThere = (log: readonly TasteEvent[]) => foldLog("v", there.space, log, vectorThere, there);

/** The log cut in two, an entry between them that moves what the first part comes to. */
function moved(log: readonly TasteEvent[], cut: number, target = describeMove(foldHere(log.slice(0, cut)), there.space)): TasteEvent[] {
  const [head, tail] = [log.slice(0, cut), log.slice(cut)];
  const entry: TasteEvent = { viewer_seq: head.length + 1, event_id: "move", kind: "move", target, at: head.at(-1)?.at ?? 0 };
  return [...head, entry, ...tail.map((event) => ({ ...event, viewer_seq: event.viewer_seq + 1 }))];
}

/** What a node does with a batch. */
function observe(taste: Taste, batch: readonly TasteEvent[], log: readonly TasteEvent[]): Taste {
  if (needsRebuild(taste, batch)) return foldThere(log.filter(({ viewer_seq }) => viewer_seq <= Math.max(...batch.map((event) => event.viewer_seq))));
  return applyEvents(taste, batch, vectorThere, there, { history: needsHistory(taste, batch) ? log : [] });
}

const withoutUndo = anyLog.map((log) => log.filter(({ kind }) => kind !== "undo").map((event, i) => ({ ...event, viewer_seq: i + 1 })));

describe("a taste moved to another space", () => {
  it("is the fold of its log from nothing, to the bit, whatever the batching, undo included", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(60), fc.array(fc.integer({ min: 1, max: 9 })), (events, cut, sizes) => {
        const log = moved(events, Math.min(cut, events.length));
        let taste = emptyTaste("v", there.space);
        let from = 0;
        for (const size of [...sizes, log.length]) {
          taste = decodeTaste(encodeTaste(observe(taste, log.slice(from, from + size), log)));
          from += size;
        }
        expect(bits(taste)).toBe(bits(foldThere(log)));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps every puddle under its id, with its weight and members, around their vectors over there", () => {
    fc.assert(
      fc.property(withoutUndo, (events) => {
        const [before, after] = [foldHere(events), foldThere(moved(events, events.length))];
        expect(after.puddles.map(({ id }) => id)).toEqual(before.puddles.map(({ id }) => id));
        for (const [i, puddle] of after.puddles.entries()) {
          const { weight, count, recent, created_at, last_updated } = before.puddles[i]!;
          expect(puddle).toMatchObject({ weight, count, recent, created_at, last_updated });
          expect(puddle.centroid).toHaveLength(there.dim);
          expect(recent.map(({ image_id }) => image_id)).toContain(puddle.medoid_image_id);
          for (const { image_id } of recent)
            expect(cosineDistance(puddle.centroid, vectorThere(puddle.medoid_image_id)!)).toBeLessThanOrEqual(cosineDistance(puddle.centroid, vectorThere(image_id)!));
        }
        expect(after.suppressed.map(({ id, strength }) => ({ id, strength }))).toEqual(before.suppressed.map(({ id, strength }) => ({ id, strength })));
        expect([after.signals, after.updated_at, after.drift]).toEqual([before.signals, before.updated_at, before.drift]);
      }),
    );
  });

  it("asks for no vector but those the log and the entry name, and for none of the space it came from", () => {
    fc.assert(
      fc.property(withoutUndo, (events) => {
        const log = moved(events, events.length);
        const needed = imagesNeeded(emptyTaste("v", there.space), log.filter((event) => signalStrength(event) !== 0 || event.kind === "move"));
        const asked = (id: string) => (needed.has(id) ? vectorThere(id) : expect.fail(`${id} was asked for`));
        expect(bits(foldLog("v", there.space, log, asked, there))).toBe(bits(foldThere(log)));
      }),
    );
    const log = moved(testLog({ kind: "like", image_id: "0-0" }), 1);
    expect(() => foldLog("v", there.space, log, testVector, there)).toThrow(/dimensions/);
  });

  it("changes nothing in the space it came from, nor in a third", () => {
    fc.assert(
      fc.property(withoutUndo, fc.nat(60), (events, cut) => {
        const log = moved(events, Math.min(cut, events.length));
        const unmoved = log.map((event) => (event.kind === "move" ? { ...event, kind: "settings" as const } : event));
        expect(bits(foldHere(log))).toBe(bits(foldHere(unmoved)));
      }),
    );
  });

  it("does not bring back what was forgotten before, and forgets by the same id after", () => {
    const likes = testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "1-0" }, { kind: "hide", image_id: "2-0" }, { kind: "hide", image_id: "3-0" });
    const ids = foldHere(likes);
    expect([ids.puddles.length, ids.suppressed.length]).toEqual([2, 2]);
    const [kept, gone] = ids.puddles.map(({ id }) => id);
    const forgotten = [...likes, { viewer_seq: 5, event_id: "e5", kind: "forget_puddle" as const, target: gone!, at: likes[0]!.at + 9_000 }, { viewer_seq: 6, event_id: "e6", kind: "forget_suppressed" as const, target: "s3", at: likes[0]!.at + 9_000 }];
    const log = moved(forgotten, forgotten.length);
    expect(foldThere(log).puddles.map(({ id }) => id)).toEqual([kept]);
    expect(foldThere(log).suppressed.map(({ id }) => id)).toEqual(["s4"]);
    const later = [...log, { viewer_seq: 8, event_id: "e8", kind: "forget_puddle" as const, target: kept!, at: likes[0]!.at + 10_000 }];
    expect(foldThere(later).puddles).toEqual([]);
  });

  it("lets go of an image whose like is undone after the move, and of a puddle that had no other", () => {
    const likes = testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "0-1" }, { kind: "like", image_id: "1-0" }, { kind: "hide", image_id: "2-0" });
    const log = moved(likes, likes.length);
    const undo = (seq: number, target: string): TasteEvent => ({ viewer_seq: seq, event_id: `u${seq}`, kind: "undo", target, at: likes[0]!.at + 9_000 });
    const before = foldThere(log);
    const after = foldThere([...log, undo(6, "e1"), undo(7, "e3"), undo(8, "e4")]);
    expect(before.puddles.map(({ recent }) => recent.map(({ image_id }) => image_id))).toEqual([["0-0", "0-1"], ["1-0"]]);
    expect(after.puddles.map(({ recent }) => recent.map(({ image_id }) => image_id))).toEqual([["0-1"]]);
    expect(after.puddles[0]!.id).toBe(before.puddles[0]!.id);
    expect(after.puddles[0]!.weight).toBeCloseTo(before.puddles[0]!.weight - 1, 4);
    expect(after.suppressed).toEqual([]);
  });

  it("leaves a puddle behind none of whose images can be seen over there", () => {
    const log = moved(testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "1-0" }), 2);
    const half = foldLog("v", there.space, log, (id) => (id.startsWith("0") ? vectorThere(id) : undefined), there);
    expect(half.puddles.map(({ medoid_image_id }) => medoid_image_id)).toEqual(["0-0"]);
  });

  it("takes an entry that cannot be read as saying nothing", () => {
    fc.assert(
      fc.property(withoutUndo, fc.oneof(fc.string(), fc.json(), fc.constant('{"space":"test-2","puddles":[{}]}')), (events, target) => {
        const log = moved(events, events.length, target);
        expect(bits(foldThere(log))).toBe(bits({ ...foldThere(events), offset: log.length }));
        expect(imagesMoved(log.at(-1)!, there.space)).toEqual([]);
      }),
    );
  });
});
