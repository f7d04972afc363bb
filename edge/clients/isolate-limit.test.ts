import { describe, expect, it } from "vitest";
import { minuteMs } from "#shared/kernel/clock.ts";
import { isolateLimit } from "./isolate-limit.ts";

describe("the limiter of a lone isolate", () => {
  const passes = async (limiter: ReturnType<typeof isolateLimit>, key: string) => (await limiter.limit({ key })).success;

  it("lets so many requests of a minute pass and no more", async () => {
    const limiter = isolateLimit(3, () => 5 * minuteMs);
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await passes(limiter, "viewer"));
    expect(answers).toEqual([true, true, true, false, false]);
  });

  it("counts each key for itself", async () => {
    const limiter = isolateLimit(1, () => 0);
    expect([await passes(limiter, "a"), await passes(limiter, "b"), await passes(limiter, "a")]).toEqual([true, true, false]);
  });

  it("begins anew with every minute", async () => {
    let now = minuteMs - 1;
    const limiter = isolateLimit(1, () => now);
    expect([await passes(limiter, "a"), await passes(limiter, "a")]).toEqual([true, false]);
    now += 1;
    expect(await passes(limiter, "a")).toBe(true);
  });
});
