import fc from "fast-check";
import { expect, it } from "vitest";
import { MemoryNonces, NoncesFull } from "./nonces.ts";

it("grants a nonce once until it expires, and forgets it then, for any order of claims and times", async () => {
  const claim = fc.record({ nonce: fc.nat(20), livesMs: fc.integer({ min: 1, max: 65_000 }), passesMs: fc.nat(9_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(claim, { maxLength: 80 }), async (claims) => {
      let nowMs = 1_800_000_000_000;
      const nonces = new MemoryNonces(() => nowMs);
      const liveUntil = new Map<number, number>();
      for (const { nonce, livesMs, passesMs } of claims) {
        nowMs += passesMs;
        const seen = (liveUntil.get(nonce) ?? 0) > nowMs;
        const granted = await nonces.claim(String(nonce), nowMs + livesMs);
        if (seen) expect(granted).toBe(false);
        if (granted) liveUntil.set(nonce, nowMs + livesMs);
      }
      nowMs += 70_000;
      await nonces.claim("last", nowMs + 1);
      expect(nonces.size).toBe(1);
    }),
    { seed: 1 },
  );
});

it("refuses rather than forgets while full of live ones, and has room again once they expired", async () => {
  let nowMs = 0;
  const nonces = new MemoryNonces(() => nowMs, 3);
  for (const nonce of ["a", "b", "c"]) expect(await nonces.claim(nonce, 60_000)).toBe(true);
  await expect(nonces.claim("d", 60_000)).rejects.toBeInstanceOf(NoncesFull);
  expect(await nonces.claim("a", 60_000)).toBe(false);
  nowMs = 60_000;
  expect(await nonces.claim("d", 120_000)).toBe(true);
});
