/** The kinds of work that compete for the machine; each has its own bound, so that none starves another. */
export const lanes = ["compose", "observe", "ingest", "embed", "reply"] as const;
export type Lane = (typeof lanes)[number];

export interface LaneUsage {
  taken: number;
  limit: number;
  /** Since the start. */
  refused: number;
}

/**
 * Refuses work early in place of queueing it: `using slot = admission.tryTake("compose") ?? refuse("gpu.busy")`.
 * A slot is given back at the end of its scope, once, whatever happened in it.
 */
export class Admission {
  readonly #usage: Record<Lane, LaneUsage>;

  constructor(limits: Record<Lane, number>) {
    const entries = lanes.map((lane) => [lane, { taken: 0, limit: limits[lane], refused: 0 }] as const);
    this.#usage = Object.fromEntries(entries) as Record<Lane, LaneUsage>;
  }

  tryTake(lane: Lane): Disposable | null {
    const usage = this.#usage[lane];
    if (usage.taken >= usage.limit) {
      usage.refused += 1;
      return null;
    }
    usage.taken += 1;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) usage.taken -= 1;
        held = false;
      },
    };
  }

  usage(lane: Lane): Readonly<LaneUsage> {
    return { ...this.#usage[lane] };
  }
}
