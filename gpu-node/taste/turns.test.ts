import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("turns", () => {
  it("runs work on one key in the order it came, never two at a time", async () => {
    const turns = new Turns();
    const seen: number[] = [];
    let inHand = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        turns.run("viewer", async () => {
          most = Math.max(most, ++inHand);
          for (let wait = 6 - i; wait > 0; wait--) await later();
          seen.push(i);
          inHand--;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("does not let one key wait for another", async () => {
    const turns = new Turns();
    let release = (): void => undefined;
    const held = turns.run("slow", () => new Promise<void>((resolve) => (release = resolve)));
    expect(await turns.run("quick", () => Promise.resolve("done"))).toBe("done");
    release();
    await held;
  });

  it("goes on after work that failed, gives each its own result, and remembers no key in the end", async () => {
    const turns = new Turns();
    const results = await Promise.allSettled([
      turns.run("viewer", () => Promise.reject(new Error("broken"))),
      turns.run("viewer", () => Promise.resolve(2)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled"]);
    await later();
    expect(turns.size).toBe(0);
  });
});
