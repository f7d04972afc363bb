import { expect, it } from "vitest";
import { capacityOf, findDevice, readGpu, tierOf } from "./device.ts";

it.each([
  [24e9, "premium"],
  [7.5e9, "premium"],
  [7.4e9, "balanced"],
  [6e9, "balanced"],
  [4e9, "efficient"],
  [3.9e9, "cpu"],
])("puts a GPU with %d bytes free on the tier %s", (freeBytes, tier) => {
  expect(tierOf({ kind: "gpu", freeBytes })).toBe(tier);
});

it("counts what models hold already as theirs, and keeps to the operator's bound", () => {
  const gpu = { kind: "gpu", name: "x", freeBytes: 5e9 } as const;
  expect(capacityOf(gpu, 3e9)).toBe(7.5e9);
  expect(capacityOf(gpu, 3e9, 2e9)).toBe(2e9);
  expect(capacityOf({ ...gpu, freeBytes: 1e8 }, 0)).toBe(0);
  expect(capacityOf({ kind: "cpu", name: "processor", freeBytes: 16e9 }, 3e9)).toBe(8e9);
});

it("reads the first GPU's own account", async () => {
  expect(await readGpu(() => Promise.resolve("NVIDIA GeForce RTX 4090, 23028\nAnother, 100\n"))).toEqual({
    kind: "gpu", name: "NVIDIA GeForce RTX 4090", freeBytes: 23028 * 1024 * 1024,
  });
});

it.each([
  ["there is no GPU", () => Promise.reject(new Error("ENOENT"))],
  ["the GPU does not tell", () => Promise.resolve("NVIDIA H100, [N/A]\n")],
  ["nothing is said", () => Promise.resolve("")],
  ["too little of it is free", () => Promise.resolve("NVIDIA T4, 900\n")],
])("takes the processor where %s", async (_what, ask) => {
  const device = await findDevice(ask);
  expect(device.kind).toBe("cpu");
  expect(device.freeBytes).toBeGreaterThan(0);
});
