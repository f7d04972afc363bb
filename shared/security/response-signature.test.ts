import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair, importPublicKey, importSigner, type KeySet, type Signer } from "./keys.ts";
import { isEventStream, ResponseRefused, signResponse, signResponseHead, verifyResponse, verifyResponseHead } from "./response-signature.ts";
import { openStream, sealStream } from "./signed-stream.ts";

const clock = () => 1_800_000_000_000;
const request = { method: "POST", url: "https://node.test/v1/feed/compose", signature: "sig1=:AAAA:" };
let signer: Signer;
let keys: KeySet;

beforeAll(async () => {
  const pair = await generateKeyPair();
  signer = await importSigner("node-key-1", pair.privateKey);
  keys = new Map([["node-key-1", await importPublicKey(pair.publicKey)]]);
});

const bytes = (value: string) => new TextEncoder().encode(value);

async function answer(status = 503, body = bytes('{"code":"gpu.busy"}')) {
  const headers = new Headers({ "content-type": "application/problem+json", "retry-after": "3" });
  for (const [name, value] of Object.entries(await signResponse(request, { status, headers, body }, signer, clock))) headers.set(name, value);
  return { status, headers, body };
}

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: unknown) => (error instanceof ResponseRefused ? error.reason : Promise.reject(error as Error)),
  );

describe("a signed response", () => {
  it("is accepted for the request it answers", async () => {
    expect(await reason(verifyResponse(request, await answer(), keys))).toBe("accepted");
  });

  it("is refused for any other request, status, header or body", async () => {
    const given = await answer();
    expect(await reason(verifyResponse({ ...request, signature: "sig1=:BBBB:" }, given, keys))).toBe("invalid");
    expect(await reason(verifyResponse(request, { ...given, status: 500 }, keys))).toBe("invalid");
    expect(await reason(verifyResponse(request, given, new Map()))).toBe("unknown_key");
    for (const name of ["content-type", "retry-after", "content-digest"]) {
      const other = new Headers(given.headers);
      other.set(name, "text/plain");
      expect(await reason(verifyResponse(request, { ...given, headers: other }, keys))).toBe("invalid");
      other.delete(name);
      expect(await reason(verifyResponse(request, { ...given, headers: other }, keys))).toBe(name === "content-digest" ? "unsigned" : "invalid");
    }
    for (const name of ["signature", "signature-input"]) {
      const other = new Headers(given.headers);
      other.delete(name);
      expect(await reason(verifyResponse(request, { ...given, headers: other }, keys))).toBe("unsigned");
    }
  });

  it("is refused after any change of a single bit in its body", async () => {
    const given = await answer();
    await fc.assert(
      fc.asyncProperty(fc.nat(given.body.length - 1), fc.nat(7), async (at, bit) => {
        const body = given.body.slice();
        body[at]! ^= 1 << bit;
        expect(await reason(verifyResponse(request, { ...given, body }, keys))).toBe("digest_mismatch");
      }),
      { seed: 1 },
    );
  });
});

describe("a sealed stream", () => {
  const headers = new Headers({ "content-type": "text/event-stream" });
  const head = { status: 200, headers };
  const events = ["Guten", "Morgen", "Welt"].map((word) => `event: token\ndata: ${word}\n\n`);

  const through = (chunks: Uint8Array[], by: TransformStream<Uint8Array, Uint8Array>) =>
    new Response(ReadableStream.from(chunks).pipeThrough(by)).text();
  const seal = (text: string) => through([bytes(text)], sealStream(request, head, signer, clock));
  const open = (chunks: Uint8Array[]) => through(chunks, openStream(request, head, keys));

  it("gives back what went in, however the bytes were cut on the way, without the seal", async () => {
    const wire = bytes(await seal(events.join("")));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(wire.length), { maxLength: 12 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), wire.length];
        const chunks = edges.slice(1).map((end, i) => wire.slice(edges[i], end));
        expect(await open(chunks)).toBe(events.join(""));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("fails where an event was altered, dropped, repeated, swapped, added, or the end is missing", async () => {
    const wire = await seal(events.join(""));
    const [first = "", second = ""] = events;
    const end = wire.slice(events.join("").length);
    for (const altered of [
      wire.replace("Morgen", "Abend"),
      wire.replace(second, ""),
      wire.replace(second, second + second),
      wire.replace(first + second, second + first),
      wire + first,
      end + wire,
      events.join(""),
      wire.slice(0, -1),
      "",
    ]) {
      await expect(open([bytes(altered)])).rejects.toBeInstanceOf(ResponseRefused);
    }
  });

  it("fails for another request, even when its transcript is whole", async () => {
    const wire = await seal(events.join(""));
    const other = openStream({ ...request, signature: "sig1=:BBBB:" }, head, keys);
    await expect(through([bytes(wire)], other)).rejects.toBeInstanceOf(ResponseRefused);
  });

  it("closes an event left open before it seals", async () => {
    expect(await open([bytes(await seal("data: unfinished"))])).toBe("data: unfinished\n\n");
  });

  it("stops at an event or a transcript without end", async () => {
    await expect(open([new Uint8Array(65 * 1024).fill(65)])).rejects.toBeInstanceOf(ResponseRefused);
    await expect(seal("x".repeat(2 << 20))).rejects.toThrow(RangeError);
  });

  it("has a head that is signed before the first event", async () => {
    const fields = await signResponseHead(request, head, signer, clock);
    const signedHead = { status: 200, headers: new Headers({ ...Object.fromEntries(headers), ...fields }) };
    expect(isEventStream(signedHead.headers)).toBe(true);
    expect(await reason(verifyResponseHead(request, signedHead, keys))).toBe("accepted");
    expect(await reason(verifyResponseHead(request, { ...signedHead, status: 206 }, keys))).toBe("invalid");
  });
});
