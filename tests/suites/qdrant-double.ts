import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/**
 * Not Qdrant: a small stand-in that answers the requests our adapter makes in the way Qdrant's REST documentation
 * describes, by brute force. It checks the form of every request body strictly (an unknown field is refused), so that the
 * adapter is held to the documented interface; what a real server would do beyond that is not shown by it.
 */
export interface QdrantDouble extends AsyncDisposable {
  url: string;
  /** `METHOD path`, in order. */
  requests: string[];
  /** From now on every request is answered with this status; undefined: as usual. */
  failWith(status: number | undefined): void;
}

const PointId = z.union([z.uuid(), z.int().min(0)]);
const CreateCollection = z.strictObject({ vectors: z.strictObject({ size: z.int().min(1), distance: z.literal("Cosine") }) });
const Upsert = z.strictObject({ points: z.array(z.strictObject({ id: PointId, vector: z.array(z.number()) })).min(1) });
const Query = z.strictObject({
  query: z.array(z.number()),
  limit: z.int().min(1),
  with_payload: z.boolean().optional(),
  filter: z.strictObject({ must_not: z.array(z.strictObject({ has_id: z.array(PointId) })) }).optional(),
});
const QueryBatch = z.strictObject({ searches: z.array(Query).min(1) });
const Retrieve = z.strictObject({ ids: z.array(PointId).min(1), with_payload: z.boolean(), with_vector: z.boolean() });
const Delete = z.strictObject({ points: z.array(PointId).min(1) });
const Count = z.strictObject({ exact: z.boolean() });

interface Collection {
  size: number;
  points: Map<string, number[]>;
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function startQdrantDouble(apiKey: string): Promise<QdrantDouble> {
  const collections = new Map<string, Collection>();
  const requests: string[] = [];
  let failing: number | undefined;

  const answer = (method: string, url: URL, body: unknown): unknown => {
    const [, root, encodedName, ...rest] = url.pathname.split("/");
    if (root !== "collections") throw new Refused(404, "no such path");
    if (encodedName === undefined) return { collections: [...collections.keys()].map((name) => ({ name })) };
    const name = decodeURIComponent(encodedName);
    const route = `${method} ${rest.join("/")}`;
    if (route === "PUT ") {
      if (collections.has(name)) throw new Refused(409, `Collection \`${name}\` already exists!`);
      collections.set(name, { size: CreateCollection.parse(body).vectors.size, points: new Map() });
      return true;
    }
    const collection = collections.get(name);
    if (collection === undefined) throw new Refused(404, `Not found: Collection \`${name}\` doesn't exist!`);
    switch (route) {
      case "GET ":
        return { status: "green", points_count: collection.points.size, config: { params: { vectors: { size: collection.size, distance: "Cosine" } } } };
      case "PUT points":
        return upsert(collection, Upsert.parse(body).points);
      case "POST points/query/batch":
        return QueryBatch.parse(body).searches.map((search) => ({ points: nearest(collection, search) }));
      case "POST points":
        return Retrieve.parse(body).ids.flatMap((id) => {
          const vector = collection.points.get(String(id));
          return vector ? [{ id, vector }] : [];
        });
      case "POST points/delete":
        for (const id of Delete.parse(body).points) collection.points.delete(String(id));
        return { operation_id: 1, status: "completed" };
      case "POST points/count":
        return Count.parse(body).exact && { count: collection.points.size };
      default:
        throw new Refused(404, `no such path: ${route}`);
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://qdrant");
      requests.push(`${request.method} ${url.pathname}`);
      const reply = (status: number, value: object): void => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ time: 0.001, ...value }));
      };
      try {
        if (request.headers["api-key"] !== apiKey) throw new Refused(401, "Must provide an API key");
        if (failing !== undefined) throw new Refused(failing, "out of order");
        const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
        reply(200, { status: "ok", result: answer(request.method ?? "GET", url, body) });
      } catch (error) {
        reply(error instanceof Refused ? error.status : 400, { status: { error: String(error) } });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failWith: (status) => (failing = status),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function upsert(collection: Collection, points: z.infer<typeof Upsert>["points"]): object {
  for (const { vector } of points)
    if (vector.length !== collection.size) throw new Refused(400, `Vector dimension error: expected dim: ${collection.size}, got ${vector.length}`);
  for (const { id, vector } of points) {
    // Qdrant keeps vectors of a cosine collection at length one.
    const length = Math.hypot(...vector);
    collection.points.set(String(id), vector.map((value) => value / length));
  }
  return { operation_id: 0, status: "completed" };
}

function nearest({ points }: Collection, { query, limit, filter }: z.infer<typeof Query>): object[] {
  const barred = new Set((filter?.must_not ?? []).flatMap((condition) => condition.has_id.map(String)));
  const length = Math.hypot(...query);
  return [...points]
    .filter(([id]) => !barred.has(id))
    .map(([id, vector]) => ({ id, version: 0, score: vector.reduce((sum, value, i) => sum + (value * query[i]!) / length, 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}
