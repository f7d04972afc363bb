import type { Problem } from "#shared/contract/failures.ts";
import type { Session } from "#shared/contract/session.ts";
import { forgetSession, savedSession, session } from "./session.ts";

/** What went wrong, as the server's table names it, or `offline` when no answer came at all. */
export type ApiCode = Problem["code"] | "offline" | "unreadable";

export class ApiFailure extends Error {
  readonly status: number;
  readonly code: ApiCode;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: ApiCode, says: string, retryAfterMs?: number) {
    super(says);
    this.name = "ApiFailure";
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CallOptions {
  body?: unknown;
  signal?: AbortSignal;
}

/** A request without an answer for this long counts as unanswered. */
const patienceMs = 20_000;

/** One request as the viewer. A token that no longer holds is replaced once, silently. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const first = await session(openSession);
  try {
    return await send<T>(method, path, options, first.token);
  } catch (error) {
    if (!(error instanceof ApiFailure) || !sessionIsOver(error)) throw error;
    forgetSession(first.token);
    const second = await session(openSession);
    return await send<T>(method, path, options, second.token);
  }
}

/** A request that outlives the page. A beacon cannot carry the bearer token, so this is a keep-alive fetch. */
export function callWhileLeaving(method: string, path: string, body: unknown): void {
  const token = savedSession()?.token;
  if (token === undefined) return;
  void fetch(path, { method, keepalive: true, headers: headers(token, true), body: JSON.stringify(body) }).catch(() => undefined);
}

export function isOffline(error: unknown): boolean {
  return error instanceof ApiFailure && error.code === "offline";
}

function sessionIsOver({ status, code }: ApiFailure): boolean {
  return status === 401 || code === "viewer.erased";
}

function openSession(): Promise<Session> {
  return send<Session>("POST", "/v1/session", {}, null);
}

async function send<T>(method: string, path: string, { body, signal }: CallOptions, token: string | null): Promise<T> {
  const patience = AbortSignal.timeout(patienceMs);
  const response = await fetch(path, {
    method,
    headers: headers(token, body !== undefined),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, "offline", "No answer came; the connection may be down.");
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const problem = answer as Partial<Problem> | null;
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  throw new ApiFailure(
    response.status,
    problem?.code ?? "unreadable",
    problem?.title ?? `The server answered ${response.status}.`,
    Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  );
}

function headers(token: string | null, hasBody: boolean): Record<string, string> {
  return {
    accept: "application/json",
    ...(hasBody ? { "content-type": "application/json" } : {}),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
}
