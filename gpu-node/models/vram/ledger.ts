import { inWords } from "#shared/kernel/bytes.ts";
import type { ModelRole } from "#shared/contract/node.ts";

/** What one model holds: room taken before its load, what it measured after, or what it still holds while it is put away. */
export interface Holding {
  readonly name: string;
  readonly role: ModelRole;
  readonly bytes: number;
  readonly state: "reserved" | "loaded" | "leaving";
  readonly pinned: boolean;
  /** Leases in force; a model in use is never put away. */
  readonly users: number;
}

/** Where the memory is. `free` is negative only when the capacity was lowered below what is held. */
export interface MemoryFigures {
  capacityBytes: number;
  reservedBytes: number;
  loadedBytes: number;
  freeBytes: number;
  /** Of the loaded: what may be put away for another. */
  evictableBytes: number;
}

/** A load was refused before it began; nothing was put away for it. */
export class DoesNotFit extends Error {
  override readonly name = "DoesNotFit";
  readonly neededBytes: number;
  readonly figures: MemoryFigures;

  constructor(model: string, neededBytes: number, figures: MemoryFigures) {
    const { capacityBytes, freeBytes, evictableBytes, reservedBytes, loadedBytes } = figures;
    super(
      `${model} needs ${inWords(neededBytes)} of model memory: of ${inWords(capacityBytes)}, ${inWords(Math.max(0, freeBytes))} are free and ` +
        `${inWords(evictableBytes)} could be made free (${inWords(reservedBytes)} reserved, ${inWords(loadedBytes - evictableBytes)} pinned or in use).`,
    );
    this.neededBytes = neededBytes;
    this.figures = figures;
  }
}

/**
 * Who holds how much of the memory for models, and who has to go when another comes. It only keeps the books: loading and
 * putting away is the manager's. A mistake in the order of calls throws a `RangeError` and changes nothing.
 *
 * `makeRoom` → (put away, `release`) → `reserve` → `commit` or `release`.
 */
export class VramLedger {
  /** In order of use, the least recently used first. */
  readonly #holdings = new Map<string, Holding>();
  #capacityBytes: number;

  constructor(capacityBytes: number) {
    this.#capacityBytes = whole(capacityBytes);
  }

  /** Least recently used first. */
  holdings(): Holding[] {
    return [...this.#holdings.values()];
  }

  figures(): MemoryFigures {
    const sum = (which: (holding: Holding) => boolean) => this.holdings().reduce((bytes, one) => bytes + (which(one) ? one.bytes : 0), 0);
    const reservedBytes = sum(({ state }) => state === "reserved");
    const loadedBytes = sum(({ state }) => state !== "reserved");
    return {
      capacityBytes: this.#capacityBytes, reservedBytes, loadedBytes,
      freeBytes: this.#capacityBytes - reservedBytes - loadedBytes,
      evictableBytes: sum(isEvictable),
    };
  }

  /** Follows what other programs leave. Marks and names, as `makeRoom` does, who has to go where too much is held now. */
  resize(capacityBytes: number): string[] {
    this.#capacityBytes = whole(capacityBytes);
    return this.#leave(-this.figures().freeBytes);
  }

  /**
   * Marks as leaving what has to be put away so that `bytes` fit, and names it: what is leaving already, then the least
   * recently used. Never one that is pinned, in use, or being loaded. Throws `DoesNotFit` where that is not enough.
   */
  makeRoom(model: string, bytes: number): string[] {
    const figures = this.figures();
    const lackingBytes = whole(bytes) - figures.freeBytes;
    if (lackingBytes > figures.evictableBytes) throw new DoesNotFit(model, bytes, figures);
    return this.#leave(lackingBytes);
  }

  /** A model that was to leave may stay after all. */
  stay(name: string): void {
    this.#replace(this.#find(name, "leaving"), { state: "loaded" });
  }

  reserve(name: string, role: ModelRole, bytes: number, { pinned = false } = {}): void {
    if (this.#holdings.has(name)) throw new RangeError(`${name} holds memory already`);
    const figures = this.figures();
    if (whole(bytes) > figures.freeBytes) throw new DoesNotFit(name, bytes, figures);
    this.#holdings.set(name, { name, role, bytes, state: "reserved", pinned, users: 0 });
  }

  /** The load is done and measured. Throws `DoesNotFit` where it took more than there is; then put it away and `release`. */
  commit(name: string, measuredBytes: number): void {
    const holding = this.#find(name, "reserved");
    const figures = this.figures();
    if (whole(measuredBytes) - holding.bytes > figures.freeBytes) throw new DoesNotFit(name, measuredBytes, figures);
    this.#use({ ...holding, bytes: measuredBytes, state: "loaded" });
  }

  /** The model is gone, or its load failed. */
  release(name: string): void {
    const holding = this.#find(name, "reserved", "leaving", "loaded");
    if (holding.users > 0) throw new RangeError(`${name} is in use`);
    this.#holdings.delete(name);
  }

  /** One more user, until `giveBack`; false where the model is not loaded, or leaving. */
  take(name: string): boolean {
    const holding = this.#holdings.get(name);
    if (holding?.state !== "loaded") return false;
    this.#use({ ...holding, users: holding.users + 1 });
    return true;
  }

  giveBack(name: string): void {
    const holding = this.#find(name, "loaded");
    if (holding.users === 0) throw new RangeError(`${name} is not in use`);
    this.#use({ ...holding, users: holding.users - 1 });
  }

  pin(name: string, pinned: boolean): void {
    this.#replace(this.#find(name, "reserved", "loaded"), { pinned });
  }

  #leave(lackingBytes: number): string[] {
    const evictable = this.holdings().filter(isEvictable);
    const leaving = evictable.filter(({ state }) => state === "leaving");
    let restBytes = lackingBytes - leaving.reduce((bytes, one) => bytes + one.bytes, 0);
    for (const one of evictable) {
      if (restBytes <= 0) break;
      if (one.state === "leaving") continue;
      restBytes -= one.bytes;
      leaving.push(one);
      this.#replace(one, { state: "leaving" });
    }
    return leaving.map(({ name }) => name);
  }

  #find(name: string, ...states: Holding["state"][]): Holding {
    const holding = this.#holdings.get(name);
    if (holding === undefined || !states.includes(holding.state)) throw new RangeError(`${name} is ${holding?.state ?? "not held"}, not ${states.join(" or ")}`);
    return holding;
  }

  #replace(holding: Holding, change: Partial<Holding>): void {
    this.#holdings.set(holding.name, { ...holding, ...change });
  }

  /** The same at the end of the order: it was used last. */
  #use(holding: Holding): void {
    this.#holdings.delete(holding.name);
    this.#holdings.set(holding.name, holding);
  }
}

const isEvictable = ({ state, pinned, users }: Holding): boolean => state === "leaving" || (state === "loaded" && !pinned && users === 0);

function whole(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`${bytes} is not a number of bytes`);
  return bytes;
}
