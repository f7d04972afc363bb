import { randomBytes } from "node:crypto";
import fc, { type Arbitrary } from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { z } from "zod";
import { FeedPage, PopularPage } from "#shared/contract/feed.ts";
import { Image, Removal, SimilarImages, StoredImage } from "#shared/contract/image.ts";
import { InteractionReceipt } from "#shared/contract/interaction.ts";
import { Health, Session, ViewerExport } from "#shared/contract/session.ts";
import { HeldImage, Reviewed, ReviewPage, Scored } from "#shared/contract/review.ts";
import { RegionDetail, RegionList } from "#shared/contract/region.ts";
import { SearchPage } from "#shared/contract/search.ts";
import { Communities, Invitation, Neighbours } from "#shared/contract/social.ts";
import { Changed, TasteView } from "#shared/contract/taste.ts";
import { fitting, parserOf, routesOf, type ApiDocument, type Route } from "../harness/api-document.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";
import { rawRequest, type RawRequest } from "../harness/raw-request.ts";

const stack = inject("stack");
const document = (await (await fetch(`${stack.url}/openapi.json`)).json()) as ApiDocument;
const routes = routesOf(document);

const contract: Record<string, z.ZodType> = {
  Session, FeedPage, PopularPage, InteractionReceipt, Image, SimilarImages, StoredImage, Changed, ViewerExport, Health,
  Taste: TasteView, Regions: RegionList, RegionDetail, Neighbours, Communities, Invitation, SearchPage,
  Removal, HeldImage, ReviewPage, Reviewed, Scored,
};
const parsers = new Map<unknown, z.ZodType>();

/** Limits count by address where no viewer is known; these tests have one of their own, so that others are not refused. */
const ownAddress = { "cf-connecting-ip": "203.0.113.50" };

let known: { uuids: string[] };
/** What may be removed while everything else goes on. */
let expendable: { uuids: string[] };
/** Routes that remove what they name. */
const removing = (method: string, path: string): boolean => (method === "DELETE" && path === "/v1/images/{id}") || (method === "POST" && path === "/v1/review/{id}");
const seen = new Map<string, number>();

beforeAll(async () => {
  const viewer = await mintViewer(stack);
  const page = await viewer.nextPage({ limit: 6 });
  known = { uuids: page.items.map((item) => item.image.id) };
  expendable = { uuids: await Promise.all([1, 2, 3].map(uploadNoise)) };
});

afterAll(() => {
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${total} fuzzed requests: ${[...seen].sort().map(([status, count]) => `${status} × ${count}`).join(", ")}`);
});

async function uploadNoise(): Promise<string> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(await sharp(randomBytes(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } }).png().toBuffer())]));
  const { token } = await mintViewer(stack, "operator");
  const response = await fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form });
  return StoredImage.parse(await response.json()).image.id;
}

type Bearer = "none" | "garbage" | "forged" | "viewer" | "operator";
interface Fuzzed {
  bearer: Bearer;
  request: RawRequest;
}

const junkText = fc.oneof(
  fc.constantFrom(
    "", " ", "\0", "null", "NaN", "-1", "1e999", "0x10", "99999999999999999999", "1.5", "true", "[]", "{}", "../../etc/passwd", "..%2f..%2f", "%", "%00", "%ff",
    "' or 1=1 --", "\"; drop table images; --", "$1", "{{7*7}}", "${1}", "<script>", "\u202e", "\ud800", "😀", "a".repeat(3_000), "00000000-0000-0000-0000-000000000000",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const junkValue: Arbitrary<unknown> = fc.oneof(
  junkText,
  fc.constantFrom<unknown>(null, true, 0, -0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, [[]], { $ref: "#" }, { toString: 1 }),
  fc.anything({ maxDepth: 3, withNullPrototype: false, withDate: false }),
);

/** One place in a value, anywhere, replaced, removed or added to. */
function mangled(value: unknown): Arbitrary<unknown> {
  if (typeof value !== "object" || value === null) return junkValue;
  const entries = Object.entries(value);
  const rebuilt = (changed: [string, unknown][]): unknown => (Array.isArray(value) ? changed.map(([, one]) => one) : Object.fromEntries(changed));
  return fc.oneof(
    junkValue,
    fc.tuple(fc.constantFrom("extra", "__proto__", "constructor", "id", "é"), junkValue).map(([name, one]) => rebuilt([...entries, [name, one]])),
    ...(entries.length === 0 ? [] : [
      fc.nat(entries.length - 1).map((at) => rebuilt(entries.filter((_, index) => index !== at))),
      fc.nat(entries.length - 1).chain((at) => mangled(entries[at]![1]).map((one) => rebuilt(entries.map(([name, old], index) => [name, index === at ? one : old])))),
    ]),
  );
}

const jsonText = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)) ?? "undefined";

const brokenBodies: Arbitrary<Uint8Array | string> = fc.oneof(
  fc.constantFrom("", "{", "[1,", "nul", "\"\\ud800\"", "{\"a\":1}{", "\ufeff{}", "[".repeat(20_000), `{"events":${"[".repeat(3_000)}${"]".repeat(3_000)}}`),
  fc.uint8Array({ maxLength: 60 }),
  fc.constant(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  fc.json({ maxDepth: 4 }),
);

const imageStarts = [[0xff, 0xd8, 0xff, 0xe0], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0x47, 0x49, 0x46, 0x38, 0x39, 0x61], []];

const formBodies: Arbitrary<{ body: Uint8Array; type: string }> = fc
  .record({
    start: fc.constantFrom(...imageStarts), rest: fc.uint8Array({ maxLength: 80 }), field: fc.constantFrom("file", "file", "file", "files", "labels"),
    type: fc.constantFrom("image/png", "text/plain", "image/svg+xml", "x", ""), labels: fc.oneof(junkText, fc.json()), close: fc.boolean(), twice: fc.boolean(),
  })
  .map(({ start, rest, field, type, labels, close, twice }) => {
    const part = (head: string, content: Uint8Array) => [Buffer.from(`--edge\r\ncontent-disposition: form-data; ${head}\r\n\r\n`), content, Buffer.from("\r\n")];
    const file = part(`name="${field}"; filename="a.png"\r\ncontent-type: ${type}`, new Uint8Array([...start, ...rest]));
    const body = Buffer.concat([...file, ...(twice ? file : []), ...part(`name="labels"`, Buffer.from(labels)), Buffer.from(close ? "--edge--\r\n" : "--ed")]);
    return { body, type: "multipart/form-data; boundary=edge" };
  });

const oddTypes = fc.constantFrom("text/plain", "application/xml", "application/json; charset=utf-16", "application/problem+json", "application/x-www-form-urlencoded", "multipart/form-data", "json", "a/b/c", "*/*");

function bodyFor({ operation }: Route): Arbitrary<{ body?: Uint8Array | string; type?: string }> {
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const none = fc.constant({});
  const odd = fc.record({ body: brokenBodies, type: oddTypes });
  if (type === undefined || media === undefined) return fc.oneof({ weight: 6, arbitrary: none }, odd, fc.record({ body: brokenBodies }));
  if (type === "multipart/form-data") return fc.oneof({ weight: 6, arbitrary: formBodies }, none, odd, fc.record({ body: brokenBodies, type: fc.constant("multipart/form-data; boundary=edge") }));
  const good = fitting(document, media.schema, known);
  return fc.oneof(
    { weight: 4, arbitrary: good.map((value) => ({ body: jsonText(value), type })) },
    { weight: 5, arbitrary: good.chain(mangled).map((value) => ({ body: jsonText(value), type })) },
    { weight: 3, arbitrary: brokenBodies.map((body) => ({ body, type })) },
    none, odd, fc.record({ body: brokenBodies }),
  );
}

function addressFor({ path, method, operation }: Route): Arbitrary<string> {
  const parameters = operation.parameters ?? [];
  const ids = removing(method, path) ? expendable : known;
  const valueOf = (schema: (typeof parameters)[number]["schema"]) =>
    fc.oneof({ weight: 4, arbitrary: fitting(document, schema, ids).map(String) }, { weight: 3, arbitrary: junkText });
  const filled = fc
    .tuple(...parameters.filter((one) => one.in === "path").map(({ name, schema }) => valueOf(schema).map((value) => [name, value] as const)))
    .map((values) => values.reduce((text, [name, value]) => text.replace(`{${name}}`, () => escaped(value)), path));
  const query = fc
    .tuple(
      ...parameters.filter((one) => one.in === "query").map(({ name, schema }) =>
        fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 5, arbitrary: fc.array(valueOf(schema), { minLength: 1, maxLength: 1 }) }, fc.array(valueOf(schema), { maxLength: 3 }))
          .map((values) => values.map((value) => `${name}=${escaped(value)}`))),
      fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, fc.array(junkText.map((text) => `extra=${escaped(text)}`), { maxLength: 2 }), fc.constantFrom(["__proto__=1"], ["limit[]=1"], ["%"], ["&&="])),
    )
    .map((parts) => parts.flat().join("&"));
  return fc.tuple(filled, query).map(([base, search]) => (search === "" ? base : `${base}?${search}`));
}

/** Percent-encoded, broken encodings left as they are. */
const escaped = (text: string): string => (/^[\w.%-]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed()));

const requestsOf = (route: Route): Arbitrary<Fuzzed> =>
  fc.record({
    address: addressFor(route),
    sent: bodyFor(route),
    // Another method on a known image's address would remove it from under the tests that follow.
    method: fc.oneof({ weight: 12, arbitrary: fc.constant(route.method) }, fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", ...(route.path === "/v1/images/{id}" ? [] : ["DELETE"]), "OPTIONS", "PROPFIND")),
    bearer: fc.oneof({ weight: 6, arbitrary: fc.constantFrom<Bearer>("viewer", "operator", "operator") }, fc.constantFrom<Bearer>("none", "garbage", "forged")),
  }).map(({ address, sent, method, bearer }) => ({
    bearer,
    request: { method, path: address, headers: sent.type === undefined ? {} : { "content-type": sent.type }, ...(sent.body === undefined ? {} : { body: sent.body }) },
  }));

/** Everything that must hold of any answer to any request. */
async function judge(route: Route, { bearer, request }: Fuzzed, response: Response): Promise<void> {
  const told = `${request.method} ${request.path.slice(0, 200)} as ${bearer} with ${request.body?.toString().slice(0, 200) ?? "no body"}`;
  const status = String(response.status);
  seen.set(status, (seen.get(status) ?? 0) + 1);
  expect(response.headers.get("x-request-id"), told).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
  expect(response.headers.get("x-content-type-options"), told).toBe("nosniff");
  const own = request.method === route.method || (request.method === "HEAD" && route.method === "GET");
  const asked = `${route.path.replaceAll(/\{[^}]+\}/g, "x")}` === request.path.split("?")[0] || !route.path.includes("{");
  if (request.method === "OPTIONS") return expect(response.status, told).toBe(204);
  if (request.method === "HEAD") return expect(await response.text(), told).toBe("");
  if (response.status < 300 || response.status === 304) {
    const documented = route.operation.responses[status]?.content?.["application/json"]?.schema;
    if (!own || documented === undefined) return;
    const body: unknown = await response.json();
    const parser = parsers.get(documented) ?? parserOf(document, documented);
    parsers.set(documented, parser);
    expect(parser.safeParse(body).error?.issues, `${told}: outside the document`).toBeUndefined();
    expect(contract[documented.$ref?.split("/").at(-1) ?? ""]!.safeParse(body).error?.issues, `${told}: outside the contract`).toBeUndefined();
    return;
  }
  const problem = await problemOf(response).catch((error: unknown) => {
    throw new Error(told, { cause: error });
  });
  // The node is there, so the only excuse is that it has its hands full.
  if (response.status >= 500) expect(problem.code, told).toBe("gpu.busy");
  if (own && asked) expect(Object.keys(route.operation.responses), `${told}: ${problem.code} is not documented`).toContain(status);
  if (own && asked && route.operation.security !== undefined && bearer !== "viewer" && bearer !== "operator") expect(problem.status, told).toBe(401);
}

async function send(fuzzed: Fuzzed, tokens: Record<Bearer, string | undefined>): Promise<Response> {
  const token = tokens[fuzzed.bearer];
  return rawRequest(stack.url, { ...fuzzed.request, headers: { ...ownAddress, ...fuzzed.request.headers, ...(token === undefined ? {} : { authorization: token }) } });
}

async function freshTokens(): Promise<Record<Bearer, string | undefined>> {
  const [viewer, operator, forged] = await Promise.all([
    mintViewer(stack), mintViewer(stack, "operator viewer"), mintViewer({ ...stack, jwtSecret: "another secret, of which the edge knows nothing" }),
  ]);
  return { none: undefined, garbage: "Bearer ey.garbage", forged: `Bearer ${forged.token}`, viewer: `Bearer ${viewer.token}`, operator: `Bearer ${operator.token}` };
}

const atOnce = 8;

describe("a request made from the OpenAPI document, fitting or broken", () => {
  it.each(routes.map((route) => ({ name: `${route.method} ${route.path}`, route })))(
    "$name: is answered as documented, in the contract's form, and never with an error of ours",
    async ({ route }) => {
      // Guests are counted by address: sixty a minute.
      const batches = route.path === "/v1/session" ? 5 : 12;
      await fc.assert(
        fc.asyncProperty(fc.array(requestsOf(route), { minLength: atOnce, maxLength: atOnce }), async (batch) => {
          const tokens = await freshTokens();
          await Promise.all(batch.map(async (fuzzed) => judge(route, fuzzed, await send(fuzzed, tokens))));
        }),
        { seed: 20_261_121, numRuns: batches, endOnFailure: true },
      );
    },
  );
});

describe("addresses, methods and headers that no client of ours sends", () => {
  const paths = [
    "/v1", "/v1/", "/v1//feed", "/v1/feed/", "/V1/feed", "/v1/../etc/passwd", "/v1/..%2f..%2fetc%2fpasswd", "/media/../../wrangler.toml", "/media/%2e%2e/%2e%2e/secrets.json",
    "/media/..%5c..%5c/320.webp", "/v1/images/%00", "/v1/images/%ff%fe", "/v1/images/%", "/v1/images/%E0%A4%A", "/v1/images/..;/x", "/v1/feed;a=b", "/v1/feed%00", "/v1/feed?%", "/v1/feed?cursor=%ff",
    "/v1/me/taste/puddles/a/b", "/v1/me/taste/puddles/", `/v1/images/${"a".repeat(8_000)}`, `/${"x/".repeat(2_000)}`, "/.git/config", "/.env", "/wrangler.toml", "/__scheduled",
    "/openapi.json/x", "/docs/x", "/healthz/x", "/v1/search?q=x", "/v1/personas", "/v1/constructor", "/v1/__proto__",
  ];

  it.each(paths)("%s", async (path) => {
    const { viewer } = await freshTokens();
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await rawRequest(stack.url, { method, path, headers: { ...ownAddress, authorization: viewer! } });
      expect(response.headers.get("x-request-id"), `${method} ${path.slice(0, 60)}`).toBeTruthy();
      if (response.status >= 300) await problemOf(response);
      else expect(routes.some((route) => path.split("?")[0] === route.path), `${method} ${path} answered ${response.status}`).toBe(true);
    }
  });

  it("tells a method that an address does not take from an address that is not there, and names those it takes", async () => {
    const viewer = await mintViewer(stack);
    const wrong = await viewer.send("PATCH", "/v1/feed");
    expect(wrong.headers.get("allow")).toBe("GET, HEAD");
    await problemOf(wrong, "request.method_not_allowed");
    const erasing = await viewer.send("POST", "/v1/me");
    expect(erasing.headers.get("allow")).toBe("DELETE");
    await problemOf(erasing, "request.method_not_allowed");
    await problemOf(await viewer.send("GET", "/v1/nothing/here"), "request.not_found");
  });

  it("answers HEAD like GET, without a body", async () => {
    for (const path of ["/v1/regions", "/v1/feed/popular", `/media/${known.uuids[0]}/320.webp`]) {
      const [head, get] = await Promise.all(["HEAD", "GET"].map((method) => rawRequest(stack.url, { method, path, headers: ownAddress })));
      expect(head!.status).toBe(200);
      expect(await head!.text()).toBe("");
      for (const name of ["content-type", "cache-control", "etag"]) expect(head!.headers.get(name)).toBe(get!.headers.get(name));
    }
  });

  it("ignores a body sent with GET", async () => {
    const response = await rawRequest(stack.url, { method: "GET", path: "/v1/regions", headers: { ...ownAddress, "content-type": "application/json" }, body: "{".repeat(10_000) });
    expect(response.status).toBe(200);
  });

  it("answers under a client's request id when it is well-formed, and under one of its own when not", async () => {
    const given = async (id: string) => (await rawRequest(stack.url, { method: "GET", path: "/v1/nothing", headers: { "x-request-id": id } })).headers.get("x-request-id");
    expect(await given("a-client.made_this-1")).toBe("a-client.made_this-1");
    for (const bad of ["short", "a".repeat(65), "with space in it", "<script>alert(1)</script>"]) expect(await given(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1, and every reference in it leads somewhere", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info.title).toBe("MiraVeja");
    expect(document.info.version).toBeTruthy();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(10);
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it("names every route's answers, and with each path's braces its parameters", () => {
    expect(routes.length).toBeGreaterThanOrEqual(23);
    for (const { path, method, operation } of routes) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
      expect((operation.parameters ?? []).filter((one) => one.in === "path" && one.required === true).map((one) => one.name), path).toEqual(named);
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, `${method} ${path} ${status}`).toBeTruthy();
        if (Number(status) >= 400 && path !== "/readyz") expect(Object.keys(content ?? {})).toEqual(["application/problem+json"]);
      }
      for (const scheme of (operation.security ?? []).flatMap((one) => Object.keys(one))) expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
    }
  });

  it("says of every schema what it is, so that a client can be made from it", () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(() => parserOf(document, schema), name).not.toThrow();
      expect(schema.type ?? schema.enum ?? schema.anyOf ?? schema.allOf, name).toBeDefined();
    }
  });
});
