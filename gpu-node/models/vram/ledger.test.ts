import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DoesNotFit, VramLedger } from "./ledger.ts";

const capacity = 100;
const name = fc.constantFrom("a", "b", "c", "d", "e");
const bytes = fc.nat(70);

type Step =
  | { do: "reserve"; name: string; bytes: number; pinned: boolean }
  | { do: "commit"; name: string; bytes: number }
  | { do: "release" | "take" | "giveBack" | "pin" | "unpin" | "stay"; name: string }
  | { do: "makeRoom"; bytes: number }
  | { do: "resize"; bytes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("reserve" as const), name, bytes, pinned: fc.boolean() }),
  fc.record({ do: fc.constant("commit" as const), name, bytes }),
  fc.record({ do: fc.constantFrom("release" as const, "take" as const, "giveBack" as const, "pin" as const, "unpin" as const, "stay" as const), name }),
  fc.record({ do: fc.constant("makeRoom" as const), bytes }),
  fc.record({ do: fc.constant("resize" as const), bytes: fc.integer({ min: 0, max: 150 }) }),
);

/** What a step answers; a refusal and a mistake in the order of calls count as answers too. */
function play(ledger: VramLedger, step: Step): string[] | boolean | Error | void {
  try {
    switch (step.do) {
      case "reserve": return ledger.reserve(step.name, "text-encoder", step.bytes, { pinned: step.pinned });
      case "commit": return ledger.commit(step.name, step.bytes);
      case "makeRoom": return ledger.makeRoom("another", step.bytes);
      case "resize": return ledger.resize(step.bytes);
      case "pin": return ledger.pin(step.name, true);
      case "unpin": return ledger.pin(step.name, false);
      case "release": case "take": case "giveBack": case "stay": return ledger[step.do](step.name);
    }
  } catch (error) {
    if (error instanceof DoesNotFit || error instanceof RangeError) return error;
    throw error;
  }
}

const afterAny = (holds: (ledger: VramLedger, step: Step) => void) =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger = new VramLedger(capacity);
      for (const one of steps) holds(ledger, one);
    }),
    { numRuns: 400 },
  );

describe("whatever is asked of the ledger, in whatever order", () => {
  it("holds never more than the capacity, unless that was lowered under what is held, and then it takes nothing more", () => {
    afterAny((ledger, one) => {
      const before = ledger.figures();
      play(ledger, one);
      const { freeBytes, capacityBytes, reservedBytes, loadedBytes, evictableBytes } = ledger.figures();
      expect(freeBytes).toBe(capacityBytes - reservedBytes - loadedBytes);
      expect(evictableBytes).toBeLessThanOrEqual(loadedBytes);
      if (one.do !== "resize") expect(freeBytes).toBeGreaterThanOrEqual(Math.min(0, before.freeBytes));
    });
  });

  it("sends away nobody who is pinned, in use or being loaded", () => {
    afterAny((ledger, one) => {
      const before = new Map(ledger.holdings().map((held) => [held.name, held]));
      play(ledger, one);
      for (const { name, state } of ledger.holdings()) {
        const was = before.get(name);
        if (state !== "leaving" || was === undefined || was.state === "leaving") continue;
        expect(was).toMatchObject({ state: "loaded", pinned: false, users: 0 });
      }
    });
  });

  it("sends away the least recently used, no more of them than are needed, and enough", () => {
    afterAny((ledger, one) => {
      const before = ledger.holdings();
      const { freeBytes } = ledger.figures();
      const going = play(ledger, one);
      if (one.do !== "makeRoom" || !Array.isArray(going)) return;
      const sizeOf = (name: string) => before.find((held) => held.name === name)!.bytes;
      const fresh = going.filter((name) => before.find((held) => held.name === name)!.state !== "leaving");
      const candidates = before.filter(({ state, pinned, users }) => state === "loaded" && !pinned && users === 0).map(({ name }) => name);
      expect(fresh).toEqual(candidates.slice(0, fresh.length));
      const freed = (names: string[]) => freeBytes + names.reduce((sum, name) => sum + sizeOf(name), 0);
      expect(freed(going)).toBeGreaterThanOrEqual(one.bytes);
      if (fresh.length > 0) expect(freed(going.slice(0, -1))).toBeLessThan(one.bytes);
    });
  });

  it("refuses with the numbers it has, only where even all that may go is not enough, and changes nothing", () => {
    afterAny((ledger, one) => {
      const before = [ledger.holdings(), ledger.figures()] as const;
      const answer = play(ledger, one);
      if (!(answer instanceof Error)) return;
      expect([ledger.holdings(), ledger.figures()]).toEqual(before);
      if (!(answer instanceof DoesNotFit)) return;
      expect(answer.figures).toEqual(before[1]);
      const spare = one.do === "makeRoom" ? before[1].evictableBytes : 0;
      const held = one.do === "commit" ? before[0].find((holding) => holding.name === one.name)!.bytes : 0;
      expect(answer.neededBytes - held).toBeGreaterThan(before[1].freeBytes + spare);
    });
  });
});

it("orders by use: a taking and a giving back both count, a pin does not", () => {
  const ledger = new VramLedger(capacity);
  for (const one of ["a", "b", "c"]) {
    ledger.reserve(one, "image-encoder", 10);
    ledger.commit(one, 10);
  }
  ledger.take("a");
  ledger.take("b");
  ledger.giveBack("b");
  ledger.giveBack("a");
  ledger.pin("c", true);
  ledger.pin("c", false);
  expect(ledger.holdings().map((held) => held.name)).toEqual(["c", "b", "a"]);
  expect(ledger.makeRoom("d", 85)).toEqual(["c", "b"]);
});

it("says in one line what is needed, what there is and why it is not enough", () => {
  const ledger = new VramLedger(8e9);
  ledger.reserve("chat", "language-model", 5e9, { pinned: true });
  ledger.commit("chat", 5.2e9);
  ledger.reserve("clip", "image-encoder", 6e8);
  expect(() => ledger.makeRoom("second-chat", 4.9e9)).toThrow(
    "second-chat needs 4.9 GB of model memory: of 8.0 GB, 2.2 GB are free and 0 kB could be made free (600 MB reserved, 5.2 GB pinned or in use).",
  );
});
