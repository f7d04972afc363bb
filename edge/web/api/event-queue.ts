import type { Interaction } from "#shared/contract/interaction.ts";

/** Where events wait until the server has taken them. One entry an event, so that two tabs never overwrite each other. */
export interface EventStorage {
  all(): Interaction[];
  put(event: Interaction): void;
  remove(id: string): void;
}

/**
 * What became of a batch. `taken`: the server has it (duplicates and refused events included: neither improves by
 * waiting). `refused`: the batch as a whole was not understood. `later`: nothing was accepted; try again.
 */
export type Delivery = { outcome: "taken"; offset: number } | { outcome: "refused" } | { outcome: "later"; afterMs?: number };

export interface QueueParts {
  storage: EventStorage;
  deliver(events: Interaction[]): Promise<Delivery>;
  /** Calls back once after `ms`; returns what cancels it. */
  schedule(callback: () => void, ms: number): () => void;
  onTaken?(offset: number): void;
}

export const queueLimits = { batch: 100, eager: 20, kept: 500, flushMs: 2_000, firstRetryMs: 1_000, lastRetryMs: 60_000 } as const;

/** Kinds that carry least about taste go first when the queue is full; within a kind the oldest goes first. */
const leastMissed: readonly Interaction["kind"][] = ["view", "dwell", "open"];

/**
 * Holds a viewer's interactions until the server has accepted them: every event is written to storage before anything
 * is sent and leaves it only when taken, so a crash or an outage loses none; ids are the client's own, so sending one
 * twice changes nothing. Bounded: past `kept` events the least telling are dropped.
 */
export class EventQueue {
  readonly #parts: QueueParts;
  #waiting: Interaction[];
  #sending: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  #retryMs: number = queueLimits.firstRetryMs;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#waiting = parts.storage.all().sort((a, b) => a.at.localeCompare(b.at));
    if (this.#waiting.length > 0) this.#flushIn(queueLimits.flushMs);
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** `urgent` events are sent at once and take along what waits. */
  push(event: Interaction, urgent: boolean): void {
    this.#waiting.push(event);
    this.#parts.storage.put(event);
    this.#bound();
    if (urgent || this.#waiting.length >= queueLimits.eager) void this.flush();
    else if (this.#cancelTimer === null) this.#flushIn(queueLimits.flushMs);
  }

  /** Takes back an event that was never sent; false when it is on its way or already there. */
  withdraw(id: string): boolean {
    if (this.#sending !== null) return false;
    const index = this.#waiting.findIndex((event) => event.id === id);
    if (index < 0) return false;
    this.#waiting.splice(index, 1);
    this.#parts.storage.remove(id);
    return true;
  }

  /** Resolves once everything that waits now was tried; true when the server has it all. */
  async flush(): Promise<boolean> {
    while (this.#sending !== null) await this.#sending;
    if (this.#waiting.length === 0) return true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#sending = this.#drain();
    await this.#sending;
    return this.#waiting.length === 0;
  }

  /** What a page that is going away hands to a request that outlives it; nothing leaves storage on its account. */
  leaving(): Interaction[] {
    return this.#waiting.slice(0, queueLimits.batch);
  }

  /** Forgets everything unsent: only for a viewer who erased themselves. */
  forget(): void {
    for (const event of this.#waiting) this.#parts.storage.remove(event.id);
    this.#waiting = [];
  }

  async #drain(): Promise<void> {
    let size: number = queueLimits.batch;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, size);
        const delivery = await this.#parts.deliver(batch).catch((): Delivery => ({ outcome: "later" }));
        if (delivery.outcome === "later") {
          this.#flushIn(delivery.afterMs ?? this.#retryMs);
          this.#retryMs = Math.min(this.#retryMs * 2, queueLimits.lastRetryMs);
          return;
        }
        this.#retryMs = queueLimits.firstRetryMs;
        if (delivery.outcome === "refused" && batch.length > 1) {
          size = Math.ceil(batch.length / 2); // find the one event the server cannot read without losing the others
          continue;
        }
        this.#leave(batch);
        if (delivery.outcome === "taken") this.#parts.onTaken?.(delivery.offset);
      }
    } finally {
      this.#sending = null;
    }
  }

  #leave(batch: Interaction[]): void {
    const gone = new Set(batch.map((event) => event.id));
    this.#waiting = this.#waiting.filter((event) => !gone.has(event.id));
    for (const id of gone) this.#parts.storage.remove(id);
  }

  #flushIn(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#parts.schedule(() => {
      this.#cancelTimer = null;
      void this.flush();
    }, ms);
  }

  #bound(): void {
    while (this.#waiting.length > queueLimits.kept) {
      const kind = leastMissed.find((candidate) => this.#waiting.some((event) => event.kind === candidate));
      const index = kind === undefined ? 0 : this.#waiting.findIndex((event) => event.kind === kind);
      const [dropped] = this.#waiting.splice(index, 1);
      this.#parts.storage.remove(dropped!.id);
    }
  }
}
