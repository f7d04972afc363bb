import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface Measured {
  seconds: number;
  latenciesMs: number[];
}

/** One way to embed, in a process of its own, so that memory and threads of each are its own. */
export class Side {
  readonly #child: ChildProcess;

  constructor(file: URL, plan: unknown) {
    this.#child = fork(file, [JSON.stringify(plan)], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: ["--disable-warning=ExperimentalWarning"] });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async ask<T>(task: unknown): Promise<T> {
    const asked = new AbortController();
    const exit = once(this.#child, "exit", asked).then(([code]) => [{ failed: `it ended with ${String(code)}` }]);
    exit.catch(() => undefined);
    const answer = Promise.race([once(this.#child, "message", asked), exit]);
    this.#child.send(task as object);
    const [said] = (await answer) as [{ failed?: string; done?: T }];
    asked.abort();
    if (said.failed !== undefined) throw new Error(said.failed);
    return said.done!;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.disconnect();
    await gone;
  }
}

/** A side's own half: answers one task after another until the bench is gone. */
export function serve<T>(work: (task: T) => Promise<unknown>): void {
  process.on("message", (task: T) => {
    void work(task).then(
      (done) => process.send!({ done }),
      (error: unknown) => process.send!({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}

/** Does all items with `width` under way at a time. */
export async function timed<I>(items: readonly I[], width: number, work: (item: I) => Promise<unknown>): Promise<Measured> {
  const latenciesMs: number[] = [];
  let next = 0;
  const began = performance.now();
  const hand = async (): Promise<void> => {
    for (let mine = next++; mine < items.length; mine = next++) {
      const started = performance.now();
      await work(items[mine]!);
      latenciesMs.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: width }, hand));
  return { seconds: (performance.now() - began) / 1000, latenciesMs };
}

/** Items in groups of `size`, the last one smaller where they do not come out even. */
export const inGroups = <I>(items: readonly I[], size: number): I[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
