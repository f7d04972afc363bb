import { setImmediate as nextTurn } from "node:timers/promises";

/** Work goes on this long before others are let run. */
const stretchMs = 8;

/** Runs a stepwise job to its end, giving way whenever it has held the event loop for a stretch. */
export async function inStretches<T>(job: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const until = performance.now() + stretchMs;
    do {
      const step = job.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await nextTurn();
  }
}
