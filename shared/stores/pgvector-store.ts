import type { Vector } from "#shared/kernel/vector.ts";
import { base64Decode } from "#shared/kernel/base64.ts";
import { sql, type Database } from "./database.ts";
import type { VectorStore } from "./vector-store.ts";

function wrongDimensions(id: string, dim: number, space: string, expected: number | undefined): RangeError {
  return new RangeError(`the vector of ${id} has ${dim} dimensions, the space ${space} has ${expected ?? "others"}`);
}

/** pgvector's text form. */
function literal(vector: Vector): string {
  return `[${vector.join(",")}]`;
}

/** The `VectorStore` over pgvector, exact search (no index: right to about 50,000 images). */
export function pgvectorStore(database: Database): VectorStore {
  return {
    async upsert(space, vectors) {
      const latest = new Map(vectors.map(({ image_id, vector }) => [image_id, vector]));
      const [first] = latest.values();
      if (first === undefined) return;
      const dim = first.length;
      for (const [id, vector] of latest) if (vector.length !== dim) throw wrongDimensions(id, vector.length, space, dim);
      const rows = await database.query(
        sql(
          `with given as (select * from unnest($2::uuid[], $3::vector[]) as given (image_id, embedding)),
           written as (
             insert into image_vectors (space, image_id, embedding)
             select $1, image_id, embedding from given
             where not exists (select 1 from (select embedding from image_vectors where space = $1 limit 1) as there
                               where vector_dims(there.embedding) <> $4)
             on conflict (space, image_id) do update set embedding = excluded.embedding
             returning 1)
           select count(*)::int as count from written`,
          space, [...latest.keys()], [...latest.values()].map(literal), dim,
        ),
      );
      if (rows[0]?.["count"] !== latest.size) throw wrongDimensions([...latest.keys()][0]!, dim, space, undefined);
    },

    async search(space, queries, { limit, exclude = [] }) {
      if (queries.length === 0) return [];
      const rows = await database.query(
        sql(
          `select query.place, array_agg(near.image_id order by near.distance) as ids,
                  array_agg(near.distance order by near.distance) as distances
           from unnest($2::vector[]) with ordinality as query (embedding, place),
             lateral (
               select image_id, image_vectors.embedding <=> query.embedding as distance
               from image_vectors where space = $1 and not (image_id = any($3::uuid[]))
               order by image_vectors.embedding <=> query.embedding limit $4) as near
           group by query.place`,
          space, queries.map(literal), exclude, limit,
        ),
      );
      const found = new Map(rows.map((row) => [Number(row["place"]), row]));
      return queries.map((_, index) => {
        const row = found.get(index + 1);
        if (row === undefined) return [];
        const distances = row["distances"] as number[];
        return (row["ids"] as string[]).map((image_id, place) => ({ image_id, distance: distances[place]! }));
      });
    },

    async fetch(space, ids) {
      if (ids.length === 0) return new Map();
      const rows = await database.query(
        sql(
          `select image_id, encode(vector_send(embedding), 'base64') as embedding from image_vectors
           where space = $1 and image_id = any($2::uuid[])`,
          space, ids,
        ),
      );
      return new Map(rows.map((row) => [row["image_id"] as string, vectorFromWire(base64Decode(row["embedding"] as string))]));
    },

    async remove(ids) {
      await database.query(sql(`delete from image_vectors where image_id = any($1::uuid[])`, ids));
    },

    async count(space) {
      const rows = await database.query(sql(`select count(*)::int as count from image_vectors where space = $1`, space));
      return rows[0]?.["count"] as number;
    },
  };
}

/** pgvector's binary form: int16 dimensions, int16 unused, then float32 values, all big-endian. */
function vectorFromWire(bytes: Uint8Array): Vector {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = new Float32Array(view.getInt16(0));
  for (let i = 0; i < vector.length; i++) vector[i] = view.getFloat32(4 + 4 * i);
  return vector;
}
