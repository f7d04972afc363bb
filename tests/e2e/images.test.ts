import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { z } from "zod";
import type { FailureCode } from "#shared/contract/failures.ts";
import { Image, SimilarImages, StoredImage } from "#shared/contract/image.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { mintViewer } from "../harness/mint-token.ts";
import { problemOf } from "../harness/problem.ts";

const stack = inject("stack");
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(new URL(path, stack.url), { headers: { "cf-connecting-ip": "203.0.113.80", ...headers } });

let token: string;
let shown: Image;
beforeAll(async () => {
  ({ token } = await mintViewer(stack, "operator"));
  shown = (await (await mintViewer(stack)).nextPage({ limit: 1 })).items[0]!.image;
});

async function upload(bytes: Uint8Array, { labels, type = "image/webp", name = "picture.webp" }: { labels?: string; type?: string; name?: string } = {}): Promise<Response> {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(bytes)], { type }), name);
  if (labels !== undefined) form.set("labels", labels);
  return fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form });
}

const noise = (width: number, height: number) => sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });

/** A PNG whose header claims a size that its few bytes cannot hold. */
function boastfulPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", Buffer.from([0x78, 0x9c, 0x03, 0, 0, 0, 0, 1])), chunk("IEND", Buffer.alloc(0))]);
}

describe("a file of an image", () => {
  it("is WebP, may be kept for ever by anyone, and is what the image's variants name", async () => {
    expect(shown.variants.length).toBeGreaterThan(0);
    for (const { url, width } of shown.variants) {
      const response = await get(url);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("image/webp");
      expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(response.headers.get("etag")).toMatch(/^"[^"]+"$/);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(Number(response.headers.get("content-length"))).toBe(bytes.length);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width });
    }
  });

  it("is not sent again to who has it, however they name it, and is sent to who has another", async () => {
    const { url } = shown.variants[0]!;
    const etag = (await get(url)).headers.get("etag")!;
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await get(url, { "if-none-match": condition });
      expect(response.status, condition).toBe(304);
      expect(await response.text()).toBe("");
      expect(response.headers.get("etag")).toBe(etag);
      expect(response.headers.get("cache-control")).toContain("immutable");
    }
    for (const condition of ['"other"', "bare", "", '"', "W/", ",,,", etag.slice(0, -1)]) expect((await get(url, { "if-none-match": condition })).status, condition).toBe(200);
    for (const [name, value] of [["if-match", '"other"'], ["if-match", "bare"], ["if-modified-since", "garbage"], ["range", "bytes=9-2"], ["range", "x"]] as const)
      expect((await get(url, { [name]: value })).status, `${name}: ${value}`).toBe(200);
  });

  it("answers the nearest narrower step where the image has no wider one", async () => {
    const widest = shown.variants.at(-1)!;
    const response = await get(`/media/${shown.id}/1280.webp`);
    expect((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width).toBe(widest.width);
  });

  it("is found by its id in either spelling", async () => {
    expect((await get(`/media/${shown.id.toUpperCase()}/320.webp`)).status).toBe(200);
    expect(await (await get(`/v1/images/${shown.id.toUpperCase()}`)).json()).toEqual(await (await get(`/v1/images/${shown.id}`)).json());
  });

  it.each([
    ["/media/00000000-0000-8000-8000-000000000000/320.webp", "image.not_found"], ["/media/none/320.webp", "request.invalid"],
    ["/v1/images/00000000-0000-8000-8000-000000000000", "image.not_found"], ["/v1/images/none", "request.invalid"],
    ["/v1/images/00000000-0000-8000-8000-000000000000/similar", "image.not_found"],
  ] as const)("%s is a problem: %s", async (path, code) => {
    await problemOf(await get(path), code);
  });

  it.each(["321.webp", "320.png", "320.webp.png", "original", "..%2f..%2foriginal"])("is not to be had as %s", async (file) => {
    await problemOf(await get(`/media/${shown.id}/${file}`), "request.invalid");
  });
});

describe("an upload", () => {
  it("is stored once: 201 the first time, 200 and the same image after, and shown at once", async () => {
    const png = await noise(400, 300).png().toBuffer();
    const labels = { caption: "Noise of a winter's night", style: "noise", tags: ["noise", "test"], mood: "calm", creator: "Nobody" };
    const first = await upload(png, { labels: JSON.stringify(labels), type: "image/png" });
    expect(first.status).toBe(201);
    const stored = StoredImage.parse(await first.json());
    expect(stored).toMatchObject({ already_there: false, image: { ...labels, width: 400, height: 300 } });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(png)));
    expect(stored.image.id).toBe(uuidOfDigest(digest));
    const again = await upload(png, { labels: JSON.stringify({ caption: "Another name" }), type: "text/html", name: "x.html" });
    expect(again.status).toBe(200);
    expect(StoredImage.parse(await again.json())).toEqual({ already_there: true, duplicate_of: null, image: stored.image });
    expect(Image.parse(await (await get(`/v1/images/${stored.image.id}`)).json())).toEqual(stored.image);
    for (const { url } of stored.image.variants) expect((await get(url)).status).toBe(200);
    const { items } = SimilarImages.parse(await (await get(`/v1/images/${stored.image.id}/similar?limit=5`)).json());
    expect(items).toHaveLength(5);
  });

  it("is stored once when it is sent several times at once", async () => {
    const png = await noise(120, 90).png().toBuffer();
    const answers = await Promise.all(Array.from({ length: 4 }, () => upload(png)));
    for (const answer of answers) expect([200, 201]).toContain(answer.status);
    const stored = await Promise.all(answers.map(async (answer) => StoredImage.parse(await answer.json())));
    expect(stored.filter((one) => !one.already_there)).toHaveLength(1);
    expect(new Set(stored.map((one) => one.image.id)).size).toBe(1);
  });

  it("needs no labels, and without them says nothing it was not told", async () => {
    const answer = await upload(await noise(64, 64).webp().toBuffer());
    expect(answer.status).toBe(201);
    expect(StoredImage.parse(await answer.json()).image).toMatchObject({ caption: "", style: "", tags: [], mood: null, creator: "" });
  });

  it("is known by its bytes, whatever it says it is", async () => {
    const jpeg = await noise(80, 80).jpeg().toBuffer();
    expect((await upload(jpeg, { type: "text/html; charset=utf-7", name: "../../etc/passwd" })).status).toBe(201);
  });

  const hostile: [string, FailureCode, () => Promise<Uint8Array> | Uint8Array, string?][] = [
    ["a text named .webp", "image.not_an_image", () => Buffer.from("just some words\n")],
    ["a text that says it is one", "image.not_an_image", () => Buffer.from("just some words\n"), "text/plain"],
    ["a page with a script", "image.not_an_image", () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), "image/svg+xml"],
    ["zero bytes", "image.empty", () => new Uint8Array(0)],
    ["one byte", "image.not_an_image", () => new Uint8Array([0xff])],
    ["nothing but the start of a JPEG", "image.corrupt", () => new Uint8Array([0xff, 0xd8, 0xff, 0xe0])],
    ["a JPEG cut short", "image.corrupt", async () => (await noise(300, 300).jpeg().toBuffer()).subarray(0, 9_000)],
    ["a PNG that claims 30,000 × 30,000 pixels", "image.too_many_pixels", () => boastfulPng(30_000, 30_000)],
    ["a PNG that claims four thousand million pixels a side", "image.corrupt", () => boastfulPng(0xffffffff, 0xffffffff)],
    ["an image of eight pixels", "image.too_small", () => noise(4, 2).png().toBuffer()],
    ["a file of 25 MB", "body.too_large", () => new Uint8Array(25_000_000)],
  ];
  it.each(hostile)("of %s is refused as %s", async (_, code, make, type) => {
    await problemOf(await upload(await make(), type === undefined ? {} : { type }), code);
  });

  it.each([
    ["{", ["form.labels"]],
    ["[]", ["form.labels"]],
    ['{"caption":7}', ["form.labels.caption"]],
    [JSON.stringify({ caption: "x".repeat(301), mood: "furious", tags: ["good", ""] }), ["form.labels.caption", "form.labels.mood", "form.labels.tags.1"]],
    ['{"title":"unknown"}', ["form.labels"]],
    ['{"caption":"a\\u0000b","creator":"\\ud800"}', ["form.labels.caption", "form.labels.creator"]],
    [JSON.stringify({ tags: Array.from({ length: 33 }, (_, index) => `t${index}`) }), ["form.labels.tags"]],
  ])("with the labels %s is refused, each field by its name", async (labels, fields) => {
    const problem = await problemOf(await upload(await noise(64, 64).png().toBuffer(), { labels }), "request.invalid");
    expect(problem.fields?.map((one) => one.field).sort()).toEqual([...fields].sort());
  });

  it("has to be a form with one file", async () => {
    const send = (body: FormData | string, headers: Record<string, string> = {}) => fetch(new URL("/v1/images", stack.url), { method: "POST", headers: { authorization: `Bearer ${token}`, ...headers }, body });
    const [none, text, two] = [new FormData(), new FormData(), new FormData()];
    none.set("labels", "{}");
    text.set("file", "not a file");
    for (const name of ["a.png", "b.png"]) two.append("file", new Blob(["x"]), name);
    for (const form of [none, text, two]) expect((await problemOf(await send(form), "request.invalid")).fields?.map((one) => one.field)).toEqual(["form.file"]);
    await problemOf(await send("{}", { "content-type": "application/json" }), "request.unsupported_type");
    await problemOf(await send("no parts", { "content-type": "multipart/form-data; boundary=edge" }), "request.malformed");
    await problemOf(await send("no boundary", { "content-type": "multipart/form-data" }), "request.malformed");
  });
});

describe("the images like one", () => {
  const similar = async (query = ""): Promise<z.infer<typeof SimilarImages>["items"]> => SimilarImages.parse(await (await get(`/v1/images/${shown.id}/similar${query}`)).json()).items;

  it("come nearest first, without the image itself, as many as asked for", async () => {
    for (const [query, count] of [["", 12], ["?limit=1", 1], ["?limit=48", 48]] as const) {
      const items = await similar(query);
      expect(items).toHaveLength(count);
      expect(items.map((item) => item.image.id)).not.toContain(shown.id);
      expect(new Set(items.map((item) => item.image.id)).size).toBe(count);
      expect(items.map((item) => item.distance)).toEqual(items.map((item) => item.distance).sort((a, b) => a - b));
    }
  });

  it.each(["limit=0", "limit=49", "limit=x"])("refuse %s", async (query) => {
    await problemOf(await get(`/v1/images/${shown.id}/similar?${query}`), "request.invalid");
  });
});

describe("what every answer says about itself", () => {
  it.each(["/v1/regions", "/v1/nothing", "/healthz", "/v1/me/taste", "/openapi.json"])("%s: that it is data, only ours, over TLS, told to nobody", async (path) => {
    const { headers } = await get(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toBe("max-age=63072000; includeSubDomains");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("/docs: that it runs only scripts of its own", async () => {
    const response = await get("/docs");
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/script-src|unsafe-eval/);
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await get(path!)).status, path).toBe(200);
  });

  it("lets no page of another origin read it where none is allowed", async () => {
    for (const method of ["GET", "OPTIONS"]) {
      const { headers } = await fetch(new URL("/v1/me/taste", stack.url), { method, headers: { origin: "https://elsewhere.example", "access-control-request-method": "GET" } });
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});

describe("the page", () => {
  const file = "edge/web/public/_headers";
  it.runIf(existsSync(file))("comes with the headers that its own file asks for", async () => {
    const [path, ...lines] = (await readFile(file, "utf8")).split("\n\n")[0]!.split("\n");
    expect(path).toBe("/*");
    const { headers, status } = await get("/");
    expect(status).toBe(200);
    for (const line of lines.filter((one) => one.trim() !== "")) {
      const [name, ...value] = line.trim().split(": ");
      expect(headers.get(name!), name).toBe(value.join(": "));
    }
    expect(headers.get("content-security-policy")).not.toContain("unsafe-eval");
  });
});
