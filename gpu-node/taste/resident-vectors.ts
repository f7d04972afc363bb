import usearch from "usearch";
import type { Vector } from "#shared/kernel/vector.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { Neighbour, StoredVector, VectorStore } from "#shared/stores/vector-store.ts";

/** A `VectorStore` that answers for one space from memory. */
export interface ResidentVectors extends VectorStore {
  /** Takes in the images stored since the last time; from the first time on the space is searched in memory. */
  follow(): Promise<void>;
  /** Forgets images without asking the store to: they were removed from it elsewhere. */
  drop(ids: readonly string[]): void;
  /** Takes in vectors of the space that the store holds already. */
  take(vectors: Iterable<readonly [string, Vector]>): void;
}

export interface ResidentParts {
  /** Holds every vector for good, and answers for other spaces and for galleries that have outgrown memory. */
  store: VectorStore;
  images: Pick<ImageStore, "idsAfter">;
  space: string;
  dim: number;
  /** Images held at most; at 128 dimensions 50,000 are 26 MB, and seven queries take about 8 ms. */
  capacity?: number;
}

const { exactSearch, MetricKind } = usearch;

const readBatch = 1_000;
/** Neighbours asked for beyond the limit, in place of those that are excluded. */
const spare = 64;
/** Numbers below the newest that are looked at again: a number is given out before its row can be seen. */
const overlap = 200;

/**
 * Keeps a gallery's vectors in the node's memory and searches them exactly. Up to some ten thousand images this
 * is faster than a round trip to any store, and takes the heaviest part of composing a page off the database.
 */
export function residentVectors({ store, images, space, dim, capacity = 50_000 }: ResidentParts): ResidentVectors {
  const table = new VectorTable(dim);
  let followed = false;
  let outgrown = false;
  let newestSeq = 0;

  const isHere = (asked: string): boolean => asked === space && followed && !outgrown;
  const take = (vectors: Iterable<readonly [string, Vector]>): void => {
    for (const [id, vector] of vectors) table.set(id, vector);
    outgrown ||= table.size > capacity;
    if (outgrown) table.clear();
  };

  return {
    async follow() {
      for (let after = Math.max(0, newestSeq - overlap); !outgrown; ) {
        const batch = await images.idsAfter(after, readBatch);
        const unknown = batch.map(({ id }) => id).filter((id) => !table.has(id));
        if (unknown.length > 0) take(await store.fetch(space, unknown));
        after = newestSeq = Math.max(newestSeq, batch.at(-1)?.seq ?? 0);
        if (batch.length < readBatch) break;
      }
      followed = true;
    },

    async upsert(asked, vectors) {
      await store.upsert(asked, vectors);
      if (isHere(asked)) take(vectors.map(({ image_id, vector }: StoredVector) => [image_id, vector]));
    },

    search(asked, queries, options) {
      if (!isHere(asked)) return store.search(asked, queries, options);
      const exclude = new Set(options.exclude);
      return Promise.resolve(table.nearest(queries, options.limit, exclude));
    },

    async fetch(asked, ids) {
      if (!isHere(asked)) return store.fetch(asked, ids);
      const found = new Map<string, Vector>();
      for (const id of ids) {
        const vector = table.get(id);
        if (vector) found.set(id, vector);
      }
      const missing = ids.filter((id) => !found.has(id));
      if (missing.length > 0) for (const [id, vector] of await store.fetch(asked, missing)) found.set(id, vector);
      return found;
    },

    async remove(ids) {
      await store.remove(ids);
      for (const id of ids) table.delete(id);
    },

    take(vectors) {
      if (isHere(space)) take(vectors);
    },

    drop(ids) {
      for (const id of ids) table.delete(id);
    },

    count: (asked) => store.count(asked),
  };
}

/** Vectors by id in one piece of memory, `[size × dim] float32`, in no order. */
class VectorTable {
  readonly #dim: number;
  readonly #rowOf = new Map<string, number>();
  #ids: string[] = [];
  #matrix: Float32Array;

  constructor(dim: number) {
    this.#dim = dim;
    this.#matrix = new Float32Array(1_024 * dim);
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: string): boolean {
    return this.#rowOf.has(id);
  }

  /** A copy, which stays what it is when rows move. */
  get(id: string): Vector | undefined {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.#matrix.slice(row * this.#dim, (row + 1) * this.#dim);
  }

  set(id: string, vector: Vector): void {
    if (vector.length !== this.#dim) throw new RangeError(`the vector of ${id} has ${vector.length} dimensions, not ${this.#dim}`);
    const row = this.#rowOf.get(id) ?? this.#ids.push(id) - 1;
    if ((row + 1) * this.#dim > this.#matrix.length) {
      const wider = new Float32Array(2 * this.#matrix.length);
      wider.set(this.#matrix);
      this.#matrix = wider;
    }
    this.#matrix.set(vector, row * this.#dim);
    this.#rowOf.set(id, row);
  }

  /** The last row takes the place of the one that goes. */
  delete(id: string): void {
    const row = this.#rowOf.get(id);
    if (row === undefined) return;
    const last = this.#ids.length - 1;
    this.#matrix.copyWithin(row * this.#dim, last * this.#dim, (last + 1) * this.#dim);
    this.#ids[row] = this.#ids[last]!;
    this.#rowOf.set(this.#ids[row], row);
    this.#ids.pop();
    this.#rowOf.delete(id);
  }

  clear(): void {
    this.#rowOf.clear();
    this.#ids = [];
    this.#matrix = new Float32Array(this.#dim);
  }

  /** Per query the `limit` nearest, nearest first. What is excluded is asked for beside them, more of it if that was not enough. */
  nearest(queries: readonly Vector[], limit: number, exclude: ReadonlySet<string>): Neighbour[][] {
    for (const query of queries)
      if (query.length !== this.#dim) throw new RangeError(`the query has ${query.length} dimensions, not ${this.#dim}`);
    if (queries.length === 0 || this.size === 0 || limit <= 0) return queries.map(() => []);
    // usearch reads from where a buffer begins, whatever the view on it says.
    const asked = new Float32Array(queries.length * this.#dim);
    queries.forEach((query, q) => asked.set(query, q * this.#dim));
    const rows = this.#matrix.subarray(0, this.size * this.#dim);
    for (let count = limit + spare; ; count *= 4) {
      const each = Math.min(count, this.size);
      const { keys, distances } = exactSearch(rows, asked, this.#dim, each, MetricKind.IP, 1);
      const found = queries.map((_, q) => this.#firstOf(keys, distances, q * each, each, limit, exclude));
      if (each === this.size || found.every(({ length }) => length === limit)) return found;
    }
  }

  #firstOf(keys: BigUint64Array, distances: Float32Array, from: number, count: number, limit: number, exclude: ReadonlySet<string>): Neighbour[] {
    const found: Neighbour[] = [];
    for (let k = from; k < from + count && found.length < limit; k++) {
      const image_id = this.#ids[Number(keys[k])]!;
      if (!exclude.has(image_id)) found.push({ image_id, distance: distances[k]! });
    }
    return found;
  }
}
