/** Times how long each slot is in view. Glances under `shortest` are not worth telling. */
export class DwellMeter<K> {
  readonly #since = new Map<K, number>();
  readonly #shortestMs: number;
  readonly #report: (key: K, ms: number) => void;

  constructor(report: (key: K, ms: number) => void, shortestMs = 400) {
    this.#report = report;
    this.#shortestMs = shortestMs;
  }

  enter(key: K, nowMs: number): void {
    if (!this.#since.has(key)) this.#since.set(key, nowMs);
  }

  leave(key: K, nowMs: number): void {
    const since = this.#since.get(key);
    if (since === undefined) return;
    this.#since.delete(key);
    const ms = Math.round(nowMs - since);
    if (ms >= this.#shortestMs) this.#report(key, ms);
  }

  /** Everything in view leaves at once: the page hides, or something covers the feed. Returns what was in view. */
  leaveAll(nowMs: number): K[] {
    const keys = [...this.#since.keys()];
    for (const key of keys) this.leave(key, nowMs);
    return keys;
  }
}
