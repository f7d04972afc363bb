import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createSignature, webcrypto } from "http-message-sig";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openKeyring } from "#gpu-node/runtime/keyring.ts";
import type { Problem } from "#shared/contract/failures.ts";
import { MemoryNonces } from "#shared/security/nonces.ts";
import { signRequest, trustedFromMs } from "#shared/security/request-signature.ts";
import { NodeAway, signedFetch, type SignedCall, type SignedFetchParts } from "#shared/security/signed-fetch.ts";
import { bodyLimit, makePair, sendRaw, startSignedNode, type Pair, type RawRequest, type SignedNode } from "./signed-node.ts";

let edge: Pair;
let stranger: Pair;
let nodeKey: Pair;
let node: SignedNode;

beforeAll(async () => {
  [edge, stranger, nodeKey] = await Promise.all([makePair("edge-1"), makePair("edge-1"), makePair("node-key-1")]);
  node = await startSignedNode(nodeKey, { keys: () => new Map([["edge-1", edge.publicKey]]) });
});
afterAll(() => node[Symbol.asyncDispose]());

const text = new TextEncoder();
const path = "/v1/echo?viewer=a&limit=20";

/** A request as the edge signs it, ready to be tampered with. */
async function signed(more: { pair?: Pair; tag?: string; atMs?: number; body?: Uint8Array } = {}): Promise<RawRequest> {
  const body = more.body ?? text.encode('{"viewer_id":"a"}');
  const head = { method: "POST", url: `http://node.test${path}`, headers: new Headers({ "content-type": "application/json" }), body };
  const fields = await signRequest(head, (more.pair ?? edge).signer, () => more.atMs ?? Date.now(), more.tag ?? "node-1");
  return { method: "POST", path, headers: [["content-type", "application/json"], ...Object.entries(fields)], body };
}

const set = (request: RawRequest, name: string, value: string): RawRequest => ({
  ...request,
  headers: request.headers.map(([key, old]) => [key, key === name ? value : old]),
});
const without = (request: RawRequest, name: string): RawRequest => ({ ...request, headers: request.headers.filter(([key]) => key !== name) });
const valueOf = (request: RawRequest, name: string): string => request.headers.find(([key]) => key === name)?.[1] ?? "";

/** Signs by hand, with any components and parameters, under the trusted key. */
async function signedWith(components: string[], parameters: Record<string, string | number> = {}, authority = "node.test"): Promise<RawRequest> {
  const request = await signed();
  const created = Math.floor(Date.now() / 1000);
  const fields = ["content-type", "content-digest"].map((name) => ({ name, value: valueOf(request, name) }));
  const { signature, signatureInput } = await createSignature(
    { kind: "request", method: "POST", targetUri: `http://${authority}${path}`, fields },
    {
      components,
      parameters: { created, expires: created + 60, nonce: "n".repeat(22), keyid: "edge-1", tag: "node-1", ...parameters },
      signer: webcrypto.signer(edge.signer.privateKey),
    },
  );
  return set(set(request, "signature", signature), "signature-input", signatureInput);
}

const covered = ["@method", "@path", "@query", "content-digest", "content-type"];

const hostile: [what: string, request: () => Promise<RawRequest>, status: number, code: string][] = [
  ["without a signature", async () => without(without(await signed(), "signature"), "signature-input"), 401, "signature.missing"],
  ["with half a signature", async () => without(await signed(), "signature-input"), 401, "signature.missing"],
  ["with another path", async () => ({ ...(await signed()), path: "/v1/reply?viewer=a&limit=20" }), 401, "signature.invalid"],
  ["with another query", async () => ({ ...(await signed()), path: "/v1/echo?viewer=b&limit=20" }), 401, "signature.invalid"],
  ["with its query cut off", async () => ({ ...(await signed()), path: "/v1/echo" }), 401, "signature.invalid"],
  ["with another method", async () => ({ ...(await signed()), method: "PUT" }), 401, "signature.invalid"],
  ["with another content type", async () => set(await signed(), "content-type", "text/plain"), 401, "signature.invalid"],
  ["with a second content type", async () => ({ ...(await signed()), headers: [...(await signed()).headers, ["content-type", "text/plain"]] }), 401, "signature.invalid"],
  ["with its content type dropped", async () => without(await signed(), "content-type"), 401, "signature.invalid"],
  ["with another body", async () => ({ ...(await signed()), body: text.encode('{"viewer_id":"b"}') }), 401, "signature.digest_mismatch"],
  ["with a body cut short", async () => ({ ...(await signed()), body: new Uint8Array(0) }), 401, "signature.digest_mismatch"],
  ["with the digest of another body", async () => set(await signed(), "content-digest", valueOf(await signed({ body: text.encode("x") }), "content-digest")), 401, "signature.invalid"],
  ["with a digest that is none", async () => set(await signed(), "content-digest", "sha-256=:AAAA:"), 401, "signature.invalid"],
  ["without a digest", async () => without(await signed(), "content-digest"), 401, "signature.invalid"],
  ["that has expired", () => signed({ atMs: Date.now() - 61_000 }), 401, "signature.expired"],
  ["from the future", () => signed({ atMs: Date.now() + 30_000 }), 401, "signature.future"],
  ["by an unknown key id", async () => signed({ pair: await makePair("edge-9") }), 401, "signature.unknown_key"],
  ["by a stranger under a trusted key id", () => signed({ pair: stranger }), 401, "signature.invalid"],
  ["for another node", () => signed({ tag: "node-2" }), 401, "signature.wrong_audience"],
  ["for another authority", () => signedWith([...covered, "@authority"], {}, "other.test"), 401, "signature.invalid"],
  ["that covers more than agreed", () => signedWith([...covered, "@authority"]), 401, "signature.invalid"],
  ...covered.map((name): (typeof hostile)[number] => [`whose signature leaves out ${name}`, () => signedWith(covered.filter((other) => other !== name)), 401, "signature.invalid"]),
  ["that covers the host in place of the query", () => signedWith([...covered.filter((name) => name !== "@query"), "@authority"]), 401, "signature.invalid"],
  ["that covers nothing", () => signedWith([]), 401, "signature.invalid"],
  ["that would live for an hour", () => signedWith(covered, { expires: Math.floor(Date.now() / 1000) + 3600 }), 401, "signature.invalid"],
  ["that expires before it was made", () => signedWith(covered, { expires: 1 }), 401, "signature.invalid"],
  ["with a short nonce", () => signedWith(covered, { nonce: "1" }), 401, "signature.invalid"],
  ["with a parameter of its own", () => signedWith(covered, { alg: "ed25519", note: "x" }), 401, "signature.invalid"],
  ["with its signature sent twice", async () => { const r = await signed(); return { ...r, headers: [...r.headers, ["signature", valueOf(r, "signature")]] }; }, 401, "signature.invalid"],
  ["with two signatures under two labels", async () => {
    const r = await signed();
    const second = ["signature", "signature-input"].map((name): [string, string] => [name, valueOf(r, name).replace("sig1", "sig2")]);
    return { ...r, headers: [...r.headers, ...second] };
  }, 401, "signature.invalid"],
  ["under another label", async () => {
    const r = await signed();
    return { ...r, headers: r.headers.map(([name, value]) => [name, value.replace("sig1=", "sig2=")]) };
  }, 401, "signature.invalid"],
  ["with an endless signature", async () => set(await signed(), "signature-input", `sig1=(${'"a" '.repeat(1500)})`), 401, "signature.invalid"],
  ["with a body over the limit", () => signed({ body: new Uint8Array(bodyLimit + 1) }), 413, "body.too_large"],
  ["with a body far over the limit", () => signed({ body: new Uint8Array(4 << 20) }), 413, "body.too_large"],
];

describe("a request", () => {
  it.each(hostile)("%s is refused before any handler runs", async (_what, make, status, code) => {
    const before = node.handled;
    const answer = await sendRaw(node.port, await make());
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code, status });
    expect(node.handled).toBe(before);
  });

  it("as it was signed reaches the handler, with its body and its signer", async () => {
    const before = node.handled;
    const answer = await sendRaw(node.port, await signed());
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ method: "POST", query: { viewer: "a", limit: "20" }, body: '{"viewer_id":"a"}', keyId: "edge-1" });
    expect(node.handled).toBe(before + 1);
  });

  it("sent again is refused, however often and however close together", async () => {
    const request = await signed();
    const before = node.handled;
    const answers = await Promise.all(Array.from({ length: 8 }, () => sendRaw(node.port, request)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect(JSON.parse(body)).toMatchObject({ code: "signature.replayed" });
    expect(node.handled).toBe(before + 1);
  });

  it("without a signature is answered before its body has come", async () => {
    const socket = connect(node.port, "127.0.0.1");
    socket.write("POST /v1/echo HTTP/1.1\r\nhost: node.test\r\ncontent-length: 1000000\r\n\r\n");
    const first = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    socket.destroy();
    expect(first.toString()).toMatch(/^HTTP\/1\.1 401/);
  });

  it("that announces more than the limit is answered before its body has come", async () => {
    const request = await signed({ body: new Uint8Array(bodyLimit + 1) });
    const answer = await sendRaw(node.port, { ...request, announced: request.body.length, body: new Uint8Array(0) });
    expect(answer.status).toBe(413);
  });

  it("of unannounced length is cut off at the limit", async () => {
    const request = await signed({ body: new Uint8Array(bodyLimit + 1) });
    const socket = connect(node.port, "127.0.0.1");
    const answer = new Promise<Buffer>((resolve) => socket.once("data", resolve));
    const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST ${path} HTTP/1.1\r\nhost: node.test\r\ntransfer-encoding: chunked\r\n${lines}\r\n`);
    const before = node.handled;
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    for (let sent = 0; sent < 5; sent++) socket.write(chunk);
    expect((await answer).toString()).toMatch(/^HTTP\/1\.1 413/);
    socket.destroy();
    expect(node.handled).toBe(before);
  });

  it("finds the store of nonces full is told to wait, not let through", async () => {
    const nonces = new MemoryNonces(Date.now, 1);
    await using small = await startSignedNode(nodeKey, { keys: () => new Map([["edge-1", edge.publicKey]]), nonces });
    expect((await sendRaw(small.port, await signed())).status).toBe(200);
    const answer = await sendRaw(small.port, await signed());
    expect(answer.status).toBe(503);
    expect(small.handled).toBe(1);
  });
});

describe("the caller", () => {
  const parts = (more: Partial<SignedFetchParts> = {}): SignedFetchParts => ({
    fetch,
    clock: Date.now,
    signer: edge.signer,
    tag: "node-1",
    baseUrl: node.url,
    nodeKeys: new Map([["node-key-1", nodeKey.publicKey]]),
    ...more,
  });
  const call = (more: Partial<SignedCall> = {}): SignedCall => ({
    method: "POST",
    body: "{}",
    contentType: "application/json",
    deadlineMs: 5_000,
    requestId: "request-0001",
    ...more,
  });
  /** The node's true answer, changed on its way back. */
  const tampering = (change: (response: Response) => Promise<Response> | Response): SignedFetchParts["fetch"] => async (url, init) => change(await fetch(url, init));

  it("gets whole answers, empty ones, failures and streams, all verified", async () => {
    const ask = signedFetch(parts());
    expect(await (await ask("/v1/echo?a=1", call({ body: "hello" }))).json()).toMatchObject({ query: { a: "1" }, body: "hello" });
    expect(await (await ask("/v1/echo", { method: "GET", deadlineMs: 5_000, requestId: "request-0002" })).json()).toMatchObject({ method: "GET", body: "" });
    expect((await ask("/v1/nothing", call())).status).toBe(204);
    const busy = await ask("/v1/busy", call());
    expect([busy.status, busy.headers.get("retry-after"), busy.headers.get("x-request-id")]).toEqual([503, "3", "request-0001"]);
    expect((await ask("/v1/nowhere", call())).status).toBe(404);
    expect(await (await ask("/v1/reply", call())).text()).toBe("event: token\ndata: Guten\n\nevent: token\ndata: Morgen\n\nevent: token\ndata: Welt\n\n");
  });

  it("learns nothing of a crash but that it happened", async () => {
    const answer = await signedFetch(parts())("/v1/crash", call());
    const problem = (await answer.json()) as Problem;
    expect(problem).toMatchObject({ status: 500, code: "internal", request_id: "request-0001" });
    expect(JSON.stringify(problem)).not.toContain("secret detail");
  });

  it.each<[string, (response: Response) => Promise<Response> | Response]>([
    ["another status", (r) => new Response(r.body, { status: 201, headers: r.headers })],
    ["another body", (r) => new Response("{}", { status: r.status, headers: r.headers })],
    ["another content type", (r) => new Response(r.body, { status: r.status, headers: { ...Object.fromEntries(r.headers), "content-type": "text/html" } })],
    ["no signature", (r) => new Response(r.body, { status: r.status, headers: { "content-type": "application/json" } })],
    ["the answer to another request", async () => { const r = await sendRaw(node.port, await signed()); return new Response(r.body, { headers: { "content-type": "application/json" } }); }],
  ])("takes %s on the way back for no answer", async (_what, change) => {
    await expect(signedFetch(parts({ fetch: tampering(change) }))("/v1/echo", call())).rejects.toMatchObject({ name: "NodeAway", reason: "untrusted" });
  });

  it("does not take one of the node's answers for another", async () => {
    const answers: Response[] = [];
    const swap = tampering((response) => (answers.push(response), answers[0]!));
    const ask = signedFetch(parts({ fetch: async (url, init) => (await swap(url, init)).clone() }));
    expect((await ask("/v1/echo", call())).status).toBe(200);
    await expect(ask("/v1/echo", call())).rejects.toMatchObject({ reason: "untrusted" });
  });

  it("sees a stream that was altered fail at its end", async () => {
    const change = async (response: Response) => new Response((await response.text()).replace("Morgen", "Abend"), response);
    const answer = await signedFetch(parts({ fetch: tampering(change) }))("/v1/reply", call());
    await expect(answer.text()).rejects.toMatchObject({ reason: "digest_mismatch" });
  });

  it("hears within its deadline, or that the node is away", async () => {
    const silent: SignedFetchParts["fetch"] = (_url, init) =>
      new Promise((_resolve, reject) => init.signal!.addEventListener("abort", () => reject(new Error("aborted"))));
    await expect(signedFetch(parts({ fetch: silent }))("/v1/echo", call({ deadlineMs: 50 }))).rejects.toMatchObject({ reason: "timeout" });
    const gone = await startSignedNode(nodeKey, { keys: () => new Map() });
    await gone[Symbol.asyncDispose]();
    await expect(signedFetch(parts({ baseUrl: gone.url }))("/v1/echo", call())).rejects.toMatchObject({ reason: "unreachable" });
    await expect(signedFetch(parts({ signer: stranger.signer }))("/v1/echo", call())).rejects.toThrow("401 unsigned, says signature.invalid");
    const left = AbortSignal.abort(new Error("the viewer left"));
    await expect(signedFetch(parts())("/v1/echo", call({ signal: left }))).rejects.toThrow("the viewer left");
  });

  it("signs anew, once, for a node that has just started", async () => {
    let asked = 0;
    const counting: SignedFetchParts["fetch"] = (url, init) => ((asked += 1), fetch(url, init));
    const notBeforeMs = trustedFromMs(Date.now() - 4_000);
    await using fresh = await startSignedNode(nodeKey, { keys: () => new Map([["edge-1", edge.publicKey]]), notBeforeMs });
    const ask = signedFetch(parts({ fetch: counting, baseUrl: fresh.url }));
    await expect(ask("/v1/echo", call({ deadlineMs: 900 }))).resolves.toMatchObject({ status: 401 });
    expect(asked).toBe(1);
    expect((await ask("/v1/echo", call())).status).toBe(200);
    expect(asked).toBe(3);
    expect(fresh.handled).toBe(1);
  });

  it("is an instance of NodeAway whenever it gives up, so that callers can fall back on one class", async () => {
    await expect(signedFetch(parts({ tag: "node-2" }))("/v1/echo", call())).resolves.toMatchObject({ status: 401 });
    await expect(signedFetch(parts({ nodeKeys: new Map() }))("/v1/echo", call())).rejects.toBeInstanceOf(NodeAway);
  });
});

describe("keys", () => {
  it("rotate from one to both to the other under load without one request refused", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keyring-"));
    const file = join(folder, "keys.json");
    const next = await makePair("edge-2");
    const publish = async (...pairs: Pair[]) => {
      await writeFile(`${file}.new`, JSON.stringify({ keys: Object.fromEntries(pairs.map((pair) => [pair.signer.keyId, pair.publicText])) }));
      await rename(`${file}.new`, file);
    };
    await publish(edge);
    const keyring = await openKeyring(file, { clock: Date.now, log: () => undefined });
    await using rotating = await startSignedNode(nodeKey, { keys: keyring.keys });
    let signer = edge.signer;
    let done = false;
    const signers = new Set<string>();
    const load = async () => {
      while (!done) {
        const ask = signedFetch({ fetch, clock: Date.now, signer, tag: "node-1", baseUrl: rotating.url, nodeKeys: new Map([["node-key-1", nodeKey.publicKey]]) });
        const answer = await ask("/v1/echo", { method: "POST", body: "{}", contentType: "application/json", deadlineMs: 10_000, requestId: "request-0001" });
        expect(answer.status).toBe(200);
        signers.add(((await answer.json()) as { keyId: string }).keyId);
      }
    };
    const loads = [load(), load(), load()];
    await publish(edge, next);
    await wait(1_100);
    signer = next.signer;
    await wait(300);
    await publish(next);
    await wait(1_300);
    done = true;
    await Promise.all(loads);
    expect([...signers]).toEqual(["edge-1", "edge-2"]);
    expect(new Set(rotating.codes)).toEqual(new Set(["ok"]));
    expect((await sendRaw(rotating.port, await signed())).status).toBe(401);
    await rm(folder, { recursive: true });
  });
});
