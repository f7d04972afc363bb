import { describe, expect, it } from "vitest";
import type { Image } from "#shared/contract/image.ts";
import { defaultSettings } from "#shared/contract/taste.ts";
import { unit } from "#shared/kernel/vector.ts";
import type { Region } from "#shared/stores/region-store.ts";
import { emptyTaste, type Puddle } from "#shared/taste/taste.ts";
import { readNeighbours, type SharedTasteParts } from "./shared-taste.ts";

const viewer = "00000000-0000-4000-8000-00000000000a";
const east = unit(Float32Array.of(1, 0.1));
const north = unit(Float32Array.of(0.1, 1));
const region = (id: string, centroid: Float32Array): Region => ({ id, label: `${id} label`, size: 9, centroid, activity: 1, drying: false, offered: 0, welcomed: 0, x: 0, y: 0, top_image_ids: [] });
const puddle = (id: string, centroid: Float32Array, weight: number) => ({ id, centroid, weight, medoid_image_id: `image of ${id}` }) as unknown as Puddle;

function parts(people: Record<string, number>, more: Partial<SharedTasteParts> = {}): SharedTasteParts {
  return {
    social: { sharedRegions: () => Promise.resolve(Object.entries(people).map(([region_id, count]) => ({ region_id, people: count }))) },
    viewers: { settings: () => Promise.resolve(defaultSettings) },
    tastes: { load: () => Promise.resolve({ ...emptyTaste(viewer, "s"), puddles: [puddle("p1", east, 1), puddle("p2", east, 3), puddle("p3", north, 1)] }) },
    regions: { all: () => Promise.resolve([region("east", east), region("north", north)]) },
    images: { byIds: (ids) => Promise.resolve(ids.map((id) => ({ id }) as Image)) },
    currentSpace: () => Promise.resolve("s"),
    ...more,
  };
}

describe("shared taste", () => {
  it("is told by the viewer's heaviest puddle of each region, with a count that is never exact", async () => {
    const { links, shared_taste } = await readNeighbours(parts({ east: 13, north: 7 }))(viewer);
    expect(shared_taste).toBe(true);
    expect(links).toMatchObject([
      { puddle_id: "p2", people: 10, image: { id: "image of p2" }, region: { id: "east", label: "east label" } },
      { puddle_id: "p3", people: 5 },
    ]);
  });

  it("of fewer than five people is not told at all, not even that there are some", async () => {
    const [few, none] = await Promise.all([readNeighbours(parts({ east: 4, north: 1 }))(viewer), readNeighbours(parts({}))(viewer)]);
    expect(few.links).toEqual([]);
    expect(few).toEqual(none);
  });

  it("that the viewer has no puddle for any more is not told", async () => {
    expect((await readNeighbours(parts({ gone: 50 }))(viewer)).links).toEqual([]);
  });

  it("is not even asked for where the viewer opted out, and the answer says why it is empty", async () => {
    const asked = { sharedRegions: () => Promise.reject(new Error("was asked")) };
    const out = await readNeighbours(parts({}, { social: asked, viewers: { settings: () => Promise.resolve({ ...defaultSettings, shared_taste: false }) } }))(viewer);
    expect(out).toMatchObject({ shared_taste: false, links: [] });
    expect(out.says).toContain("to yourself");
  });
});
