import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NodeReport } from "#gpu-node/main.ts";
import { claimingPng } from "#gpu-node/ingest/sample-images.ts";
import { nodeEncoder } from "#gpu-node/models/node-encoder.ts";
import { problemContentType, type Problem } from "#shared/contract/failures.ts";
import { ComposeAnswer, EmbedImageAnswer, ForgetAnswer, IngestAnswer, ModelsAnswer, ObserveAnswer } from "#shared/contract/node.ts";
import { TasteView } from "#shared/contract/taste.ts";
import { uuidOfDigest } from "#shared/kernel/digest-uuid.ts";
import { generateKeyPair, importSigner, parseKeySet, type KeyPairText } from "#shared/security/keys.ts";
import { signedFetch, type SignedFetch } from "#shared/security/signed-fetch.ts";
import { sql } from "#shared/stores/database.ts";
import { imageStore } from "#shared/stores/image-store.ts";
import { pgvectorStore } from "#shared/stores/pgvector-store.ts";
import { embeddedDatabase, type EmbeddedDatabase } from "./embedded-database.ts";
import { append, event } from "./node-world.ts";

const main = fileURLToPath(new URL("../../gpu-node/main.ts", import.meta.url));

let embedded: EmbeddedDatabase;
let folder: string;
let settings: NodeJS.ProcessEnv;
let edge: KeyPairText;
let node: KeyPairText;
let child: ChildProcess;
let baseUrl: string;
let ask: SignedFetch;

beforeAll(async () => {
  embedded = await embeddedDatabase();
  folder = await mkdtemp(join(tmpdir(), "miraveja-node-"));
  [edge, node] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  await writeFile(join(folder, "keys.json"), JSON.stringify({ keys: { "edge-1": edge.publicKey } }));
  settings = {
    PATH: process.env["PATH"], PORT: "0", NODE_ID: "node-1", DATABASE_URL: embedded.url, DATABASE_ENDPOINT: embedded.endpoint,
    MODELS_DIR: join(folder, "models"), MODEL_MEMORY_MB: "1000",
    TRUSTED_KEYS_FILE: join(folder, "keys.json"), NODE_KEY_ID: "node-key", NODE_PRIVATE_KEY: node.privateKey,
    FRESH_KEYS: "yes", LOG_LEVEL: "error", INGEST_THREADS: "1",
  };
  const started = await startNode(settings);
  if (started.report.type !== "ready") throw new Error(started.report.message);
  child = started.child;
  baseUrl = `http://127.0.0.1:${started.report.port}`;
  ask = signedFetch({
    fetch, clock: Date.now, tag: "node-1", baseUrl,
    signer: await importSigner("edge-1", edge.privateKey),
    nodeKeys: await parseKeySet({ keys: { "node-key": node.publicKey } }),
  });
});

afterAll(async () => {
  child.kill("SIGTERM");
  await once(child, "exit");
  await embedded[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function startNode(env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; report: NodeReport; errors: () => string }> {
  const started = fork(main, { env, execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let errors = "";
  started.stderr!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [report] = (await once(started, "message")) as [NodeReport];
  return { child: started, report, errors: () => errors };
}

async function post(path: string, body: unknown, contentType = "application/json"): Promise<Response> {
  return ask(path, {
    method: "POST", contentType, deadlineMs: 30_000, requestId: randomUUID(),
    body: body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

const call = (method: "GET" | "DELETE", path: string): Promise<Response> => ask(path, { method, deadlineMs: 10_000, requestId: randomUUID() });

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toBe(problemContentType);
  return (await response.json()) as Problem;
}

/** A picture of stripes; different seeds make different pictures. */
async function picture(seed: number, width = 400, height = 300): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return 128 + 120 * Math.sin((x * (seed % 7) + y * (c + 1) * ((seed >> 3) % 5)) / 20 + seed + c);
  });
  return Uint8Array.from(await sharp(pixels, { raw: { width, height, channels: 3 } }).jpeg().toBuffer());
}

/** Ingests as the edge does: the node first, the row when its answer is there. */
async function ingest(seed: number): Promise<string> {
  const original = await picture(seed);
  const answer = IngestAnswer.parse(await (await post("/v1/ingest", original, "image/jpeg")).json());
  const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
  await imageStore(embedded.database).insert({
    id, ...answer, caption: "", style: "stripes", tags: ["stripes"], mood: null, creator: `creator ${seed}`, media_type: "image/jpeg",
  });
  return id;
}

describe("ingestion", () => {
  it("answers with everything the edge stores, and has the vector in the store by then", async () => {
    const original = await picture(1, 700, 500);
    const response = await post("/v1/ingest", original, "image/jpeg");
    const answer = IngestAnswer.parse(await response.json());
    expect(answer).toMatchObject({ width: 700, height: 500, space: nodeEncoder.space });
    expect(answer.variants.map((one) => one.width)).toEqual([320, 640, 700]);
    for (const variant of answer.variants) {
      const { width, height, format } = await sharp(Buffer.from(variant.bytes, "base64")).metadata();
      expect({ width, height, format }).toEqual({ width: variant.width, height: variant.height, format: "webp" });
    }
    const id = uuidOfDigest(new Uint8Array(await crypto.subtle.digest("SHA-256", original)));
    const stored = await pgvectorStore(embedded.database).fetch(nodeEncoder.space, [id]);
    expect(stored.get(id)).toHaveLength(nodeEncoder.dim);
    const embed = EmbedImageAnswer.parse(await (await post("/v1/embed/images", original, "application/octet-stream")).json());
    expect(Float32Array.from(embed.vector)).toEqual(stored.get(id));
  });

  it.each([
    ["an empty body", () => new Uint8Array(0), "image.empty"],
    ["text that says it is an image", () => new TextEncoder().encode("<svg onload='alert(1)'/>"), "image.not_an_image"],
    ["a JPEG cut in half", async () => (await picture(2)).slice(0, 3_000), "image.corrupt"],
    ["a small file that claims 30,000 × 30,000 pixels", () => claimingPng(30_000, 30_000), "image.too_many_pixels"],
    ["a picture of 8 × 8 pixels", () => picture(3, 8, 8), "image.too_small"],
  ] as const)("refuses %s with its code and goes on", async (_, make, code) => {
    const problem = await problemOf(await post("/v1/ingest", await make(), "image/jpeg"));
    expect(problem.code).toBe(code);
    expect(problem.detail).toBeTruthy();
    expect((await post("/v1/embed/images", await picture(4), "image/jpeg")).status).toBe(200);
  });

  it("refuses what is not sent as an image, and bodies over the limit", async () => {
    expect((await problemOf(await post("/v1/ingest", { image: "?" }))).code).toBe("request.unsupported_type");
    expect((await problemOf(await post("/v1/ingest", new Uint8Array(25 * 1024 * 1024 + 1), "image/jpeg"))).code).toBe("body.too_large");
    expect((await problemOf(await post("/v1/feed/compose", new Uint8Array(300 * 1024), "application/json"))).code).toBe("body.too_large");
  });
});

describe("taste and feed", () => {
  const viewer = randomUUID();
  let images: string[];
  beforeAll(async () => {
    images = [];
    for (let seed = 10; seed < 26; seed++) images.push(await ingest(seed));
  });

  it("shows what was ingested, and has learned from the log by the next page", async () => {
    const stream = randomUUID();
    const compose = { viewer_id: viewer, stream_id: stream, position: 0, pages: 1, limit: 5, mood: null, mode: "replace", served_through: -1 };
    const first = ComposeAnswer.parse(await (await post("/v1/feed/compose", compose)).json());
    expect(first.pages[0]!.slots).toHaveLength(5);
    const liked = first.pages[0]!.slots[0]!.image_id;
    expect(images).toContain(liked);
    const offset = await append(embedded.database, viewer, [event("like", { image_id: liked })]);
    const second = ComposeAnswer.parse(await (await post("/v1/feed/compose", { ...compose, position: 1, served_through: 0 })).json());
    expect(second.taste_offset).toBe(offset);
    const observed = ObserveAnswer.parse(await (await post("/v1/taste/observe", { viewers: [{ viewer_id: viewer, offset }] })).json());
    expect(observed.viewers).toEqual([{ viewer_id: viewer, offset }]);
  });

  it("gives a viewer's taste as the contract has it, and forgets on demand without losing any", async () => {
    const view = TasteView.parse(await (await call("GET", `/v1/taste/${viewer}`)).json());
    expect(view).toMatchObject({ space: nodeEncoder.space, stale: false, signals: 1 });
    expect(view.puddles).toHaveLength(1);
    expect(view.puddles[0]).toMatchObject({ label: "stripes", share: 1, count: 1 });
    expect(view.map.images.map((one) => one.mark)).toContain("liked");
    for (const { x, y } of [...view.puddles, ...view.map.images]) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1);
    expect(ForgetAnswer.parse(await (await call("DELETE", `/v1/taste/${viewer}`)).json())).toEqual({ forgotten: true });
    const again = TasteView.parse(await (await call("GET", `/v1/taste/${viewer}`)).json());
    expect(again.puddles.map(({ id, x, y }) => ({ id, x, y }))).toEqual(view.puddles.map(({ id, x, y }) => ({ id, x, y })));
  });

  it("says which fields do not fit", async () => {
    const problem = await problemOf(await post("/v1/feed/compose", { viewer_id: "me", pages: 99 }));
    expect(problem.code).toBe("request.invalid");
    expect(problem.fields?.map((one) => one.field)).toEqual(expect.arrayContaining(["viewer_id", "stream_id", "pages"]));
    expect((await problemOf(await post("/v1/taste/observe", { viewers: [] }))).code).toBe("request.invalid");
    expect((await problemOf(await call("GET", "/v1/taste/nobody"))).code).toBe("request.invalid");
    expect((await problemOf(await call("GET", "/v1/nothing"))).code).toBe("request.not_found");
  });

  it("makes its space known with its calibration", async () => {
    const [row] = await embedded.database.query(sql(`select dim, distance_mean from spaces where space = $1`, nodeEncoder.space));
    expect(row).toEqual({ dim: nodeEncoder.dim, distance_mean: nodeEncoder.calibration.mean });
  });
});

describe("models", () => {
  it("tells which there are, and what is held of a memory bounded by the setting", async () => {
    const { models, memory, held, tier } = ModelsAnswer.parse(await (await call("GET", "/v1/models")).json());
    expect(models.find(({ name }) => name === "builtin")).toMatchObject({ roles: ["image-encoder"], files: "builtin" });
    expect(models.find(({ name }) => name === "clip-vit-b32")).toMatchObject({ roles: ["image-encoder", "text-encoder"], files: "absent", bytes: 0 });
    expect(memory).toEqual({ capacity_bytes: 1e9, free_bytes: 1e9, loaded_bytes: 0, reserved_bytes: 0, evictable_bytes: 0 });
    expect(held).toEqual([]);
    expect(await (await fetch(`${baseUrl}/metrics`)).text()).toContain(`miraveja_model_tier{tier="${tier}"} 1`);
  });
});

describe("the door", () => {
  it("answers nobody under /v1 without a signature", async () => {
    for (const path of ["/v1/feed/compose", "/v1/ingest", "/v1/taste/observe"]) {
      const response = await fetch(baseUrl + path, { method: "POST", body: "{}" });
      expect([response.status, (await problemOf(response)).code]).toEqual([401, "signature.missing"]);
    }
  });

  it("tells health to all, and its figures to this machine", async () => {
    expect(await (await fetch(`${baseUrl}/healthz`)).json()).toEqual({ status: "ok" });
    const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
    expect(metrics).toMatch(/miraveja_requests_total\{route="\/v1\/ingest\/?",code="ok"\} \d+/);
  });
});

describe("starting", () => {
  const run = (env: NodeJS.ProcessEnv, ...args: string[]) => spawnSync(process.execPath, [main, ...args], { env, encoding: "utf8" });

  it("explains every setting", () => {
    const { status, stdout } = run({}, "--help");
    expect(status).toBe(0);
    for (const name of ["NODE_ID", "DATABASE_URL", "TRUSTED_KEYS_FILE", "NODE_PRIVATE_KEY", "PORT", "QDRANT_URL"]) expect(stdout).toContain(name);
  });

  it.each([
    ["a missing setting", { NODE_ID: undefined }, /NODE_ID is not set/],
    ["an empty one", { DATABASE_URL: "" }, /DATABASE_URL is not set/],
    ["a port that is none", { PORT: "http" }, /PORT has to be a number/],
    ["Qdrant without an address", { VECTOR_STORE: "qdrant" }, /QDRANT_URL is needed/],
    ["keys that cannot be read", { TRUSTED_KEYS_FILE: "/nowhere/keys.json" }, /TRUSTED_KEYS_FILE \/nowhere\/keys.json cannot be read/],
    ["a private key that is none", { NODE_PRIVATE_KEY: "hunter2" }, /NODE_PRIVATE_KEY: /],
  ])("stops at %s with one line that names it", (_, wrong, line) => {
    const { status, stderr } = run({ ...settings, ...wrong });
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(line)]);
    expect(stderr).not.toContain("hunter2");
  });

  it("says that its port is taken, to the reader and to its parent", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    const { report, errors, child: refused } = await startNode({ ...settings, PORT: port });
    await once(refused, "exit");
    expect(report).toMatchObject({ type: "failed", code: "port_taken" });
    expect(errors()).toContain(`port ${port} is taken`);
    expect(refused.exitCode).toBe(1);
    other.close();
  });

  it("starts while the database is away, and refuses with its code", async () => {
    const { child: alone, report } = await startNode({ ...settings, DATABASE_ENDPOINT: "http://127.0.0.1:1/sql" });
    if (report.type !== "ready") throw new Error(report.message);
    const askAlone = signedFetch({
      fetch, clock: Date.now, tag: "node-1", baseUrl: `http://127.0.0.1:${report.port}`,
      signer: await importSigner("edge-1", edge.privateKey),
      nodeKeys: await parseKeySet({ keys: { "node-key": node.publicKey } }),
    });
    const response = await askAlone(`/v1/taste/${randomUUID()}`, { method: "GET", deadlineMs: 10_000, requestId: randomUUID() });
    expect((await problemOf(response)).code).toBe("store.away");
    alone.kill("SIGTERM");
    await once(alone, "exit");
  });

  it("ends when its parent is gone", async () => {
    const { child: orphan, report } = await startNode(settings);
    expect(report.type).toBe("ready");
    orphan.disconnect();
    const [code] = (await once(orphan, "exit")) as [number];
    expect(code).toBe(0);
  });
});
