import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair, importPublicKey, importSigner, type Signer, type SigningKey } from "./keys.ts";
import { MemoryNonces } from "./nonces.ts";
import {
  SignatureRefused,
  signRequest,
  trustedFromMs,
  verifyBody,
  verifyRequest,
  type UnsignedRequest,
  type VerifyTerms,
} from "./request-signature.ts";

const nowMs = 1_800_000_000_000;
const text = new TextEncoder();
let signer: Signer;
let publicKey: SigningKey;

beforeAll(async () => {
  const pair = await generateKeyPair();
  signer = await importSigner("edge-1", pair.privateKey);
  publicKey = await importPublicKey(pair.publicKey);
});

function terms(more: Partial<VerifyTerms> = {}): VerifyTerms {
  const clock = () => nowMs;
  return { keys: () => new Map([["edge-1", publicKey]]), nonces: new MemoryNonces(clock), clock, notBeforeMs: 0, tag: "node-1", ...more };
}

const plain = () => ({
  method: "POST",
  url: "https://node.test/v1/feed/compose?viewer=a&limit=20",
  headers: new Headers({ "content-type": "application/json" }),
  body: text.encode('{"viewer_id":"a"}'),
});

async function signed(request: UnsignedRequest = plain(), tag = "node-1", atMs = nowMs) {
  const contentType = request.headers.get("content-type");
  const headers = new Headers(contentType === null ? {} : { "content-type": contentType });
  for (const [name, value] of Object.entries(await signRequest(request, signer, () => atMs, tag))) headers.set(name, value);
  return { ...request, headers };
}

async function judge(request: UnsignedRequest, more: Partial<VerifyTerms> = {}): Promise<string> {
  try {
    await verifyBody(await verifyRequest(request, terms(more)), request.body);
    return "accepted";
  } catch (error) {
    if (error instanceof SignatureRefused) return error.code;
    throw error;
  }
}

/** The text with one bit of one character flipped. */
const flipped = (value: string, at: number, bit: number) => {
  const i = at % value.length;
  return value.slice(0, i) + String.fromCharCode(value.charCodeAt(i) ^ (1 << bit)) + value.slice(i + 1);
};

/** `Headers` would refuse many of these values; a hostile connection need not. */
const withFlipped = (headers: Headers, part: string, at: number, bit: number) => ({
  get: (name: string) => (name === part ? flipped(headers.get(name) ?? "", at, bit) : headers.get(name)),
});

describe("a signed request", () => {
  it("is accepted as it was signed, whatever its path, query and body", async () => {
    const segment = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
    await fc.assert(
      fc.asyncProperty(segment, segment, fc.uint8Array({ maxLength: 300 }), async (path, query, body) => {
        const url = new URL(`https://node.test/v1/${encodeURIComponent(path)}?q=${encodeURIComponent(query)}`).href;
        expect(await judge(await signed({ ...plain(), url, body }))).toBe("accepted");
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("is refused after any change of a single bit in what it covers", async () => {
    const parts = ["method", "target", "content-type", "content-digest", "signature", "signature-input", "body"] as const;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), fc.nat(10_000), fc.nat(6), async (part, at, bit) => {
        const request = await signed();
        if (part === "body") request.body[at % request.body.length]! ^= 1 << bit;
        else if (part === "method") request.method = flipped(request.method, at, bit);
        else if (part === "target") request.url = `https://node.test${flipped("/v1/feed/compose?viewer=a&limit=20", at, bit)}`;
        const headers = part.includes("-") || part === "signature" ? withFlipped(request.headers, part, at, bit) : request.headers;
        expect(await judge({ ...request, headers })).toMatch(/^signature\./);
      }),
      { numRuns: 600, seed: 2 },
    );
  });

  it("is refused after any change of a bit in the last characters of its signature, where base64 has bits to spare", async () => {
    const request = await signed();
    const { length } = request.headers.get("signature") ?? "";
    for (let at = length - 5; at < length; at++) {
      for (let bit = 0; bit < 7; bit++) {
        const headers = withFlipped(request.headers, "signature", at, bit);
        expect(await judge({ ...request, headers })).toMatch(/^signature\./);
      }
    }
  });

  it("may not gain a content type it was signed without", async () => {
    const request = await signed({ method: "GET", url: "https://node.test/v1/taste/a", headers: new Headers(), body: new Uint8Array(0) });
    expect(await judge(request)).toBe("accepted");
    request.headers.set("content-type", "application/json");
    expect(await judge(request)).toBe("signature.invalid");
  });

  it("counts for 60 seconds by its own clock, and up to 5 seconds ahead of ours", async () => {
    expect(await judge(await signed(plain(), "node-1", nowMs - 59_000))).toBe("accepted");
    expect(await judge(await signed(plain(), "node-1", nowMs - 60_000))).toBe("signature.expired");
    expect(await judge(await signed(plain(), "node-1", nowMs + 5_000))).toBe("accepted");
    expect(await judge(await signed(plain(), "node-1", nowMs + 6_000))).toBe("signature.future");
  });

  it("from before a restart is refused with the wait after which a new one will stand", async () => {
    const startedAtMs = nowMs - 2_300;
    const notBeforeMs = trustedFromMs(startedAtMs);
    const refused = await verifyRequest(await signed(), terms({ notBeforeMs })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "signature.before_start", retryAfterSeconds: 3 });
    const laterMs = nowMs + 3_000;
    expect(await judge(await signed(plain(), "node-1", laterMs), { notBeforeMs, clock: () => laterMs })).toBe("accepted");
  });

  it("accepted ahead of its time by a node that then restarted is not accepted again", async () => {
    const request = await signed(plain(), "node-1", nowMs + 5_000);
    expect(await judge(request)).toBe("accepted");
    const restartedAtMs = nowMs + 1;
    const afterMs = nowMs + 6_000;
    expect(await judge(request, { notBeforeMs: trustedFromMs(restartedAtMs), clock: () => afterMs })).toBe("signature.before_start");
  });
});

describe("the nonce", () => {
  it("is claimed by a verified signature only, so that strangers can neither burn nor fill", async () => {
    const nonces = new MemoryNonces(() => nowMs);
    const request = await signed();
    const forged = { ...request, method: "PUT" };
    expect(await judge(forged, { nonces })).toBe("signature.invalid");
    expect(await judge({ ...request, headers: new Headers() }, { nonces })).toBe("signature.missing");
    expect(await judge(request, { nonces, keys: () => new Map() })).toBe("signature.unknown_key");
    expect(await judge(request, { nonces, tag: "node-2" })).toBe("signature.wrong_audience");
    expect(nonces.size).toBe(0);
    expect(await judge(request, { nonces })).toBe("accepted");
    expect(await judge(request, { nonces })).toBe("signature.replayed");
  });

  it("lets one of many simultaneous replays through", async () => {
    const nonces = new MemoryNonces(() => nowMs);
    const request = await signed();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => judge(request, { nonces })));
    expect(verdicts.filter((verdict) => verdict === "accepted")).toHaveLength(1);
  });
});
