const elementBytes = 80;

export interface Scored {
  readonly member: string;
  readonly score: number;
}

/** Members in order of score, equal scores in byte order of the member: an array searched by halving, and an index. */
export class SortedSet {
  readonly kind = "zset";
  readonly #scores = new Map<string, number>();
  readonly #ordered: Scored[] = [];
  bytes = 0;

  get size(): number {
    return this.#ordered.length;
  }
  score(member: string): number | undefined {
    return this.#scores.get(member);
  }
  /** All members, lowest first; not to be changed by the caller. */
  get ordered(): readonly Scored[] {
    return this.#ordered;
  }

  set(member: string, score: number): void {
    const old = this.#scores.get(member);
    if (old === score) return;
    if (old === undefined) this.bytes += member.length + elementBytes;
    else this.#ordered.splice(this.#position(member, old), 1);
    this.#scores.set(member, score);
    this.#ordered.splice(this.#position(member, score), 0, { member, score });
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#ordered.splice(this.#position(member, score), 1);
    this.#scores.delete(member);
    this.bytes -= member.length + elementBytes;
    return true;
  }

  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#position(member, score);
  }

  /** Removes ranks `[from, to)` and returns how many those were. */
  deleteRanks(from: number, to: number): number {
    const gone = this.#ordered.splice(from, Math.max(0, to - from));
    for (const { member } of gone) {
      this.#scores.delete(member);
      this.bytes -= member.length + elementBytes;
    }
    return gone.length;
  }

  /** The first rank whose element satisfies `reached`, which must hold for every element after it as well. */
  firstRank(reached: (element: Scored) => boolean): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(this.#ordered[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #position(member: string, score: number): number {
    return this.firstRank((other) => other.score > score || (other.score === score && other.member >= member));
  }
}
