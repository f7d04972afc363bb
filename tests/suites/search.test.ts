import { Redis } from "@upstash/redis/cloudflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foundLists } from "#edge/search/found-lists.ts";
import { searchImages, type SearchImages, type SearchParts } from "#edge/search/search-images.ts";
import { searchPlaces } from "#edge/search/search-place.ts";
import { textVectors } from "#edge/search/text-vectors.ts";
import { eyesEncoder, eyesText } from "#gpu-node/models/eyes/eyes.ts";
import { galleryEntries } from "#local/gallery/gallery.ts";
import { startRedisGateway, type RedisGateway } from "#local/redis/gateway.ts";
import type { EmbedTextAnswer } from "#shared/contract/node.ts";
import { SearchQuery, type SearchPage } from "#shared/contract/search.ts";
import { imageSearch } from "#shared/stores/image-search.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import { seenGallery, type SeenImage } from "../harness/seen-gallery.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";

/** Searching in a space that has a text tower, over the real stores; the node is stood for by its own tower. */
const token = "a token for this suite";
const chosen = ["watercolour", "neon-city", "pixel-art", "ink-line", "deep-space"];
let embedded: EmbeddedDatabase;
let gateway: RedisGateway;
let redis: Redis;
let seen: SeenImage[];

beforeAll(async () => {
  [embedded, gateway] = await Promise.all([embeddedDatabase(), startRedisGateway({ port: 0, token, engine: "in-process" })]);
  redis = new Redis({ url: gateway.url, token, automaticDeserialization: false, responseEncoding: false, enableTelemetry: false, retry: false });
  const entries = chosen.flatMap((style) => galleryEntries().filter((entry) => entry.style === style).slice(0, 5));
  // The last style is called nothing: only how it looks can find it.
  seen = await seenGallery(embedded.database, entries, (entry) => (entry.style === "deep-space" ? { ...entry, style: "", tags: [], caption: "" } : entry));
}, 120_000);
afterAll(async () => {
  await gateway?.close();
  await embedded?.[Symbol.asyncDispose]();
});

/** A node that reads texts, counts how often it is asked, and may be away or see in another space. */
function node(how: { away?: boolean; space?: string; tower?: boolean } = {}) {
  const asked: string[] = [];
  return {
    asked,
    async embedText(texts: readonly string[]): Promise<EmbedTextAnswer> {
      asked.push(...texts);
      if (how.away) throw new NodeAway("timeout", "it hangs");
      const vectors = how.tower === false ? texts.map(() => undefined) : await eyesText.encode(texts);
      return {
        space: how.space ?? eyesText.space, dim: eyesText.dim,
        vectors: vectors.map((vector) => (vector === undefined ? null : Array.from(vector))),
        ...(how.tower === false ? {} : { calibration: eyesText.calibration }),
      };
    },
  };
}

function searchOver(reader: ReturnType<typeof node>, more: Partial<SearchParts> = {}): SearchImages {
  const { database } = embedded;
  return searchImages({
    search: imageSearch(database), images: imageStore(database), vectors: pgvectorStore(database),
    log: { refusedBy: () => Promise.resolve([]) },
    textVectors: textVectors({ redis, node: reader, clock: Date.now }),
    lists: foundLists(redis),
    places: searchPlaces([{ keyId: "test", secret: "a secret of more than thirty-two characters" }]),
    currentSpace: () => Promise.resolve(eyesEncoder.space),
    ...more,
  });
}

const ask = (search: SearchImages, q: string, more: Record<string, unknown> = {}): Promise<SearchPage> => search(null, "open", SearchQuery.parse({ q, ...more }), "test-request");
const stylesOf = (page: SearchPage) => page.items.map(({ image }) => image.style);

describe("a text in a space with a text tower", () => {
  it("finds images that are called nothing, by how they look", async () => {
    const page = await ask(searchOver(node()), "deep space nebula stars");
    const unnamed = new Set(seen.filter(({ entry }) => entry.style === "deep-space").map(({ id }) => id));
    expect(page).toMatchObject({ degraded: false, by: expect.arrayContaining(["vectors"]) as string[] });
    const first = page.items.slice(0, 5);
    expect(first.filter(({ image }) => unnamed.has(image.id)).length).toBeGreaterThanOrEqual(3);
    expect(first.filter(({ image }) => unnamed.has(image.id)).flatMap(({ by }) => by)).not.toContain("words");
  });

  it("puts what both ways find before what one does", async () => {
    const page = await ask(searchOver(node()), "neon city");
    expect(stylesOf(page).slice(0, 5)).toEqual(Array(5).fill("neon-city"));
    expect(page.items[0]!.by).toEqual(["words", "vectors"]);
  });

  it("is read by the node once, whatever its capitals and spaces", async () => {
    const reader = node();
    await ask(searchOver(reader), "pixel castle");
    await ask(searchOver(reader, { lists: foundLists(redis) }), "  Pixel   CASTLE ", { limit: 3 });
    await ask(searchOver(reader), "pixel castle", { mood: "calm" });
    expect(reader.asked).toEqual(["pixel castle"]);
  });

  it("lets only those through that the filters do, however they were found", async () => {
    const page = await ask(searchOver(node()), "neon city and stars", { style: "Neon-City" });
    expect(page.by).toContain("vectors");
    expect(new Set(stylesOf(page))).toEqual(new Set(["neon-city"]));
  });

  it("in quotes is held against words alone, and the node is not asked", async () => {
    const reader = node();
    const page = await ask(searchOver(reader), '"neon city"');
    expect(page.by).toEqual(["words"]);
    expect(reader.asked).toEqual([]);
  });

  it("pages on through the list of its first page when the node goes away in between", async () => {
    const whole: string[] = [];
    let page = await ask(searchOver(node()), "blue ink", { limit: 2 });
    whole.push(...page.items.map(({ image }) => image.id));
    while (page.cursor !== null) {
      page = await ask(searchOver(node({ away: true })), "blue ink", { limit: 2, cursor: page.cursor });
      expect(page.degraded).toBe(false);
      whole.push(...page.items.map(({ image }) => image.id));
    }
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole.length).toBe(page.found);
  });
});

describe("when texts cannot be read", () => {
  it("words alone answer, and the answer says that the node is away", async () => {
    const page = await ask(searchOver(node({ away: true })), "neon rain");
    expect(page).toMatchObject({ degraded: true, by: ["words"] });
    expect(stylesOf(page)[0]).toBe("neon-city");
  });

  it("a node that is away is left alone for a moment", async () => {
    const reader = node({ away: true });
    const search = searchOver(reader);
    await ask(search, "first of two");
    await ask(search, "second of two");
    expect(reader.asked).toEqual(["first of two"]);
  });

  it.each([["the space has no text tower", { tower: false }], ["the node sees in another space by now", { space: "another-1" }]])("words alone answer where %s, and nothing is amiss", async (_, how) => {
    const page = await ask(searchOver(node(how)), `ink houses ${Object.keys(how)[0]}`);
    expect(page).toMatchObject({ degraded: false, by: ["words"] });
  });

  it("a text of which the tower understands nothing finds what is called so, or nothing", async () => {
    expect(await ask(searchOver(node()), "qzxvw")).toMatchObject({ by: [], items: [], degraded: false });
  });

  it("goes on without Redis", async () => {
    const broken = new Redis({ url: "http://127.0.0.1:9", token, automaticDeserialization: false, responseEncoding: false, enableTelemetry: false, retry: false });
    const parts = { textVectors: textVectors({ redis: broken, node: node(), clock: Date.now }), lists: foundLists(broken) };
    const first = await ask(searchOver(node(), parts), "neon city", { limit: 3 });
    const second = await ask(searchOver(node(), parts), "neon city", { limit: 3, cursor: first.cursor });
    expect(first.by).toEqual(["words", "vectors"]);
    expect(second.items.map(({ image }) => image.id)).not.toEqual(first.items.map(({ image }) => image.id));
    expect(second.items).toHaveLength(3);
  });
});
