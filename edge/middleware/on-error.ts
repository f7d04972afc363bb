import type { ErrorHandler, Hono, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { Failure, problemResponse } from "#shared/contract/failures.ts";
import { NodeAway } from "#shared/security/signed-fetch.ts";
import { describe, log } from "../log.ts";
import type { EdgeEnv } from "./request-context.ts";

/** Whatever was thrown becomes problem+json; what we did not foresee is logged and told to nobody. */
export const onError: ErrorHandler<EdgeEnv> = (error, c) => {
  const requestId = c.var.asking.requestId;
  const failure = failureOf(error);
  if (failure.code === "internal") {
    log({ event: "request.failed", request_id: requestId, method: c.req.method, route: c.req.path, error: describe(error) });
  } else if (failure.code === "store.away") {
    log({ event: "store.away", request_id: requestId, route: c.req.path, error: describe(error) });
  }
  return problemResponse(failure, requestId);
};

const methods = ["GET", "POST", "PUT", "DELETE"] as const;

/** Tells an address that does not exist from one that takes other methods, which `Allow` then names (RFC 9110 §15.5.6). */
export const notFound = (app: Pick<Hono<EdgeEnv>, "router">): NotFoundHandler<EdgeEnv> => (c) => {
  const takes = methods.filter((method) => app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method));
  if (takes.length === 0) return problemResponse(new Failure("request.not_found"), c.var.asking.requestId);
  const response = problemResponse(new Failure("request.method_not_allowed"), c.var.asking.requestId);
  response.headers.set("allow", takes.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", "));
  return response;
};

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof NodeAway) return new Failure("node.away", { cause: error });
  if (error instanceof HTTPException) {
    if (error.status === 413) return new Failure("body.too_large");
    if (error.status === 415) return new Failure("request.unsupported_type");
    if (error.status < 500) return new Failure("request.malformed");
  }
  return new Failure("internal", { cause: error });
}
