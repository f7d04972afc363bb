import { describe, expect, it } from "vitest";
import { refreshing } from "./refreshing.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function counted(more: { fail?: (n: number) => boolean } = {}) {
  let now = 0;
  let loads = 0;
  const value = refreshing({
    load: () => (more.fail?.(++loads) ? Promise.reject(new Error("away")) : Promise.resolve(more.fail ? loads : ++loads)),
    freshMs: 10, usableMs: 100, clock: () => now,
  });
  return { value, at: (ms: number) => (now = ms), loads: () => loads };
}

describe("refreshing value", () => {
  it("is loaded once for all who ask at the start", async () => {
    const { value, loads } = counted();
    expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1]);
    expect(loads()).toBe(1);
  });

  it("is given as it is while fresh, and once more while a new one is loaded behind it", async () => {
    const { value, at, loads } = counted();
    await value();
    at(9);
    expect([await value(), loads()]).toEqual([1, 1]);
    at(10);
    expect(await value()).toBe(1);
    await settled();
    expect([await value(), loads()]).toEqual([2, 2]);
  });

  it("is loaded before it is given after a long pause", async () => {
    const { value, at } = counted();
    await value();
    at(100);
    expect(await value()).toBe(2);
  });

  it("stays what it was when loading fails, and is tried again", async () => {
    const { value, at } = counted({ fail: (n) => n === 2 || n === 3 });
    expect(await value()).toBe(1);
    at(50);
    expect(await value()).toBe(1);
    await settled();
    at(500);
    expect(await value()).toBe(1);
    expect(await value()).toBe(4);
  });

  it("fails where it never could be loaded", async () => {
    const { value } = counted({ fail: () => true });
    await expect(value()).rejects.toThrow("away");
  });
});
