import { secondMs, type Clock } from "#shared/kernel/clock.ts";
import { BodyTooLarge, readBounded } from "./bounded-body.ts";
import type { KeySet, Signer } from "./keys.ts";
import { signRequest, type SignedRequest } from "./request-signature.ts";
import { isEventStream, ResponseRefused, verifyResponse, verifyResponseHead } from "./response-signature.ts";
import { openStream } from "./signed-stream.ts";

/** The node did not give an answer that can be trusted, in time. Whatever the reason, the caller falls back. */
export class NodeAway extends Error {
  readonly reason: "timeout" | "unreachable" | "untrusted";

  constructor(reason: NodeAway["reason"], detail: string, cause?: unknown) {
    super(`node away (${reason}): ${detail}`, { cause });
    this.name = "NodeAway";
    this.reason = reason;
  }
}

export interface SignedFetchParts {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  signer: Signer;
  /** The id of the node that is asked. */
  tag: string;
  /** Scheme, host and port; the node sees the path as it is given. */
  baseUrl: string;
  /** The node's own public keys. */
  nodeKeys: KeySet;
  /** The longest whole answer taken; 16 MiB where not said. */
  answerLimitBytes?: number;
}

export interface SignedCall {
  method: "GET" | "POST" | "PUT" | "DELETE";
  body?: Uint8Array | string;
  /** Needed with a body. */
  contentType?: string;
  /** For the whole answer, retry included; for an event stream until its head. */
  deadlineMs: number;
  requestId: string;
  signal?: AbortSignal;
}

export type SignedFetch = (path: string, call: SignedCall) => Promise<Response>;

/**
 * Asks the node: signs, sends, and gives back only an answer the node signed for this very request. An event stream is
 * checked as it passes and fails at its end where it was altered. Throws `NodeAway`, or the reason of `call.signal`.
 */
export function signedFetch(parts: SignedFetchParts): SignedFetch {
  const { origin } = new URL(parts.baseUrl);
  return async (path, call) => {
    if (!path.startsWith("/")) throw new TypeError(`the path ${path} must start with a slash`);
    if (call.body !== undefined && call.contentType === undefined) throw new TypeError("a body needs a content type");
    const url = new URL(origin + path).href;
    const startedAtMs = parts.clock();
    using deadline = deadlineAfter(call.deadlineMs);
    const signal = call.signal ? AbortSignal.any([deadline.signal, call.signal]) : deadline.signal;
    try {
      const first = await attempt(parts, url, call, signal);
      const waitMs = restartWaitMs(first);
      const leftMs = call.deadlineMs - (parts.clock() - startedAtMs);
      if (waitMs === undefined || waitMs >= leftMs) return first.response;
      await wait(waitMs, signal);
      return (await attempt(parts, url, call, signal)).response;
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      if (deadline.signal.aborted) throw new NodeAway("timeout", `no answer within ${call.deadlineMs} ms`, error);
      throw error;
    }
  };
}

interface Answer {
  response: Response;
  /** The whole body, already verified; none for an event stream, which is verified as it passes. */
  body?: Uint8Array;
}

async function attempt(parts: SignedFetchParts, url: string, call: SignedCall, signal: AbortSignal): Promise<Answer> {
  const body = typeof call.body === "string" ? new TextEncoder().encode(call.body) : (call.body ?? new Uint8Array(0));
  const headers = new Headers({ "x-request-id": call.requestId });
  if (call.contentType !== undefined) headers.set("content-type", call.contentType);
  const signed = await signRequest({ method: call.method, url, headers, body }, parts.signer, parts.clock, parts.tag);
  for (const [name, value] of Object.entries(signed)) headers.set(name, value);
  const request = { method: call.method, url, signature: signed.signature };
  // Following a redirect would send a signed request to a stranger.
  const init = { method: call.method, headers, signal, redirect: "manual" as const };
  const response = await parts
    .fetch(url, call.method === "GET" ? init : { ...init, body })
    .catch((error: unknown) => {
      throw new NodeAway("unreachable", "the connection failed", error);
    });
  return verifiedAnswer(parts, request, response);
}

async function verifiedAnswer(parts: SignedFetchParts, request: SignedRequest, response: Response): Promise<Answer> {
  const { status, headers } = response;
  if (isEventStream(headers) && response.body !== null) {
    await verifyResponseHead(request, response, parts.nodeKeys).catch(untrusted(status, new Uint8Array(0)));
    const stream = response.body.pipeThrough(openStream(request, { status, headers }, parts.nodeKeys));
    return { response: new Response(stream, { status, headers }) };
  }
  const body = await readBounded(response.body, parts.answerLimitBytes ?? 16 * 1024 * 1024).catch((error: unknown) => {
    if (error instanceof BodyTooLarge) throw new NodeAway("untrusted", error.message, error);
    throw new NodeAway("unreachable", "the answer broke off", error);
  });
  await verifyResponse(request, { status, headers, body }, parts.nodeKeys).catch(untrusted(status, body));
  const empty = status === 204 || status === 304;
  return { response: new Response(empty ? null : body, { status, headers }), body };
}

/** A node that does not know our key cannot answer signed; the code it gives is a hint for the operator and no more. */
function untrusted(status: number, body: Uint8Array) {
  return (error: unknown) => {
    if (!(error instanceof ResponseRefused)) throw error;
    const hint = /"code":"(signature\.[a-z_]+)"/.exec(new TextDecoder().decode(body.subarray(0, 4096)))?.[1];
    throw new NodeAway("untrusted", `${status} ${error.reason}${hint === undefined ? "" : `, says ${hint}`}`, error);
  };
}

/** How long a node that has just started asks us to wait; undefined for every other answer. */
function restartWaitMs({ response, body }: Answer): number | undefined {
  if (response.status !== 401 || body === undefined) return undefined;
  if (!new TextDecoder().decode(body).includes('"signature.before_start"')) return undefined;
  return Math.max(0, Number(response.headers.get("retry-after") ?? 1)) * secondMs;
}

function deadlineAfter(ms: number): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("aborted while waiting"));
    }, { once: true });
  });
}
