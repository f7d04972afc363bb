import { secondMs, type Clock } from "#shared/kernel/clock.ts";

export interface NonceStore {
  /**
   * True for the first claim of a nonce, false for every later one until `expiresAtMs`. Of claims at the same moment
   * exactly one wins. Throws when it cannot tell; the request is then refused.
   */
  claim(nonce: string, expiresAtMs: number): Promise<boolean>;
}

/** More live nonces than there is room for: the store refuses new ones rather than forget one that could be replayed. */
export class NoncesFull extends Error {
  constructor(capacity: number) {
    super(`all ${capacity} places for nonces are taken by live ones`);
    this.name = "NoncesFull";
  }
}

/**
 * Nonces in memory. They are grouped by the second in which they expire, so that forgetting costs one step a second
 * and not one a nonce. About 150 bytes each; only verified requests get this far, so strangers cannot fill it.
 */
export class MemoryNonces implements NonceStore {
  readonly #live = new Set<string>();
  readonly #expiring = new Map<number, string[]>();
  readonly #clock: Clock;
  readonly #capacity: number;
  #sweptSecond = 0;

  constructor(clock: Clock, capacity = 200_000) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#live.size;
  }

  claim(nonce: string, expiresAtMs: number): Promise<boolean> {
    this.#sweep();
    if (this.#live.has(nonce)) return Promise.resolve(false);
    if (this.#live.size >= this.#capacity) return Promise.reject(new NoncesFull(this.#capacity));
    this.#live.add(nonce);
    const second = Math.ceil(expiresAtMs / secondMs);
    const group = this.#expiring.get(second);
    if (group) group.push(nonce);
    else this.#expiring.set(second, [nonce]);
    return Promise.resolve(true);
  }

  #sweep(): void {
    const now = Math.floor(this.#clock() / secondMs);
    if (now <= this.#sweptSecond) return;
    this.#sweptSecond = now;
    for (const [second, nonces] of this.#expiring) {
      if (second > now) continue;
      for (const nonce of nonces) this.#live.delete(nonce);
      this.#expiring.delete(second);
    }
  }
}
