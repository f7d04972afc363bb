import { hashText, type Random } from "#shared/kernel/random.ts";
import type { Clock } from "#shared/kernel/clock.ts";
import { RedisError } from "../engine.ts";
import { emptyValue, type Kind, type Kinds, type Value } from "./values.ts";

interface Entry {
  value: Value;
  /** What this entry was last counted as. */
  bytes: number;
  /** Place in the order of SCAN, in [0, 2^32). */
  readonly place: number;
}

const entryBytes = 160;
const wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";

/**
 * The keys, their values and when they expire. The map is kept in order of last use, so that what was used least
 * recently leaves first when memory runs out. Commands work on values freely; `settle` then counts what they touched
 * and drops the collections they emptied.
 */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #expiry = new Map<string, number>();
  readonly #touched: string[] = [];
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly random: Random;
  #bytes = 0;
  #sampler: MapIterator<[string, number]> | undefined;
  /** The time of the running command; frozen while a script or a transaction runs, as in Redis. */
  now: number;

  constructor(options: { clock: Clock; random: Random; maxBytes: number }) {
    this.#clock = options.clock;
    this.random = options.random;
    this.#maxBytes = options.maxBytes;
    this.now = options.clock();
  }

  get bytes(): number {
    return this.#bytes;
  }
  get size(): number {
    return this.#entries.size;
  }
  /** Takes the time for the next command. */
  tick(): void {
    this.now = this.#clock();
  }

  find(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#dropIfExpired(key)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#touched.push(key);
    return entry.value;
  }

  /** The value if it is there and of this kind; refuses another kind. */
  read<K extends Kind>(key: string, kind: K): Kinds[K] | undefined {
    const value = this.find(key);
    if (value !== undefined && value.kind !== kind) throw new RedisError(wrongType);
    return value as Kinds[K] | undefined;
  }

  /** The collection at `key`, made empty when it is not there. */
  open<K extends Exclude<Kind, "string">>(key: string, kind: K): Kinds[K] {
    const found = this.read(key, kind);
    if (found !== undefined) return found;
    const made: Kinds[K] = emptyValue[kind]();
    this.put(key, made);
    return made;
  }

  /** Stores a value and forgets the key's expiry. */
  put(key: string, value: Value): void {
    this.delete(key);
    this.#entries.set(key, { value, bytes: 0, place: hashText(key) });
    this.#touched.push(key);
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#dropIfExpired(key)) return false;
    this.#drop(key, entry);
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#expiry.clear();
    this.#bytes = 0;
  }

  expiry(key: string): number | undefined {
    return this.#expiry.get(key);
  }

  /** Sets when (ms since the epoch) a present key goes; a past time removes it at once. */
  setExpiry(key: string, atMs: number | undefined): void {
    if (atMs === undefined) this.#expiry.delete(key);
    else if (atMs <= this.now) this.delete(key);
    else this.#expiry.set(key, atMs);
  }

  /** Every key that has not expired. */
  *keys(): Generator<string> {
    for (const key of this.#entries.keys()) if (!this.#isExpired(key)) yield key;
  }

  /**
   * One step of SCAN. Keys have a fixed place by their hash, and a cursor is a place; so a key that is there all
   * along is met exactly once, however many others come and go. A step covers at least 1/64 of all places.
   */
  scan(cursor: number, count: number): { cursor: number; keys: string[] } {
    const places = 2 ** 32;
    const end = cursor + Math.ceil(Math.max(places / 64, (places * count) / Math.max(1, this.#entries.size)));
    const keys: string[] = [];
    for (const [key, { place }] of this.#entries) {
      if (place >= cursor && place < end && !this.#isExpired(key)) keys.push(key);
    }
    return { cursor: end >= places ? 0 : end, keys };
  }

  /** Counts what the last command touched, drops emptied collections, and evicts down to the memory bound. */
  settle(): void {
    for (const key of this.#touched) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      if (entry.value.size === 0) {
        this.#drop(key, entry);
        continue;
      }
      const bytes = entry.value.bytes + key.length + entryBytes;
      this.#bytes += bytes - entry.bytes;
      entry.bytes = bytes;
    }
    this.#touched.length = 0;
  }

  /** Drops the least recently used keys until memory is within its bound. */
  evict(): void {
    while (this.#bytes > this.#maxBytes) {
      const [oldest] = this.#entries;
      if (oldest === undefined) return;
      this.#drop(...oldest);
    }
  }

  /** Looks at the next few keys that can expire, and at more while a quarter of them had; true when some may be left. */
  expireSome(sample = 20): boolean {
    this.tick();
    let seen = 0;
    let dropped = 0;
    while (seen < sample) {
      this.#sampler ??= this.#expiry.entries();
      const next = this.#sampler.next();
      if (next.done) {
        this.#sampler = undefined;
        break;
      }
      seen++;
      if (this.#dropIfExpired(next.value[0])) dropped++;
    }
    return dropped * 4 > sample;
  }

  #isExpired(key: string): boolean {
    const at = this.#expiry.get(key);
    return at !== undefined && at <= this.now;
  }

  #dropIfExpired(key: string): boolean {
    if (!this.#isExpired(key)) return false;
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#drop(key, entry);
    return true;
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#expiry.delete(key);
    this.#bytes -= entry.bytes;
  }
}
