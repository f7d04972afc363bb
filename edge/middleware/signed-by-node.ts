import type { MiddlewareHandler } from "hono";
import { Failure } from "#shared/contract/failures.ts";
import { NoncesFull } from "#shared/security/nonces.ts";
import { SignatureRefused } from "#shared/security/request-signature.ts";
import type { EdgeEnv } from "./request-context.ts";

/** Lets a request without a body pass that the edge's own node has signed. */
export const signedByNode: MiddlewareHandler<EdgeEnv> = async (c, next) => {
  try {
    await c.get("services").verifyNode(c.req.raw);
  } catch (error) {
    if (error instanceof SignatureRefused) throw new Failure(error.code);
    if (error instanceof NoncesFull) throw new Failure("rate.limited", { retryAfterSeconds: 5 });
    throw error;
  }
  await next();
};
