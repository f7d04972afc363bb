/** Thrown when a waiter gives up because its client went away. */
export class TurnAbandonedError extends Error {
  override name = "TurnAbandonedError";
}

/** Thrown instead of letting the line grow without bound. */
export class TurnRefusedError extends Error {
  override name = "TurnRefusedError";
}

/**
 * One engine, one statement at a time: whoever holds the turn has the engine alone. First come, first served; at most
 * `maxWaiting` wait, and whoever comes later is refused at once.
 */
export class TurnQueue {
  readonly #maxWaiting: number;
  /** A Set keeps the order of arrival and lets a waiter leave from the middle in constant time. */
  readonly #waiting = new Set<() => void>();
  #held = false;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves with the turn, which the caller disposes of. Rejects when the line is full or `signal` aborts the wait. */
  async take(signal?: AbortSignal): Promise<Disposable> {
    if (this.#held) await this.#wait(signal);
    this.#held = true;
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        this.#passOn();
      },
    };
  }

  #wait(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) throw new TurnRefusedError(`${this.#maxWaiting} queries are waiting already`);
    if (signal?.aborted === true) throw new TurnAbandonedError("the client went away");
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(proceed);
        reject(new TurnAbandonedError("the client went away"));
      };
      const proceed = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      this.#waiting.add(proceed);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** The turn goes straight to the next in line (it stays held), so that a newcomer cannot slip in between. */
  #passOn(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next();
      return;
    }
    this.#held = false;
  }
}
