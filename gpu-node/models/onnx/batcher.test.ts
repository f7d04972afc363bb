import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatcherFull, createBatcher, type Timers } from "./batcher.ts";

/** A clock that moves when told. */
class FakeTimers implements Timers {
  #nowMs = 0;
  #due: { atMs: number; call: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): { cancel(): void } {
    const entry = { atMs: this.#nowMs + ms, call };
    this.#due.push(entry);
    return { cancel: () => (this.#due = this.#due.filter((one) => one !== entry)) };
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const next = this.#due.filter((one) => one.atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      next.call();
      await settled();
    }
    this.#nowMs = untilMs;
  }
}

/** Everything that promises have in hand is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A run that takes `ms` on the fake clock, fails where an item is negative, and answers the squares. */
function slowSquares(timers: FakeTimers, ms: number) {
  const runs: { items: readonly number[]; startedMs: number }[] = [];
  let under = 0, mostUnder = 0;
  const run = (items: readonly number[]): Promise<number[]> => {
    runs.push({ items, startedMs: timers.now() });
    mostUnder = Math.max(mostUnder, ++under);
    return new Promise((resolve, reject) => {
      timers.after(ms, () => {
        under--;
        if (items.some((item) => item < 0)) reject(new Error("a bad item"));
        else resolve(items.map((item) => item * item));
      });
    });
  };
  return { run, runs, mostUnder: () => mostUnder };
}

const outcome = (promise: Promise<number>): Promise<number | string> => promise.catch((error: unknown) => (error as Error).message);

describe("the batcher", () => {
  it("keeps its promises whatever comes when, fails or is aborted", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant("submit" as const), item: fc.integer({ min: -3, max: 40 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 12 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat(60) }) },
    );
    const shape = fc.record({ mostItems: fc.integer({ min: 1, max: 6 }), waitMs: fc.integer({ min: 0, max: 5 }), queue: fc.integer({ min: 1, max: 12 }), ahead: fc.integer({ min: 0, max: 2 }), runMs: fc.integer({ min: 0, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(shape, fc.array(step, { maxLength: 60 }), async ({ mostItems, waitMs, queue, ahead, runMs }, steps) => {
        const timers = new FakeTimers();
        const squares = slowSquares(timers, runMs);
        const batcher = createBatcher({ run: squares.run, mostItems, waitMs, queue, ahead, timers });
        const submitted: { item: number; at: number; abort: AbortController; result: Promise<number | string> }[] = [];
        for (const one of steps) {
          if (one.do === "wait") await timers.advance(one.ms);
          else if (one.do === "abort") submitted[one.which]?.abort.abort(new Error("gone"));
          else {
            const abort = new AbortController();
            submitted.push({ item: one.item, at: timers.now(), abort, result: outcome(batcher.submit(one.item, abort.signal)) });
          }
          expect(batcher.load).toBeLessThanOrEqual(queue + (1 + ahead) * mostItems);
        }
        await timers.advance(10_000);
        expect(batcher.load).toBe(0);
        for (const { item, abort, result } of submitted) {
          const end = await result;
          const own = item < 0 ? "a bad item" : item * item;
          const refused = `${queue} items wait already; try again in a moment`;
          expect(abort.signal.aborted ? [own, refused, "gone"] : [own, refused]).toContain(end);
        }
        expect(squares.mostUnder()).toBeLessThanOrEqual(1 + ahead);
        for (const { items } of squares.runs) expect(items.length).toBeLessThanOrEqual(mostItems);
      }),
      { numRuns: 300 },
    );
  });

  it("runs items in the order they came, and gives each the answer to itself", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 7);
    const batcher = createBatcher({ run: squares.run, mostItems: 4, waitMs: 3, queue: 100, timers });
    const results = Array.from({ length: 10 }, (_, i) => batcher.submit(i));
    await timers.advance(100);
    expect(await Promise.all(results)).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(squares.runs.map(({ items }) => items)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
  });

  it("lets the first of a batch wait no longer than agreed, and a full batch not at all", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 1);
    const batcher = createBatcher({ run: squares.run, mostItems: 3, waitMs: 5, queue: 100, timers });
    const alone = batcher.submit(1);
    await timers.advance(4);
    expect(squares.runs).toHaveLength(0);
    const later = batcher.submit(2);
    await timers.advance(20);
    expect(squares.runs).toEqual([{ items: [1, 2], startedMs: 5 }]);
    const full = [3, 4, 5].map((item) => batcher.submit(item));
    await settled();
    expect(squares.runs[1]).toEqual({ items: [3, 4, 5], startedMs: 24 });
    await timers.advance(10);
    expect(await Promise.all([alone, later, ...full])).toEqual([1, 4, 9, 16, 25]);
  });

  it("collects what comes while a batch runs, and starts on it at once afterwards", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 50);
    const batcher = createBatcher({ run: squares.run, mostItems: 8, waitMs: 2, queue: 100, timers });
    const first = batcher.submit(1);
    await timers.advance(10);
    const rest = [2, 3, 4].map((item) => batcher.submit(item));
    await timers.advance(100);
    expect(squares.runs).toEqual([{ items: [1], startedMs: 2 }, { items: [2, 3, 4], startedMs: 52 }]);
    expect(await Promise.all([first, ...rest])).toEqual([1, 4, 9, 16]);
  });

  it("hands the next batch over ahead only when it is full, and in order", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 50);
    const batcher = createBatcher({ run: squares.run, mostItems: 3, waitMs: 2, queue: 100, ahead: 1, timers });
    const results = Array.from({ length: 8 }, (_, i) => batcher.submit(i));
    await timers.advance(10);
    expect(squares.runs).toEqual([{ items: [0, 1, 2], startedMs: 0 }, { items: [3, 4, 5], startedMs: 0 }]);
    await timers.advance(100);
    expect(squares.runs[2]).toEqual({ items: [6, 7], startedMs: 50 });
    expect(await Promise.all(results)).toEqual([0, 1, 4, 9, 16, 25, 36, 49]);
  });

  it("lets a failing item fail alone, its neighbours getting their answers", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 1);
    const batcher = createBatcher({ run: squares.run, mostItems: 8, waitMs: 1, queue: 100, timers });
    const results = [1, 2, -3, 4, 5, -6, 7].map((item) => outcome(batcher.submit(item)));
    await timers.advance(100);
    expect(await Promise.all(results)).toEqual([1, 4, "a bad item", 16, 25, "a bad item", 49]);
  });

  it("never runs what was aborted while it waited, and frees its place for another", async () => {
    const timers = new FakeTimers();
    const squares = slowSquares(timers, 50);
    const batcher = createBatcher({ run: squares.run, mostItems: 1, waitMs: 0, queue: 1, timers });
    const abort = new AbortController();
    const running = batcher.submit(1);
    const waiting = outcome(batcher.submit(2, abort.signal));
    await expect(batcher.submit(3)).rejects.toBeInstanceOf(BatcherFull);
    abort.abort(new Error("gone"));
    expect(await waiting).toBe("gone");
    const third = batcher.submit(3);
    await expect(batcher.submit(4, abort.signal)).rejects.toThrow("gone");
    await timers.advance(200);
    expect(await Promise.all([running, third])).toEqual([1, 9]);
    expect(squares.runs.map(({ items }) => items)).toEqual([[1], [3]]);
  });

  it("fails every item of a run that answers too few, rather than mix them up", async () => {
    const timers = new FakeTimers();
    const batcher = createBatcher({ run: () => Promise.resolve([]), mostItems: 2, waitMs: 0, queue: 9, timers });
    const results = [1, 2].map((item) => outcome(batcher.submit(item)));
    await timers.advance(1);
    expect(await Promise.all(results)).toEqual(["1 items got 0 answers", "1 items got 0 answers"]);
  });
});
