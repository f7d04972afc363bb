import type { Context, ErrorHandler, MiddlewareHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { Failure, problemResponse, type FailureCode } from "#shared/contract/failures.ts";
import { secondMs } from "#shared/kernel/clock.ts";
import { BodyTooLarge, readBounded } from "#shared/security/bounded-body.ts";
import type { Signer } from "#shared/security/keys.ts";
import { NoncesFull } from "#shared/security/nonces.ts";
import { SignatureRefused, verifyBody, verifyRequest, type SignedRequest, type VerifyTerms } from "#shared/security/request-signature.ts";
import { isEventStream, signResponse, signResponseHead } from "#shared/security/response-signature.ts";
import { sealStream } from "#shared/security/signed-stream.ts";
import { describeError, type Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface SignedApiParts extends VerifyTerms {
  /** The node's own key, which signs its answers. */
  signer: Signer;
  /** The most bytes a request to this path may carry. */
  bodyLimitBytes: (path: string) => number;
  log: Log;
  metrics: Pick<Metrics, "countRequest">;
}

export interface SignedApiEnv {
  Variables: {
    requestId: string;
    /** The key id that signed the request. */
    keyId: string;
    /** Set once the request's signature stood: from then on answers are signed. */
    signedRequest?: SignedRequest;
    failureCode?: FailureCode;
  };
}

type SignedContext = Context<SignedApiEnv>;

const requestIdForm = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Lets only signed requests through to the handlers, and signs what they answer. The signature is judged on the head
 * alone, before a byte of the body is read, so a stranger costs a look at a few hundred characters.
 *
 * Handlers may trust method, path, query, content type and body; every other header is unsigned.
 */
export function signedApi(parts: SignedApiParts): MiddlewareHandler<SignedApiEnv> {
  return async (c, next) => {
    const startedAtMs = performance.now();
    const asked = c.req.header("x-request-id") ?? "";
    c.set("requestId", requestIdForm.test(asked) ? asked : crypto.randomUUID());
    const refused = await letIn(c, parts);
    if (refused) c.res = answerFailure(c, refused);
    else await next();
    if (c.var.signedRequest) await signAnswer(c, c.var.signedRequest, parts);

    const route = routePath(c, -1);
    const { status } = c.res;
    const tookMs = performance.now() - startedAtMs;
    parts.metrics.countRequest(route, c.var.failureCode ?? "ok", tookMs / secondMs);
    if (refused) parts.log({ event: "request.refused", route, status, code: refused.code }, c.var.requestId);
    else parts.log({ event: "request.done", route, status, ms: Math.round(tookMs), keyId: c.var.keyId }, c.var.requestId);
  };
}

/** For `app.onError`: a `Failure` answers for itself; anything else is ours, and only its name and place are logged. */
export function failureHandler(log: Log): ErrorHandler<SignedApiEnv> {
  return (error, c) => {
    if (error instanceof Failure) return answerFailure(c, error);
    if (error instanceof HTTPException && error.status < 500) return answerFailure(c, new Failure("request.malformed"));
    log({ event: "request.failed", route: routePath(c, -1), ...describeError(error) }, c.var.requestId);
    return answerFailure(c, new Failure("internal"));
  };
}

/** For `app.notFound`. */
export const notFoundHandler: NotFoundHandler<SignedApiEnv> = (c) => answerFailure(c, new Failure("request.not_found"));

/** Why the request is refused, or null once its head and body have been verified. */
async function letIn(c: SignedContext, parts: SignedApiParts): Promise<Failure | null> {
  try {
    const request = await verifyRequest(c.req.raw, parts);
    c.set("signedRequest", request);
    c.set("keyId", request.keyId);
    const body = await readBody(c.req.raw, parts.bodyLimitBytes(c.req.path));
    await verifyBody(request, body);
    // The stream is spent; handlers get the verified bytes in its place.
    if (c.req.raw.body !== null) c.req.raw = withBody(c.req.raw, body);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    if (error instanceof NoncesFull) return new Failure("gpu.busy", { retryAfterSeconds: 5 });
    if (error instanceof SignatureRefused) {
      c.set("signedRequest", error.request);
      return new Failure(error.code, { retryAfterSeconds: error.retryAfterSeconds });
    }
    parts.log({ event: "request.failed", route: routePath(c, -1), ...describeError(error) }, c.var.requestId);
    return new Failure("internal");
  }
}

async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const detail = `This path takes up to ${limitBytes} bytes.`;
  if (Number(request.headers.get("content-length") ?? 0) > limitBytes) throw new Failure("body.too_large", { detail });
  try {
    return await readBounded(request.body, limitBytes);
  } catch (cause) {
    if (cause instanceof BodyTooLarge) throw new Failure("body.too_large", { detail });
    throw new Failure("request.malformed", { detail: "The body broke off.", cause });
  }
}

function withBody({ url, method, headers, signal }: Request, body: Uint8Array): Request {
  return new Request(url, { method, headers, body, signal });
}

function answerFailure(c: SignedContext, failure: Failure): Response {
  c.set("failureCode", failure.code);
  const response = problemResponse(failure, c.var.requestId);
  if (response.status === 401) response.headers.set("www-authenticate", "Signature");
  return response;
}

/** Replaces the answer by the same one signed; a stream is signed at its head and sealed at its end. */
async function signAnswer(c: SignedContext, request: SignedRequest, { signer, clock }: SignedApiParts): Promise<void> {
  const { status, body: stream } = c.res;
  const headers = new Headers(c.res.headers);
  headers.set("x-request-id", c.var.requestId);
  let body: ReadableStream<Uint8Array> | Uint8Array | null;
  let fields: Record<string, string>;
  if (stream !== null && isEventStream(headers)) {
    fields = await signResponseHead(request, { status, headers }, signer, clock);
    body = stream.pipeThrough(sealStream(request, { status, headers: new Headers(headers) }, signer, clock));
  } else {
    const bytes = new Uint8Array(await c.res.arrayBuffer());
    // The server would add a type of its own, which the signature would not cover.
    if (bytes.length > 0 && !headers.has("content-type")) headers.set("content-type", "application/octet-stream");
    fields = await signResponse(request, { status, headers, body: bytes }, signer, clock);
    body = bytes.length > 0 ? bytes : null;
  }
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  c.res = undefined;
  c.res = new Response(body, { status, headers });
}
