import { QdrantClient, type Schemas } from "@qdrant/js-client-rest";
import { Failure } from "#shared/contract/failures.ts";
import { hashText } from "#shared/kernel/random.ts";
import type { VectorStore } from "./vector-store.ts";

export interface QdrantAddress {
  url: string;
  apiKey?: string;
}

const collectionPrefix = "images.";
const timeoutMs = 10_000;
/** Points in one request; 256 of 512 dimensions are about 3 MB of JSON, well under Qdrant's 32 MB. */
const upsertBatch = 256;

/** A space's collection. Characters Qdrant does not take are replaced, and a hash then keeps two such names apart. */
export function collectionOf(space: string): string {
  const plain = space.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  return collectionPrefix + (plain === space ? plain : `${plain}.${hashText(space).toString(16)}`);
}

/** The `VectorStore` over Qdrant: one collection a space, points named by image id, no payload. */
export function qdrantStore({ url, apiKey }: QdrantAddress): VectorStore {
  const client = new QdrantClient({ url, ...(apiKey === undefined ? {} : { apiKey }), timeout: timeoutMs, checkCompatibility: false });
  /** Dimensions of the collections known to be there. */
  const dims = new Map<string, number>();

  /** Dimensions of the space's collection, or undefined while it has none. */
  const dimOf = async (space: string): Promise<number | undefined> => {
    const known = dims.get(space);
    if (known !== undefined) return known;
    const info = await orUndefined(404, client.getCollection(collectionOf(space)));
    const size = info === undefined ? undefined : vectorSize(info);
    if (size !== undefined) dims.set(space, size);
    return size;
  };

  const make = async (space: string, dim: number): Promise<void> => {
    // 409: another writer was first; whether its dimensions fit is checked next.
    await orUndefined(409, client.createCollection(collectionOf(space), { vectors: { size: dim, distance: "Cosine" } }));
  };

  return {
    async upsert(space, vectors) {
      const points = [...new Map(vectors.map(({ image_id, vector }) => [image_id, vector]))];
      if (points.length === 0) return;
      if ((await dimOf(space)) === undefined) await make(space, points[0]![1].length);
      const dim = await dimOf(space);
      for (const [id, vector] of points)
        if (vector.length !== dim) throw new RangeError(`the vector of ${id} has ${vector.length} dimensions, the space ${space} has ${dim}`);
      for (let from = 0; from < points.length; from += upsertBatch)
        await orAway(
          client.upsert(collectionOf(space), {
            wait: true,
            points: points.slice(from, from + upsertBatch).map(([id, vector]) => ({ id, vector: Array.from(vector) })),
          }),
        );
    },

    async search(space, queries, { limit, exclude = [] }) {
      if (queries.length === 0) return [];
      const filter = exclude.length === 0 ? {} : { filter: { must_not: [{ has_id: [...exclude] }] } };
      const searches = queries.map((query) => ({ query: Array.from(query), limit, with_payload: false, ...filter }));
      const answers = await orUndefined(404, client.queryBatch(collectionOf(space), { searches }));
      return queries.map((_, i) => (answers?.[i]?.points ?? []).map(({ id, score }) => ({ image_id: String(id), distance: 1 - score })));
    },

    async fetch(space, ids) {
      if (ids.length === 0) return new Map();
      const points = await orUndefined(
        404,
        client.retrieve(collectionOf(space), { ids: [...ids], with_payload: false, with_vector: true }),
      );
      return new Map((points ?? []).map(({ id, vector }) => [String(id), new Float32Array(vector as number[])]));
    },

    async remove(ids) {
      if (ids.length === 0) return;
      const { collections } = await orAway(client.getCollections());
      for (const { name } of collections)
        if (name.startsWith(collectionPrefix)) await orUndefined(404, client.delete(name, { wait: true, points: [...ids] }));
    },

    async count(space) {
      return (await orUndefined(404, client.count(collectionOf(space), { exact: true })))?.count ?? 0;
    },
  };
}

function vectorSize({ config }: Schemas["CollectionInfo"]): number | undefined {
  const { vectors } = config.params;
  return typeof vectors?.["size"] === "number" ? vectors["size"] : undefined;
}

/** The status of an answer, whatever class the client threw: its classes differ between its own builds. */
function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

async function orAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && status >= 400 && status < 500 && status !== 429) throw error;
    throw new Failure("store.away", { cause: error });
  }
}

async function orUndefined<T>(expected: number, work: Promise<T>): Promise<T | undefined> {
  try {
    return await orAway(work);
  } catch (error) {
    if (statusOf(error) === expected) return undefined;
    throw error;
  }
}
