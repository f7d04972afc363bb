import { describe, expect, it } from "vitest";
import { armNames, makeArm } from "./arms.ts";
import { viewerMeasure } from "./metrics/measure-viewer.ts";
import { readOptions } from "./options.ts";
import { policyNames } from "./policies/all.ts";
import { runViewer } from "./run-viewer.ts";
import { trueAffinity } from "./viewer-model.ts";
import { degrade, recallLeft, styleRecallAt10 } from "./world/degrade.ts";
import { smallCatalogue } from "./world/small-catalogue.ts";
import { makeWorld, testViewer } from "./world/world.ts";

const catalogue = smallCatalogue();
const world = makeWorld(catalogue, 5, 60);
const pages = 3;

describe("the simulator", () => {
  it("makes the same world, viewers and reactions from the same seed", () => {
    const again = makeWorld(catalogue, 5, 60);
    expect(again.warm).toEqual(world.warm);
    expect(testViewer(again, 3)).toEqual(testViewer(world, 3));
    expect(makeWorld(catalogue, 6, 60).warm).not.toEqual(world.warm);
  });

  it("takes preferences from labels alone: other vectors leave every viewer's likes as they are", () => {
    const { catalogue: noisy } = degrade(catalogue);
    const other = makeWorld(noisy, 5, 60);
    const chances = (of: typeof world) => catalogue.images.map((image) => trueAffinity(testViewer(of, 0), image, 0));
    expect(chances(other)).toEqual(chances(world));
    expect(other.warm).toEqual(world.warm);
  });

  it("degrades an encoder until a third of its style recall is left", () => {
    const { recall, catalogue: noisy } = degrade(catalogue);
    expect(recall.before).toBeGreaterThan(0.6);
    expect(recall.after / recall.before).toBeCloseTo(recallLeft, 1);
    expect(styleRecallAt10(noisy)).toBe(recall.after);
  });

  it.each(policyNames)("fills whole pages under %s without repeating an image, the same way every time", async (name) => {
    const measure = viewerMeasure(world, catalogue);
    const viewer = testViewer(world, 1);
    const slots = await runViewer(world, await makeArm(name, world), viewer, pages);
    expect(slots).toHaveLength(pages * 12);
    expect(measure(viewer, slots).figures.repeats).toBe(0);
    expect(await runViewer(world, await makeArm(name, world), viewer, pages)).toEqual(slots);
  });

  it("never lets one viewer's feed depend on another's", async () => {
    const policy = await makeArm("ours", world);
    const alone = await runViewer(world, policy, testViewer(world, 2), pages);
    await runViewer(world, policy, testViewer(world, 0), pages);
    expect(await runViewer(world, policy, testViewer(world, 2), pages)).toEqual(alone);
  });

  it("can run every arm by name", async () => {
    for (const name of armNames) expect(await runViewer(world, await makeArm(name, world), testViewer(world, 0), 1)).toHaveLength(12);
    expect(() => makeArm("nobody", world)).toThrow(/choose among/);
  });

  it("refuses options it does not know by name", () => {
    expect(() => readOptions(["--viewers", "many"])).toThrow("--viewers many");
    expect(() => readOptions(["--policies", "best"])).toThrow("--policies best");
    expect(readOptions(["--quick", "--data", "gallery"])).toMatchObject({ quick: true, ablations: [], data: ["gallery"] });
  });
});
