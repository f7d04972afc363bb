import { besideEachOther, lanes, rowDots } from "#shared/feed/rows.ts";
import type { Vector } from "#shared/kernel/vector.ts";
import type { ImageStore } from "#shared/stores/image-store.ts";
import type { Neighbour, StoredVector, VectorStore } from "#shared/stores/vector-store.ts";

/** A `VectorStore` that answers for one space from memory. */
export interface ResidentVectors extends VectorStore {
  /** Takes in the images stored since the last time; from the first time on the space is searched in memory. */
  follow(): Promise<void>;
}

export interface ResidentParts {
  /** Holds every vector for good, and answers for other spaces and for galleries that have outgrown memory. */
  store: VectorStore;
  images: Pick<ImageStore, "idsAfter">;
  space: string;
  dim: number;
  /** Images held at most; at 128 dimensions 50,000 are 26 MB, and one query takes about 5 ms. */
  capacity?: number;
}

const readBatch = 1_000;
/** Numbers below the newest that are looked at again: a number is given out before its row can be seen. */
const overlap = 200;

/**
 * Keeps a gallery's vectors in the node's memory and searches them exactly, row by row. Up to some ten thousand images this
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

    count: (asked) => store.count(asked),
  };
}

/** The nearest to one query so far, nearest first, and the distance that the next has to come under. */
interface Found {
  query: Vector;
  best: Neighbour[];
  farthest: number;
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

  /** Per query the `limit` nearest, nearest first; each row is read once for up to eight queries. */
  nearest(queries: readonly Vector[], limit: number, exclude: ReadonlySet<string>): Neighbour[][] {
    for (const query of queries)
      if (query.length !== this.#dim) throw new RangeError(`the query has ${query.length} dimensions, not ${this.#dim}`);
    const found = queries.map((query) => ({ query, best: [] as Neighbour[], farthest: Infinity }));
    for (let first = 0; first < found.length; first += lanes) this.#search(found.slice(first, first + lanes), limit, exclude);
    return found.map(({ best }) => best);
  }

  #search(asked: readonly Found[], limit: number, exclude: ReadonlySet<string>): void {
    const packed = besideEachOther(asked.map(({ query }) => query), this.#dim);
    const dots = new Float64Array(lanes);
    for (let row = 0; row < this.#ids.length; row++) {
      rowDots(this.#matrix, row * this.#dim, packed, this.#dim, dots);
      for (let i = 0; i < asked.length; i++) if (1 - dots[i]! < asked[i]!.farthest) this.#enter(asked[i]!, row, 1 - dots[i]!, limit, exclude);
    }
  }

  /** The list is kept sorted while rows go by, and few of them ever enter it. */
  #enter(found: Found, row: number, distance: number, limit: number, exclude: ReadonlySet<string>): void {
    const image_id = this.#ids[row]!;
    if (exclude.has(image_id)) return;
    const { best } = found;
    let place = best.length;
    while (place > 0 && best[place - 1]!.distance > distance) place--;
    best.splice(place, 0, { image_id, distance });
    if (best.length > limit) best.pop();
    if (best.length === limit) found.farthest = best[limit - 1]!.distance;
  }
}
