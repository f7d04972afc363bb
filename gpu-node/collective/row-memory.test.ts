import { describe, expect, it } from "vitest";
import { rowMemory } from "./row-memory.ts";

describe("row memory", () => {
  it("reads what it lacks once, remembers what is not there, and refreshes behind the answer", async () => {
    let now = 0;
    const asked: string[][] = [];
    const table = new Map([["a", 1]]);
    const rows = rowMemory({ load: (ids) => (asked.push([...ids]), Promise.resolve(new Map(ids.flatMap((id) => (table.has(id) ? [[id, table.get(id)!] as const] : []))))), freshMs: 30_000, capacity: 10, clock: () => now });
    expect(await rows(["a", "b", "a"])).toEqual(new Map([["a", 1]]));
    await rows(["a", "b"]);
    expect(asked).toEqual([["a", "b"]]);
    table.set("a", 2);
    now = 30_000;
    expect((await rows(["a"])).get("a")).toBe(1);
    expect((await rows(["a"])).get("a")).toBe(2);
    expect(asked).toEqual([["a", "b"], ["a"]]);
  });
});
