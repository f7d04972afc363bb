import { component, createSignature, SignatureError, verifySignature, webcrypto, type ResponseDescriptor } from "http-message-sig";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { contentDigest, digestMatches } from "./content-digest.ts";
import type { KeySet, Signer } from "./keys.ts";
import type { HeaderReader, SignedRequest } from "./request-signature.ts";

/**
 * Responses signed and bound to their request (RFC 9421 §2.4): the signature covers the status, the content type,
 * `retry-after`, the digest of the body and the signature of the request, so an answer fits one question only.
 * An event stream has no digest when its head goes out; `signed-stream.ts` brings it at the end.
 */

const coveredWherePresent = ["content-type", "retry-after", "content-digest"];
const fieldLimit = 1024;

export interface ResponseHead {
  status: number;
  headers: HeaderReader;
}

export type SignatureHeaders = { "signature-input": string; signature: string };

export class ResponseRefused extends Error {
  readonly reason: "unsigned" | "unknown_key" | "invalid" | "digest_mismatch";

  constructor(reason: ResponseRefused["reason"], cause?: unknown) {
    super(`the response's signature was refused: ${reason}`, { cause });
    this.name = "ResponseRefused";
    this.reason = reason;
  }
}

export function isEventStream(headers: HeaderReader): boolean {
  return /^text\/event-stream(;|$)/i.test(headers.get("content-type") ?? "");
}

function coveredComponents(headers: HeaderReader) {
  const fields = coveredWherePresent.filter((name) => headers.get(name) !== null);
  return ["@status", component("signature", { req: true }), ...fields];
}

function describe(request: SignedRequest, { status, headers }: ResponseHead): ResponseDescriptor {
  const fields = [...coveredWherePresent, "signature", "signature-input"].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [{ name, value }];
  });
  return {
    kind: "response",
    status,
    fields,
    request: {
      kind: "request",
      method: request.method,
      targetUri: request.url,
      fields: [{ name: "signature", value: request.signature }],
    },
  };
}

/** Signs a head as it stands: with `content-digest` among its headers for a whole body, without for a stream. */
export async function signResponseHead(
  request: SignedRequest,
  head: ResponseHead,
  signer: Signer,
  clock: Clock,
): Promise<SignatureHeaders> {
  const message = describe(request, head);
  const unsigned = { ...message, fields: message.fields.filter(({ name }) => !name.startsWith("signature")) };
  const { signature, signatureInput } = await createSignature(unsigned, {
    components: coveredComponents(head.headers),
    parameters: { created: Math.floor(clock() / secondMs), keyid: signer.keyId },
    signer: webcrypto.signer(signer.privateKey),
  });
  return { "signature-input": signatureInput, signature };
}

/** The three header fields that sign a whole answer. */
export async function signResponse(
  request: SignedRequest,
  response: ResponseHead & { body: Uint8Array },
  signer: Signer,
  clock: Clock,
): Promise<SignatureHeaders & { "content-digest": string }> {
  const digest = await contentDigest(response.body);
  const headers = withField(response.headers, "content-digest", digest);
  return { "content-digest": digest, ...(await signResponseHead(request, { status: response.status, headers }, signer, clock)) };
}

/** Throws `ResponseRefused` unless one of `keys` signed this head as the answer to this request. */
export async function verifyResponseHead(request: SignedRequest, head: ResponseHead, keys: KeySet): Promise<void> {
  const fields = [head.headers.get("signature"), head.headers.get("signature-input")];
  if (fields.some((field) => field === null)) throw new ResponseRefused("unsigned");
  if (fields.some((field) => field!.length > fieldLimit)) throw new ResponseRefused("invalid");
  const components = coveredComponents(head.headers);
  const verified = await verifySignature(describe(request, head), {
    policy: {
      algorithms: ["ed25519"],
      requiredComponents: components,
      requiredParameters: ["created", "keyid"],
      // Being bound to a request that is itself fresh and unique says more than a time would.
      now: 0,
      clockSkew: Number.MAX_SAFE_INTEGER,
    },
    resolveVerifier: ({ parameters }) => {
      const key = keys.get(parameters.keyid ?? "");
      if (key === undefined) throw new ResponseRefused("unknown_key");
      return webcrypto.verifier(key);
    },
  }).catch((error: unknown) => {
    if (error instanceof SignatureError && error.cause instanceof ResponseRefused) throw error.cause;
    throw new ResponseRefused("invalid", error);
  });
  if (verified.components.length !== components.length) throw new ResponseRefused("invalid");
}

/** Throws `ResponseRefused` unless head and whole body are what one of `keys` signed for this request. */
export async function verifyResponse(
  request: SignedRequest,
  response: ResponseHead & { body: Uint8Array },
  keys: KeySet,
): Promise<void> {
  const digest = response.headers.get("content-digest");
  if (response.headers.get("signature") === null || digest === null) throw new ResponseRefused("unsigned");
  await verifyResponseHead(request, response, keys);
  if (!(await digestMatches(digest, response.body))) throw new ResponseRefused("digest_mismatch");
}

export function withField(headers: HeaderReader, name: string, value: string): HeaderReader {
  return { get: (asked) => (asked === name ? value : headers.get(asked)) };
}
