import { createSignature, SignatureError, verifySignature, webcrypto, type RequestDescriptor } from "http-message-sig";
import { base64Encode, base64UrlEncode } from "#shared/kernel/base64.ts";
import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { contentDigest, digestMatches } from "./content-digest.ts";
import type { KeySet, Signer } from "./keys.ts";
import type { NonceStore } from "./nonces.ts";

/** HTTP Message Signatures (RFC 9421) over what a handler may trust: method, path, query, content type and body. */

export const lifetimeSeconds = 60;
/** How far the caller's clock may run ahead of ours. */
export const futureSkewSeconds = 5;

const label = "sig1";
const parameterNames = ["created", "expires", "keyid", "nonce", "tag"];
const nonceForm = /^[A-Za-z0-9_-]{16,64}$/;
/** Longer fields are refused unparsed; ours take under 400 characters. */
const fieldLimit = 1024;

export interface HeaderReader {
  get(name: string): string | null;
}

export interface RequestHead {
  method: string;
  /** Absolute. Only path and query count: the audience is named by `tag`, since a tunnel may rewrite the host. */
  url: string;
  headers: HeaderReader;
}

/** A request by its signature, which is unique to it; responses are bound to this. */
export interface SignedRequest {
  method: string;
  url: string;
  signature: string;
}

export interface VerifiedRequest extends SignedRequest {
  keyId: string;
  contentDigest: string;
}

export interface VerifyTerms {
  keys: () => KeySet | Promise<KeySet>;
  nonces: NonceStore;
  clock: Clock;
  /**
   * Requests created earlier are refused, because nonces claimed before a restart are forgotten. Use `trustedFromMs`
   * for a node that keeps nonces in memory; 0 where nonces or keys do not outlive the process.
   */
  notBeforeMs: number;
  /** The id of this node; a request signed for another one is refused. */
  tag: string;
}

export type SignatureRefusal =
  | "signature.missing"
  | "signature.unknown_key"
  | "signature.invalid"
  | "signature.digest_mismatch"
  | "signature.expired"
  | "signature.future"
  | "signature.replayed"
  | "signature.wrong_audience"
  | "signature.before_start";

export class SignatureRefused extends Error {
  readonly code: SignatureRefusal;
  /** Set once the signature itself stood: the refusal may then be answered signed, since a known caller asked. */
  readonly request: SignedRequest | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: SignatureRefusal,
    more: { request?: SignedRequest; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(code, { cause: more.cause });
    this.name = "SignatureRefused";
    this.code = code;
    this.request = more.request;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/**
 * The first moment a restarted node may trust. Its predecessor accepted requests dated up to `futureSkewSeconds` ahead
 * and their nonces are gone, so those seconds must pass too.
 */
export function trustedFromMs(startedAtMs: number): number {
  return startedAtMs + futureSkewSeconds * secondMs;
}

/** The audience of what a node asks its edge: the edge that trusts this node. */
export const edgeTag = (nodeId: string): string => `edge of ${nodeId}`;

function coveredComponents(headers: HeaderReader): string[] {
  const always = ["@method", "@path", "@query", "content-digest"];
  return headers.get("content-type") === null ? always : [...always, "content-type"];
}

/** Only the fields that matter, so that the rest of the head is neither copied nor parsed. */
function describe({ method, url, headers }: RequestHead): RequestDescriptor {
  const names = ["content-digest", "content-type", "signature", "signature-input"];
  const fields = names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [{ name, value }];
  });
  return { kind: "request", method, targetUri: url, fields };
}

export interface UnsignedRequest extends RequestHead {
  body: Uint8Array;
}

/** The three header fields that sign a request; a fresh nonce each time. */
export async function signRequest(
  request: UnsignedRequest,
  signer: Signer,
  clock: Clock,
  tag: string,
): Promise<{ "content-digest": string; "signature-input": string; signature: string }> {
  const digest = await contentDigest(request.body);
  const created = Math.floor(clock() / secondMs);
  const message = describe(request);
  const fields = message.fields.filter(({ name }) => name === "content-type");
  const { signature, signatureInput } = await createSignature(
    { ...message, fields: [...fields, { name: "content-digest", value: digest }] },
    {
      label,
      components: coveredComponents(request.headers),
      parameters: {
        created,
        expires: created + lifetimeSeconds,
        nonce: base64UrlEncode(crypto.getRandomValues(new Uint8Array(16))),
        keyid: signer.keyId,
        tag,
      },
      signer: webcrypto.signer(signer.privateKey),
    },
  );
  return { "content-digest": digest, "signature-input": signatureInput, signature };
}

/**
 * Judges the head of a request, before any of its body is read: the signature, the audience, the times, and last the
 * nonce, which is claimed only for a signature that stood. `verifyBody` must follow.
 */
export async function verifyRequest(head: RequestHead, terms: VerifyTerms): Promise<VerifiedRequest> {
  const { created, expires, nonce, tag, request } = await verifiedParameters(head, await terms.keys());
  if (tag !== terms.tag) throw new SignatureRefused("signature.wrong_audience", { request });
  const nowSeconds = terms.clock() / secondMs;
  if (nowSeconds >= expires) throw new SignatureRefused("signature.expired", { request });
  if (created > nowSeconds + futureSkewSeconds) throw new SignatureRefused("signature.future", { request });
  const firstTrusted = Math.ceil(terms.notBeforeMs / secondMs);
  if (created < firstTrusted) {
    const retryAfterSeconds = Math.max(1, Math.ceil(firstTrusted - nowSeconds));
    throw new SignatureRefused("signature.before_start", { request, retryAfterSeconds });
  }
  if (!(await terms.nonces.claim(`${request.keyId} ${nonce}`, expires * secondMs))) {
    throw new SignatureRefused("signature.replayed", { request });
  }
  return request;
}

/** Recomputes the digest the signature covers from the body that came. */
export async function verifyBody(request: VerifiedRequest, body: Uint8Array): Promise<void> {
  if (!(await digestMatches(request.contentDigest, body))) throw new SignatureRefused("signature.digest_mismatch", { request });
}

/** What a signature by a known key says, once it stood and has exactly the form that `signRequest` makes. */
async function verifiedParameters(head: RequestHead, keys: KeySet) {
  const signature = head.headers.get("signature");
  const signatureInput = head.headers.get("signature-input");
  if (signature === null || signatureInput === null) throw new SignatureRefused("signature.missing");
  if (signature.length > fieldLimit || signatureInput.length > fieldLimit) throw new SignatureRefused("signature.invalid");

  const components = coveredComponents(head.headers);
  const verified = await verifySignature(describe(head), {
    policy: {
      algorithms: ["ed25519"],
      requiredComponents: components,
      requiredParameters: parameterNames,
      // Times are judged by our clock once the signature stood, each with its own code; here they must not interfere.
      now: 0,
      clockSkew: Number.MAX_SAFE_INTEGER,
    },
    resolveVerifier: ({ parameters }) => {
      const key = keys.get(parameters.keyid ?? "");
      if (key === undefined) throw new SignatureRefused("signature.unknown_key");
      return webcrypto.verifier(key);
    },
  }).catch((error: unknown) => {
    if (error instanceof SignatureError && error.cause instanceof SignatureRefused) throw error.cause;
    throw new SignatureRefused("signature.invalid", { cause: error });
  });

  const { created = 0, expires = 0, nonce = "", keyid = "", tag = "" } = verified.parameters;
  const exact =
    signature === `${label}=:${base64Encode(verified.signature)}:` &&
    verified.components.length === components.length &&
    Object.keys(verified.parameters).length === parameterNames.length &&
    expires > created &&
    expires - created <= lifetimeSeconds &&
    nonceForm.test(nonce);
  const contentDigest = head.headers.get("content-digest");
  if (!exact || contentDigest === null) throw new SignatureRefused("signature.invalid");
  const request: VerifiedRequest = { method: head.method, url: head.url, signature, keyId: keyid, contentDigest };
  return { created, expires, nonce, tag, request };
}
