import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { residentVectors, type ResidentVectors } from "#gpu-node/taste/resident-vectors.ts";
import { Failure } from "#shared/contract/failures.ts";
import { drawNormal, seededRandom } from "#shared/kernel/random.ts";
import { cosineDistance, unit, type Vector } from "#shared/kernel/vector.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { qdrantStore } from "#shared/stores/qdrant-store.ts";
import type { StoredVector, VectorStore } from "#shared/stores/vector-store.ts";
import { embeddedDatabase } from "./embedded-database.ts";
import { makeWorld } from "./node-world.ts";
import { startQdrantDouble, type QdrantDouble } from "./qdrant-double.ts";

const random = seededRandom("vector-store");
const dim = 16;
const newVector = (length = dim): Vector => unit(Float32Array.from({ length }, () => drawNormal(random)));
const newImages = (count: number): StoredVector[] => Array.from({ length: count }, () => ({ image_id: randomUUID(), vector: newVector() }));

let spaces = 0;
/** A name no test has used; the slash shows that names are the caller's own. */
const newSpace = (): string => `test/encoder@${++spaces}`;

function nearestByHand(images: readonly StoredVector[], query: Vector): string[] {
  return [...images].sort((a, b) => cosineDistance(a.vector, query) - cosineDistance(b.vector, query)).map((one) => one.image_id);
}

function keepsThePromises(open: () => VectorStore): void {
  it("finds each query's nearest images, nearest first, with their cosine distance", async () => {
    const [store, space, images] = [open(), newSpace(), newImages(60)];
    await store.upsert(space, images);
    const queries = [newVector(), images[7]!.vector, newVector()];
    const found = await store.search(space, queries, { limit: 9 });
    expect(found.map((list) => list.map((one) => one.image_id))).toEqual(queries.map((query) => nearestByHand(images, query).slice(0, 9)));
    const vectorOf = new Map(images.map((one) => [one.image_id, one.vector]));
    for (const [i, list] of found.entries())
      for (const { image_id, distance } of list) expect(distance).toBeCloseTo(cosineDistance(vectorOf.get(image_id)!, queries[i]!), 5);
  });

  it("never gives an excluded image, and gives the next nearest in its place", async () => {
    const [store, space, images] = [open(), newSpace(), newImages(40)];
    await store.upsert(space, images);
    const query = newVector();
    const ranked = nearestByHand(images, query);
    const [found] = await store.search(space, [query], { limit: 5, exclude: [...ranked.slice(0, 3), randomUUID()] });
    expect(found!.map((one) => one.image_id)).toEqual(ranked.slice(3, 8));
  });

  it("gives fewer when there are fewer, and empty lists for a space nobody wrote", async () => {
    const [store, space, images] = [open(), newSpace(), newImages(3)];
    await store.upsert(space, images);
    expect((await store.search(space, [newVector()], { limit: 10 }))[0]).toHaveLength(3);
    expect(await store.search(newSpace(), [newVector(), newVector()], { limit: 10 })).toEqual([[], []]);
    expect(await store.search(space, [], { limit: 10 })).toEqual([]);
  });

  it("gives vectors back as they were, and leaves out what it does not hold", async () => {
    const [store, space, images] = [open(), newSpace(), newImages(5)];
    await store.upsert(space, images);
    const fetched = await store.fetch(space, [...images.slice(0, 3).map((one) => one.image_id), randomUUID()]);
    expect([...fetched.keys()].sort()).toEqual(images.slice(0, 3).map((one) => one.image_id).sort());
    for (const { image_id, vector } of images.slice(0, 3))
      for (let i = 0; i < dim; i++) expect(fetched.get(image_id)![i]).toBeCloseTo(vector[i]!, 6);
    expect(await store.fetch(newSpace(), [images[0]!.image_id])).toEqual(new Map());
  });

  it("replaces a vector written again, also within one batch", async () => {
    const [store, space, [image]] = [open(), newSpace(), newImages(1)];
    const [second, third] = [newVector(), newVector()];
    await store.upsert(space, [image!]);
    await store.upsert(space, [{ ...image!, vector: second }, { ...image!, vector: third }]);
    expect(await store.count(space)).toBe(1);
    expect(cosineDistance((await store.fetch(space, [image!.image_id])).get(image!.image_id)!, third)).toBeCloseTo(0, 5);
  });

  it("keeps spaces apart, even those whose names are alike", async () => {
    const store = open();
    const [plain, alike] = ["enc_a.1", "enc/a.1"];
    const [one, other] = [newImages(2), newImages(2)];
    await store.upsert(plain, one);
    await store.upsert(alike, other);
    const found = await store.search(plain, [newVector()], { limit: 10 });
    expect(found[0]!.map((hit) => hit.image_id).sort()).toEqual(one.map((image) => image.image_id).sort());
    expect(await store.count(alike)).toBe(2);
  });

  it("refuses a vector of another length than its space's and writes nothing of the batch", async () => {
    const [store, space, images] = [open(), newSpace(), newImages(2)];
    const odd = { image_id: randomUUID(), vector: newVector(dim + 1) };
    await store.upsert(space, images);
    await expect(store.upsert(space, [odd])).rejects.toThrow(RangeError);
    await expect(store.upsert(space, [...newImages(1), odd])).rejects.toThrow(RangeError);
    expect(await store.count(space)).toBe(2);
  });

  it("removes images from every space", async () => {
    const [store, here, there, images] = [open(), newSpace(), newSpace(), newImages(4)];
    await store.upsert(here, images);
    await store.upsert(there, images);
    await store.remove([images[0]!.image_id, images[1]!.image_id, randomUUID()]);
    expect([await store.count(here), await store.count(there)]).toEqual([2, 2]);
    expect((await store.search(here, [images[0]!.vector], { limit: 4 }))[0]!.map((hit) => hit.image_id)).not.toContain(images[0]!.image_id);
  });

  it("takes a first write of many at once by several writers", async () => {
    const [store, space] = [open(), newSpace()];
    await Promise.all([store.upsert(space, newImages(300)), store.upsert(space, newImages(300)), store.upsert(space, newImages(1))]);
    expect(await store.count(space)).toBe(601);
  });
}

describe("pgvector", () => {
  let database: Awaited<ReturnType<typeof embeddedDatabase>>;
  beforeAll(async () => {
    database = await embeddedDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  keepsThePromises(() => pgvectorStore(database.database));

  it("gives every bit of a vector back, so that tastes folded again come out the same", async () => {
    const store = pgvectorStore(database.database);
    const [space, images] = [newSpace(), newImages(20)];
    await store.upsert(space, images);
    const fetched = await store.fetch(space, images.map((one) => one.image_id));
    for (const { image_id, vector } of images) expect(fetched.get(image_id)).toEqual(vector);
  });
});

describe("resident vectors over pgvector", () => {
  let database: Awaited<ReturnType<typeof embeddedDatabase>>;
  beforeAll(async () => {
    database = await embeddedDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  /** Answers from memory for the very space each test writes first; for any other it asks the store behind it. */
  const open = (space: string, capacity?: number): ResidentVectors =>
    residentVectors({ store: pgvectorStore(database.database), images: imageStore(database.database), space, dim, ...(capacity === undefined ? {} : { capacity }) });
  const followed = (): VectorStore => {
    let resident: Promise<ResidentVectors> | undefined;
    const inMemory = (space: string): Promise<ResidentVectors> =>
      (resident ??= (async () => {
        const store = open(space);
        await store.follow();
        return store;
      })());
    return {
      upsert: async (space, vectors) => (await inMemory(space)).upsert(space, vectors),
      search: async (space, queries, options) => (await inMemory(space)).search(space, queries, options),
      fetch: async (space, ids) => (await inMemory(space)).fetch(space, ids),
      remove: async (ids) => (await inMemory("none")).remove(ids),
      count: async (space) => (await inMemory(space)).count(space),
    };
  };

  keepsThePromises(followed);

  it("takes in images that others stored, once their rows are there", async () => {
    const world = await makeWorld(database.database, { space: newSpace(), styles: 3, perStyle: 5, dim });
    const store = open(world.calibration.space);
    await store.follow();
    const [first] = world.images;
    const search = async (): Promise<string[]> => (await store.search(world.calibration.space, [first!.vector], { limit: 100 }))[0]!.map((hit) => hit.image_id);
    expect((await search()).sort()).toEqual(world.images.map((image) => image.id).sort());
    const stored = pgvectorStore(database.database);
    const later = await makeWorld(database.database, { space: newSpace(), styles: 1, perStyle: 4, dim });
    await stored.upsert(world.calibration.space, later.images.map(({ id, vector }) => ({ image_id: id, vector })));
    expect(await search()).toHaveLength(15);
    await store.follow();
    expect(await search()).toHaveLength(19);
  });

  it("asks the store behind it once the gallery has outgrown memory", async () => {
    const world = await makeWorld(database.database, { space: newSpace(), styles: 4, perStyle: 10, dim });
    const store = open(world.calibration.space, 30);
    await store.follow();
    await store.follow();
    const query = world.images[3]!.vector;
    const byStore = await pgvectorStore(database.database).search(world.calibration.space, [query], { limit: 8 });
    expect(await store.search(world.calibration.space, [query], { limit: 8 })).toEqual(byStore);
    expect(await store.fetch(world.calibration.space, [world.images[0]!.id])).toEqual(new Map([[world.images[0]!.id, world.images[0]!.vector]]));
  });
});

describe("Qdrant's client against a stand-in that checks its requests (not a Qdrant server)", () => {
  let double: QdrantDouble;
  const open = (): VectorStore => qdrantStore({ url: double.url, apiKey: "key" });
  beforeAll(async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined); // "Api key is used with unsecure connection."
    double = await startQdrantDouble("key");
  });
  afterAll(() => double[Symbol.asyncDispose]());

  keepsThePromises(open);

  it("asks for all queries of a search in one request", async () => {
    const [store, space] = [open(), newSpace()];
    await store.upsert(space, newImages(3));
    double.requests.length = 0;
    await store.search(space, [newVector(), newVector(), newVector()], { limit: 2, exclude: [randomUUID()] });
    expect(double.requests).toHaveLength(1);
    expect(double.requests[0]).toMatch(/^POST \/collections\/.+\/points\/query\/batch$/);
  });

  it("says that the store is away when the server fails or is gone", async () => {
    const [store, space] = [open(), newSpace()];
    await store.upsert(space, newImages(1));
    for (const status of [500, 503]) {
      double.failWith(status);
      await expect(store.search(space, [newVector()], { limit: 1 })).rejects.toSatisfy((error) => error instanceof Failure && error.code === "store.away");
    }
    double.failWith(undefined);
    const gone = qdrantStore({ url: "http://127.0.0.1:1" });
    await expect(gone.count(space)).rejects.toSatisfy((error) => error instanceof Failure && error.code === "store.away");
  });
});
