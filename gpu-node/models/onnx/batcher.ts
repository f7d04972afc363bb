/** When things happen: an argument, so that tests hold the clock. */
export interface Timers {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Calls once after `ms`, unless cancelled. */
  after(ms: number, call: () => void): { cancel(): void };
}

export interface BatcherParts<I, O> {
  /** Works on items together; one answer an item, in their order. */
  run: (items: readonly I[]) => Promise<readonly O[]>;
  /** Most items of one run. */
  mostItems: number;
  /** How long the first of a batch waits for others while nothing runs. */
  waitMs: number;
  /** Items that may wait beyond those being run; one more is refused. */
  queue: number;
  /** Full batches that `run` is given while another is under way, so that it has the next at hand when one ends; 0 where not said. */
  ahead?: number;
  timers?: Timers;
}

/** As many wait as may; nothing was done with the item. */
export class BatcherFull extends Error {
  override readonly name = "BatcherFull";
}

/**
 * Brings single items together into batches, for work that costs less an item when done together.
 *
 * Promises: every submission is settled once, by its own answer, its own failure or its signal's reason; items are run in the
 * order they came, one batch at a time but for full ones handed over ahead; while nothing runs, none waits longer than `waitMs`; an item that makes a run fail is
 * found by running halves, and fails alone; what is aborted while it waits is never run.
 */
export interface Batcher<I, O> {
  submit(item: I, signal?: AbortSignal): Promise<O>;
  /** Items being run or waiting. */
  readonly load: number;
}

interface Waiting<I, O> {
  item: I;
  sinceMs: number;
  settled: boolean;
  resolve: (answer: O) => void;
  reject: (error: unknown) => void;
}

const realTimers: Timers = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

export function createBatcher<I, O>({ run, mostItems, waitMs, queue, ahead = 0, timers = realTimers }: BatcherParts<I, O>): Batcher<I, O> {
  const waiting: Waiting<I, O>[] = [];
  let running = 0;
  let batches = 0;
  let alarm: { cancel(): void } | undefined;

  /** Starts what is due: full batches, or one whose first item has waited long enough where nothing runs. */
  function look(): void {
    alarm?.cancel();
    alarm = undefined;
    while (waiting.length >= mostItems && batches <= ahead) start();
    const first = waiting[0];
    if (first === undefined || batches > 0) return;
    const leftMs = first.sinceMs + waitMs - timers.now();
    if (leftMs > 0) alarm = timers.after(leftMs, look);
    else start();
  }

  function start(): void {
    const batch = waiting.splice(0, mostItems);
    running += batch.length;
    batches++;
    void runAll(batch).finally(() => {
      running -= batch.length;
      batches--;
      look();
    });
  }

  /** Never rejects: what fails is told to those it concerns. */
  async function runAll(batch: readonly Waiting<I, O>[]): Promise<void> {
    const wanted = batch.filter((one) => !one.settled);
    if (wanted.length === 0) return;
    try {
      const answers = await run(wanted.map(({ item }) => item));
      if (answers.length !== wanted.length) throw new RangeError(`${wanted.length} items got ${answers.length} answers`);
      for (const [i, one] of wanted.entries()) one.resolve(answers[i]!);
    } catch (error) {
      if (wanted.length === 1) {
        wanted[0]!.reject(error);
        return;
      }
      const half = Math.ceil(wanted.length / 2);
      await runAll(wanted.slice(0, half));
      await runAll(wanted.slice(half));
    }
  }

  return {
    get load() {
      return running + waiting.length;
    },
    submit(item, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (waiting.length >= queue) return Promise.reject(new BatcherFull(`${queue} items wait already; try again in a moment`));
      return new Promise<O>((resolve, reject) => {
        const settle = <V>(how: (value: V) => void) => (value: V) => {
          if (entry.settled) return;
          entry.settled = true;
          signal?.removeEventListener("abort", leave);
          how(value);
        };
        const entry: Waiting<I, O> = { item, sinceMs: timers.now(), settled: false, resolve: settle(resolve), reject: settle(reject) };
        function leave(): void {
          const place = waiting.indexOf(entry);
          if (place >= 0) waiting.splice(place, 1);
          entry.reject(signal!.reason);
          look();
        }
        signal?.addEventListener("abort", leave, { once: true });
        waiting.push(entry);
        look();
      });
    },
  };
}
