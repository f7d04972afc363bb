import { describe, expect, it } from "vitest";
import { defaultSettings } from "#shared/contract/taste.ts";
import { dayMs } from "#shared/kernel/clock.ts";
import { emptyTaste, type Drift, type Puddle, type Taste } from "#shared/taste/taste.ts";
import { buildTasteView, type TasteViewParts } from "./taste-view.ts";

const now = Date.UTC(2026, 10, 21);
const parts = {
  database: { query: () => Promise.resolve([]) },
  images: { byIds: () => Promise.resolve([]) },
  vectors: { fetch: () => Promise.resolve(new Map()) },
  regions: { all: () => Promise.resolve([]), projection: () => Promise.resolve(undefined) },
} as unknown as TasteViewParts;

const puddle = {
  id: "p1", centroid: Float32Array.of(1, 0), medoid_image_id: "m", weight: 1, spread: 0.1, count: 1, created_at: now, last_updated: now, recent: [],
} as unknown as Puddle;
const drift = { kind: "switched", at: now - dayMs, until: now + dayMs, puddle_id: "p1" } as Drift;

const told = async (taste: Partial<Taste>, at = now) =>
  (await buildTasteView(parts, { taste: { ...emptyTaste("v", "s"), user_vector: Float32Array.of(1, 0), puddles: [puddle], ...taste }, settings: defaultSettings }, { now: at, stale: false })).drift;

describe("a taste that is moving", () => {
  it("is told while it runs its course, with when it began and when it ends", async () => {
    expect(await told({ drift })).toMatchObject({ kind: "switched", puddle_id: "p1", since: new Date(now - dayMs).toISOString(), until: new Date(now + dayMs).toISOString() });
    expect((await told({ drift: { ...drift, kind: "moved" } }))?.says).toContain("moving");
  });

  it("is told no more once it is over, or the puddle is gone, or where none was noticed", async () => {
    expect(await told({ drift }, now + dayMs)).toBeNull();
    expect(await told({ drift: { ...drift, puddle_id: "p2" } })).toBeNull();
    expect(await told({})).toBeNull();
  });
});
