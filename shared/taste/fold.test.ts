import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#shared/kernel/clock.ts";
import { cosineDistance, dot } from "#shared/kernel/vector.ts";
import { decodeTaste, encodeTaste } from "./codec.ts";
import { applyEvents, foldLog, imagesNeeded, needsHistory, needsRebuild } from "./fold.ts";
import { puddleWeight } from "./puddle.ts";
import { isDeliberate } from "./signal.ts";
import type { TasteEvent } from "./signal.ts";
import { anyLog, bits, testLog, testSpace, testStart, testVector, touchyConfig } from "#tests/simulation/simulated-log.ts";
import { suppressionAt } from "./suppression.ts";
import { tasteConfig } from "./taste-config.ts";
import { emptyTaste } from "./taste.ts";
import type { Taste } from "./taste.ts";
import { moveUserVector } from "./user-vector.ts";

const nobody = emptyTaste("v", testSpace.space);
const fold = (events: readonly TasteEvent[], taste: Taste = nobody, history: readonly TasteEvent[] = [], config = tasteConfig) =>
  applyEvents(taste, events, testVector, testSpace, { history, config });
const whole = (events: readonly TasteEvent[], config = tasteConfig) => foldLog("v", testSpace.space, events, testVector, testSpace, { config });

/** What a node does with a batch: fold forward, or rebuild from the log when it holds an undo. */
function observe(taste: Taste, batch: readonly TasteEvent[], log: readonly TasteEvent[], config = tasteConfig): Taste {
  if (!needsRebuild(taste, batch)) return fold(batch, taste, needsHistory(taste, batch) ? log : [], config);
  const end = Math.max(...batch.map((event) => event.viewer_seq));
  return whole(log.filter((event) => event.viewer_seq <= end), config);
}

describe("the fold of a log", () => {
  for (const [name, config] of [["as it is", tasteConfig], ["with puddles that split, drift and are re-clustered all the time", touchyConfig]] as const)
    it(`is the same to the bit whatever the batching and however often events are delivered, undo included: ${name}`, () => {
      fc.assert(
        fc.property(anyLog, fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), again: fc.nat(12), shuffled: fc.boolean(), stored: fc.boolean() })), (log, cuts) => {
          let taste = nobody;
          let from = 0;
          for (const { size, again, shuffled, stored } of [...cuts, { size: log.length, again: 0, shuffled: false, stored: true }]) {
            const batch = log.slice(Math.max(0, from - again), from + size);
            taste = observe(taste, shuffled ? batch.toReversed() : batch, log, config);
            if (stored) taste = decodeTaste(encodeTaste(taste));
            from += size;
          }
          expect(bits(observe(taste, log, log, config))).toBe(bits(whole(log, config)));
        }),
        { numRuns: 300 },
      );
    });

  it("in such a model does split, drift and re-cluster, so that the guarantee above says something", () => {
    const happened = { split: 0, moved: 0, switched: 0, reclustered: 0, remade: 0 };
    for (const log of fc.sample(anyLog, { numRuns: 200, seed: 1 })) {
      let taste = nobody;
      for (const event of log.filter(({ kind }) => kind !== "undo")) {
        const next = fold([event], taste, log, touchyConfig);
        const grown = next.puddles.length > taste.puddles.length;
        if (event.kind === "recluster" && bits({ ...next, offset: 0, updated_at: 0 }) !== bits({ ...taste, offset: 0, updated_at: 0 })) happened.reclustered++;
        if (event.kind === "recluster" && next.puddles.some(({ id }) => id === `p${event.viewer_seq}`)) happened.remade++;
        if (event.kind !== "recluster" && grown && next.puddles.at(-1)!.count > 1) happened.split++;
        if (next.drift && next.drift.at !== taste.drift?.at) happened[next.drift.kind]++;
        taste = next;
      }
    }
    for (const count of Object.values(happened)) expect(count).toBeGreaterThan(10);
  });

  it("looks no further back than it is told to, so that the newest standing positives are history enough", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(60), (log, cut) => {
        const [head, tail] = [log.slice(0, cut), log.slice(cut).filter(({ kind }) => kind !== "undo")];
        const undone = (event: TasteEvent) => head.some(({ kind, target, viewer_seq }) => kind === "undo" && target === event.event_id && viewer_seq > event.viewer_seq);
        const lastReset = head.findLast((event) => event.kind === "reset" && !undone(event))?.viewer_seq ?? 0;
        const enough = head.filter((event) => isDeliberate(event) && !undone(event) && event.viewer_seq > lastReset).slice(-touchyConfig.recluster.points);
        const taste = whole(head, touchyConfig);
        expect(bits(fold(tail, taste, enough, touchyConfig))).toBe(bits(fold(tail, taste, log, touchyConfig)));
      }),
    );
  });

  it("refuses to re-cluster without the history it would have to look back on", () => {
    const taste = fold(testLog({ kind: "like", image_id: "0-0" }));
    const recluster = testLog({ kind: "view" }, { kind: "recluster" }).slice(1);
    expect(needsHistory(taste, recluster)).toBe(true);
    expect(() => applyEvents(taste, recluster, testVector, testSpace)).toThrow(/history/);
    expect(needsHistory(fold(recluster, taste), recluster)).toBe(false);
  });

  it("equals the fold of the log from which the undone events are missing", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const undone = (event: TasteEvent) =>
          event.kind !== "undo" && log.some((later) => later.kind === "undo" && later.target === event.event_id && later.viewer_seq > event.viewer_seq);
        const without = fold(log.filter((event) => event.kind !== "undo" && !undone(event)));
        expect(bits(whole(log))).toBe(bits({ ...without, offset: log.at(-1)?.viewer_seq ?? 0 }));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps unit vectors, bounded lists, positive weights and finite numbers", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const taste = whole(log);
        for (const vector of [taste.user_vector, ...taste.puddles.map((p) => p.centroid), ...taste.suppressed.map((r) => r.centroid)])
          if (vector) expect(dot(vector, vector)).toBeCloseTo(1, 5);
        for (const puddle of taste.puddles) {
          expect(puddle.weight).toBeGreaterThan(0);
          expect(puddle.spread).toBeGreaterThanOrEqual(0);
          expect(puddle.spread).toBeLessThan(1);
          expect(puddle.recent.length).toBeLessThanOrEqual(tasteConfig.recentMembers);
          expect(puddle.recent.map((m) => m.image_id)).toContain(puddle.medoid_image_id);
        }
        for (const region of taste.suppressed) expect(Number.isFinite(region.radius) && region.strength > 0).toBe(true);
        expect(new Set(taste.puddles.map((p) => p.id)).size).toBe(taste.puddles.length);
      }),
    );
  });

  it("does not change the taste it starts from", () => {
    const before = fold(testLog({ kind: "like", image_id: "0-0" }, { kind: "hide", image_id: "1-0" }));
    const held = bits(before);
    fold(testLog({ kind: "view" }, { kind: "view" }, { kind: "love", image_id: "0-1" }, { kind: "hide", image_id: "1-1" }), before);
    expect(bits(before)).toBe(held);
  });

  it("moves only the offset for events that say nothing: views, short pauses, unknown images, settings", () => {
    const taste = fold(testLog({ kind: "view", image_id: "0-0" }, { kind: "dwell", image_id: "0-0", value: 900 }, { kind: "like", image_id: "gone" }, { kind: "settings" }));
    expect(taste).toEqual({ ...nobody, offset: 4 });
  });

  it("refuses an undo it would have to fold forward, and says when to rebuild", () => {
    const log = testLog({ kind: "like", image_id: "0-0" }, { kind: "undo", target: "e1" });
    expect(needsRebuild(nobody, log)).toBe(true);
    expect(() => fold(log)).toThrow(/foldLog/);
    const rebuilt = whole(log);
    expect(rebuilt.puddles).toEqual([]);
    expect(needsRebuild(rebuilt, log)).toBe(false);
    expect(bits(fold(log, rebuilt))).toBe(bits(rebuilt));
  });

  it("refuses vectors of another space or size", () => {
    expect(() => applyEvents(emptyTaste("v", "other"), testLog({ kind: "view" }), testVector, testSpace)).toThrow(/other/);
    expect(() => applyEvents(nobody, testLog({ kind: "like", image_id: "x" }), () => new Float32Array(3), testSpace)).toThrow(/x has 3 dimensions/);
  });

  it("names every image it may ask for, so that a caller can load the vectors beforehand", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(40), (log, cut) => {
        const [head, tail] = [log.slice(0, cut).filter((e) => e.kind !== "undo"), log.slice(cut).filter((e) => e.kind !== "undo")];
        const taste = fold(head);
        const loaded = imagesNeeded(taste, tail, head);
        const limited = applyEvents(taste, tail, (id) => (loaded.has(id) ? testVector(id) : undefined), testSpace, { history: head });
        expect(bits(limited)).toBe(bits(fold(tail, taste, head)));
      }),
    );
  });

  it("forgets everything on reset, yet not the offset", () => {
    const taste = fold(testLog({ kind: "like", image_id: "0-0" }, { kind: "hide", image_id: "1-0" }, { kind: "reset" }));
    expect(taste).toEqual({ ...nobody, offset: 3, updated_at: testStart + 2_000 });
  });
});

describe("puddles", () => {
  const likes = (...images: string[]) => testLog(...images.map((image_id) => ({ kind: "like" as const, image_id })));

  it("one grows per style liked, named for the event that spawned it", () => {
    const taste = fold(likes("0-0", "1-0", "0-1", "1-1", "0-2"));
    expect(taste.puddles.map(({ id, count }) => ({ id, count }))).toEqual([{ id: "p1", count: 3 }, { id: "p2", count: 2 }]);
  });

  it("the centroid comes nearer to unseen images of the style than any single liked image was", () => {
    const taste = fold(likes("0-0", "0-1", "0-2", "0-3", "0-4"));
    const unseen = testVector("0-7")!;
    for (const n of [0, 1, 2, 3, 4]) expect(cosineDistance(taste.puddles[0]!.centroid, unseen)).toBeLessThan(cosineDistance(testVector(`0-${n}`)!, unseen));
  });

  it("the medoid is the member nearest the centroid", () => {
    const [puddle] = fold(likes("0-0", "0-1", "0-2", "0-3")).puddles;
    const distances = puddle!.recent.map((m) => cosineDistance(puddle!.centroid, testVector(m.image_id)!));
    expect(cosineDistance(puddle!.centroid, testVector(puddle!.medoid_image_id)!)).toBe(Math.min(...distances));
  });

  it("weight halves in thirty days and a puddle that has dried up is gone at the next signal", () => {
    const [puddle] = fold(likes("0-0")).puddles;
    expect(puddleWeight(puddle!, testStart + 30 * dayMs)).toBeCloseTo(0.5, 12);
    const fedAgain = fold(testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "0-1", at: testStart + 30 * dayMs }));
    expect(fedAgain.puddles[0]!.weight).toBeCloseTo(1.5, 12);
    const later = fold(testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "1-0", at: testStart + 200 * dayMs }));
    expect(later.puddles.map((p) => p.id)).toEqual(["p2"]);
  });

  it("two become one under the heavier's name when their centroids meet", () => {
    const halves = fold(likes("0-0", "0-1", "0-2"));
    const twin = { ...halves.puddles[0]!, id: "p99", weight: 0.5, centroid: testVector("0-3")! };
    const merged = fold(likes("view", "view", "view", "0-4"), { ...halves, puddles: [...halves.puddles, twin] });
    expect(merged.puddles.map((p) => p.id)).toEqual(["p1"]);
    expect(merged.puddles[0]!.weight).toBeCloseTo(4.5, 3);
    expect(merged.puddles[0]!.count).toBe(7);
  });

  it("there are never more than 64, the weakest makes room", () => {
    const dim = 80;
    const axis = (i: number) => Float32Array.from({ length: dim }, (_, d) => (d === i ? 1 : 0));
    const log = testLog(...Array.from({ length: 70 }, (_, i) => ({ kind: i === 3 ? ("open" as const) : ("like" as const), image_id: String(i) })));
    const taste = applyEvents(nobody, log, (id) => axis(Number(id)), { ...testSpace, dim });
    expect(taste.puddles).toHaveLength(64);
    expect(taste.puddles.map((p) => p.id)).not.toContain("p4");
    expect(taste.puddles.map((p) => p.id)).toContain("p70");
  });

  it("a puddle the viewer feeds outlives any number of negative signals in it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<"hide" | "less" | "hate">("hide", "less", "hate"), fc.nat(7)), { maxLength: 60 }), (dislikes) => {
        const taste = fold(testLog({ kind: "like", image_id: "0-0" }, ...dislikes.map(([kind, n]) => ({ kind, image_id: `0-${n}` }))));
        expect(taste.puddles.map((p) => p.id)).toEqual(["p1"]);
        expect(taste.puddles[0]!.weight).toBeGreaterThanOrEqual(tasteConfig.fedWeight * 0.99);
      }),
    );
  });

  it("can be forgotten by id", () => {
    expect(fold([...likes("0-0", "1-0"), { viewer_seq: 3, event_id: "e3", kind: "forget_puddle", target: "p1", at: testStart + 9_000 }]).puddles.map((p) => p.id)).toEqual(["p2"]);
  });
});

describe("a less aimed at a term", () => {
  const likes = testLog({ kind: "like", image_id: "0-0" }, { kind: "like", image_id: "0-1" }, { kind: "like", image_id: "1-0" });
  const less = (target?: string) => fold([{ viewer_seq: 4, event_id: "e4", kind: "less", image_id: "0-2", at: testStart + 4_000, ...(target === undefined ? {} : { target }) }], fold(likes));
  const weight = (taste: Taste, id: string) => taste.puddles.find((puddle) => puddle.id === id)!.weight;

  it("leaves taste as it was when it speaks of why the image came, not of what it shows", () => {
    for (const term of ["popularity", "recency", "quality", "together", "transition", "neighbour", "bridge", "fresh", "popular", "persona"])
      expect(less(term)).toEqual({ ...fold(likes), offset: 4 });
  });

  it("acts on the image's surroundings when it speaks of those", () => {
    for (const term of ["puddle", "user", "explore"]) expect(bits(less(term))).toBe(bits(less()));
    expect(less().suppressed).toHaveLength(1);
    expect(weight(less(), "p1")).toBeLessThan(weight(fold(likes), "p1"));
  });

  it("weakens the puddle it names and no other, even one the image does not lie in", () => {
    const named = less("puddle:p3");
    expect(weight(named, "p3")).toBeLessThan(0.8);
    expect(weight(named, "p1")).toBe(weight(fold(likes), "p1"));
    expect(less("puddle:p99").puddles.map(({ weight: w }) => w)).toEqual(fold(likes).puddles.map(({ weight: w }) => w));
  });
});

describe("suppressed regions", () => {
  const hide = { kind: "hide" as const, image_id: "1-0" };
  const held = (taste: Taste, image: string, at = testStart + 60_000) => suppressionAt(taste, testVector(image)!, at);

  it("hold the hidden style down and leave other styles alone", () => {
    const taste = fold(testLog(hide, { kind: "hide", image_id: "1-1" }));
    expect(taste.suppressed).toHaveLength(1);
    expect(taste.suppressed[0]!.radius).toBeLessThan(fold(testLog(hide)).suppressed[0]!.radius);
    for (const n of [2, 3, 4, 5, 6, 7]) expect(held(taste, `1-${n}`)).toBeGreaterThan(0.5);
    for (const style of [0, 2, 3, 4]) expect(held(taste, `${style}-0`)).toBe(0);
  });

  it("fade by half every 45 days and are gone in the end", () => {
    const taste = fold(testLog(hide));
    expect(held(taste, "1-0", testStart + 45 * dayMs)).toBeCloseTo(0.5, 6);
    expect(fold([...testLog(hide), { viewer_seq: 2, event_id: "e2", kind: "like", image_id: "0-0", at: testStart + 300 * dayMs }]).suppressed).toEqual([]);
  });

  it("go by undo of the hide, and by being forgotten", () => {
    expect(whole(testLog(hide, { kind: "undo", target: "e1" })).suppressed).toEqual([]);
    expect(fold(testLog(hide, { kind: "forget_suppressed", target: "s1" })).suppressed).toEqual([]);
  });

  it("weaken when something inside is liked, until they are gone", () => {
    const once = fold(testLog(hide, hide, { kind: "like", image_id: "1-1" }));
    expect(once.suppressed[0]!.strength).toBeLessThan(1.1);
    const twice = fold(testLog(hide, { kind: "love", image_id: "1-0" }));
    expect(twice.suppressed).toEqual([]);
  });

  it("do not hold down a style the viewer loves because one image of it was hidden", () => {
    const loved = testLog(...[0, 1, 2, 3].map((n) => ({ kind: "love" as const, image_id: `0-${n}` })), { kind: "hide", image_id: "0-4" });
    const taste = fold(loved);
    expect(held(taste, "0-4")).toBeCloseTo(1, 3);
    for (const n of [0, 1, 2, 3]) expect(held(taste, `0-${n}`)).toBe(0);
  });
});

describe("the user vector", () => {
  it("starts at the first thing liked, and dislike alone does not start it", () => {
    expect(fold(testLog({ kind: "hide", image_id: "1-0" })).user_vector).toBeNull();
    expect(fold(testLog({ kind: "like", image_id: "0-0" })).user_vector).toEqual(testVector("0-0"));
  });

  it("moves toward what is liked and away from what is not, further for strong signals", () => {
    const first = { kind: "like" as const, image_id: "0-0" };
    const nearness = (kind: "like" | "save" | "hide" | "view") =>
      -cosineDistance(fold(testLog(first, { kind, image_id: "1-0", at: testStart })).user_vector!, testVector("1-0")!);
    expect(nearness("hide")).toBeLessThan(nearness("view"));
    expect(nearness("view")).toBeLessThan(nearness("like"));
    expect(nearness("like")).toBeLessThan(nearness("save"));
    const [from, to] = [testVector("0-0")!, testVector("1-0")!];
    const left = (kind: "like" | "save") => cosineDistance(moveUserVector(from, to, 1, kind)!, to);
    expect(left("save")).toBeLessThan(left("like"));
  });

  it("falls back toward the mean of the puddles with time", () => {
    const away = testLog({ kind: "love", image_id: "0-0" }, { kind: "love", image_id: "1-0" });
    const at = (days: number) => [...away, { viewer_seq: 3, event_id: "e3", kind: "like" as const, image_id: "1-1", at: testStart + days * dayMs }];
    const towardNew = (days: number) => cosineDistance(fold(at(days)).user_vector!, testVector("1-0")!);
    expect(towardNew(60)).toBeLessThan(towardNew(0));
  });
});
